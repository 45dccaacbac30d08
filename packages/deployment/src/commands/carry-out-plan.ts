import type { ApplyPlan } from '../apply/apply-plan.ts';
import { formatStep, type DeviceSteps } from '../apply/device-steps.ts';
import type { FollowOutcome } from '../apply/follow-fleet.ts';
import { formatApplyPlan } from '../apply/format-apply-plan.ts';
import type { HubSession } from '../apply/hub-session.ts';
import { showProgress, type ProgressDisplay } from '../apply/progress-display.ts';
import { runApplyPlan } from '../apply/run-apply-plan.ts';
import { runConfigurationSteps, type ConfigurationResult } from '../apply/run-configuration-steps.ts';
import type { ApplyEvent, DeviceResult } from '../apply/run-device-steps.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { plural } from './load-network.ts';

/** A plan on its way. */
export interface PlanContext {
  readonly io: CommandIo;
  readonly session: HubSession;
  readonly plan: ApplyPlan;
  readonly options: {
    /** Do not ask. */
    readonly yes: boolean;
    readonly json: boolean;
  };
}

/** Fleets up to this size are told device by device; of larger ones only what went wrong. */
export const TOLD_SINGLY = 20;

/** Shows a plan and asks whether to carry it out; says so when the answer is no. `question` begins it: Apply this to, Delete this from. */
export async function confirmPlan({ io, session, plan, options }: PlanContext, question: string): Promise<boolean> {
  for (const line of formatApplyPlan(plan, session.rates)) io.stderr.write(`${line}\n`);
  const devices = plan.devices.filter(({ steps }) => steps.length > 0).length;
  const configurations = plan.configurations.steps.length;
  if (devices + configurations === 0 || options.yes) return true;
  const parts = [
    ...(devices > 0 ? [plural(devices, 'device')] : []),
    ...(configurations > 0 ? [plural(configurations, 'configuration')] : []),
  ];
  const answer = await io.ask(`${question} ${parts.join(' and ')} of ${session.hub.hostName}? [y/N] `);
  if (answer === undefined) throw new UsageError('There is nobody to ask: say --yes to do it without a question.');
  if (answer) return true;
  io.stderr.write('Nothing was sent.\n');
  if (options.json) io.stdout.write(`${JSON.stringify({ ok: false, error: 'declined' }, null, 2)}\n`);
  return false;
}

/** Devices and configurations that a plan writes to. */
export function countChanges({ devices, configurations }: ApplyPlan): number {
  return devices.filter(({ steps }) => steps.length > 0).length + configurations.steps.length;
}

/** Writes to the devices of a plan, with a display of how far it is. */
export async function carryOutDevices(
  { io, session, plan }: PlanContext,
  replan: (id: string) => Promise<DeviceSteps>,
): Promise<readonly DeviceResult[]> {
  const display = showProgress({ sink: io.stderr, clock: io.clock, plan, rates: session.rates });
  const onEvent = (event: ApplyEvent): void => tell(display, event, plan.devices.length <= TOLD_SINGLY);
  try {
    return await runApplyPlan({ session, onEvent, replan }, plan);
  } finally {
    display.close();
  }
}

function tell(display: ProgressDisplay, event: ApplyEvent, singly: boolean): void {
  if (event.kind === 'step') {
    display.stepDone(event.step);
    return;
  }
  if (event.kind === 'retry') {
    const seconds = (event.delay / 1000).toFixed(1);
    if (singly) display.say(`${event.id}: ${event.error.message} Trying again in ${seconds} s.`);
    return;
  }
  const { id, outcome, message, done } = event.result;
  if (singly || outcome === 'failed') display.say(`${id}: ${[outcome, message].filter(Boolean).join(': ')}`);
  if (done.length > 0) display.deviceDone();
}

/** Writes the automatic deployments of a plan. */
export function carryOutConfigurations({ io, session, plan }: PlanContext): Promise<readonly ConfigurationResult[]> {
  return runConfigurationSteps(session, plan.configurations.steps, ({ step, outcome, message }) =>
    io.stderr.write(`${step}: ${[outcome, message].filter(Boolean).join(': ')}\n`),
  );
}

/** What became of a device, and whether its module followed where that was waited for. */
export interface FollowedResult extends DeviceResult {
  readonly applied?: FollowOutcome;
}

/** How a plan ended. */
export interface PlanEnd {
  readonly devices: readonly FollowedResult[];
  readonly configurations: readonly ConfigurationResult[];
  readonly seconds: number;
}

/** Says how a plan ended, as one line or one JSON document. */
export function reportPlan({ io, plan, options }: PlanContext, end: PlanEnd): ExitCode {
  const { devices, configurations } = end;
  const stopped = [...devices, ...configurations].some(({ outcome }) => outcome === 'stopped');
  const failed = [...devices, ...configurations].some(({ outcome }) => outcome === 'failed');
  const ok = !stopped && !failed && devices.every(({ applied }) => applied?.ok !== false);
  if (options.json) {
    const told = devices.map(({ done, ...rest }) => ({ ...rest, changes: done.map(formatStep) }));
    const document = { ok, seconds: end.seconds, devices: told, configurations, kept: plan.configurations.kept };
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else io.stdout.write(`${summaryOf(end)}\n`);
  if (stopped) io.stderr.write('Stopped. Run the same command again: it does only what is left.\n');
  return ok ? EXIT.ok : EXIT.problems;
}

function summaryOf({ devices, configurations, seconds }: PlanEnd): string {
  const count = (outcome: DeviceResult['outcome']): number => devices.filter((one) => one.outcome === outcome).length;
  const followed = devices.filter(({ applied }) => applied !== undefined);
  const counts = [
    `${count('changed')} changed, ${count('unchanged')} unchanged, ${count('failed')} failed`,
    ...(count('stopped') > 0 ? [`${count('stopped')} left`] : []),
    ...(followed.length > 0 ? [`${followed.filter(({ applied }) => applied?.ok === true).length} applied`] : []),
  ];
  const written = configurations.filter(({ outcome }) => outcome === 'changed').length;
  const also = configurations.length > 0 ? `; ${plural(written, 'configuration')} written` : '';
  return `${plural(devices.length, 'device')}: ${counts.join(', ')}${also} (${seconds.toFixed(1)} s)`;
}
