import { plural } from '../commands/load-network.ts';
import { countRequests, throttleSeconds, type ApplyPlan } from './apply-plan.ts';
import { formatStep, type DeviceSteps } from './device-steps.ts';
import type { HubSession } from './hub-session.ts';
import { formatConfigurationStep } from './plan-configurations.ts';
import { formatSeconds } from './progress-display.ts';

/** Devices that get a line of their own; more are told in groups that get the same. */
const OWN_LINES = 20;

/** Ids that a group names. */
const NAMED = 3;

/** Time from which on it is said how long the hub's rates make it last. */
const NOTICEABLE_SECONDS = 5;

/** Prints what a plan is about to write, and how long that takes at least. */
export function formatApplyPlan(plan: ApplyPlan, rates: HubSession['rates']): readonly string[] {
  const changing = plan.devices.filter(({ steps }) => steps.length > 0);
  const lines = [...(changing.length <= OWN_LINES ? changing.map(deviceLine) : groupLines(changing))];
  const { steps, kept } = plan.configurations;
  lines.push(...steps.map(formatConfigurationStep));
  lines.push(...kept.map(({ id, why }) => `configuration ${id}: kept, ${why}`));
  const seconds = throttleSeconds(countRequests(plan), rates);
  if (seconds < NOTICEABLE_SECONDS) return lines;
  return [...lines, `The rates of the hub make this last about ${formatSeconds(seconds)}.`];
}

function deviceLine({ id, steps }: DeviceSteps): string {
  return `${id}: ${steps.map(formatStep).join(', ')}`;
}

function groupLines(devices: readonly DeviceSteps[]): readonly string[] {
  const groups = Map.groupBy(devices, ({ steps }) => steps.map(formatStep).join(', '));
  return [...groups].map(([what, members]) => {
    const named = members.slice(0, NAMED).map(({ id }) => id);
    const others = members.length > NAMED ? [`${members.length - NAMED} more`] : [];
    return `${plural(members.length, 'device')} (${[...named, ...others].join(', ')}): ${what}`;
  });
}
