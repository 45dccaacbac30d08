import type { HubTier } from '@iotedge-networking/contract';
import { makeApplyPlan, replanner, type ApplyPlan } from '../apply/apply-plan.ts';
import { followFleet, type FollowOutcome } from '../apply/follow-fleet.ts';
import { createHubSession } from '../apply/hub-session.ts';
import type { DeviceResult } from '../apply/run-device-steps.ts';
import type { ReadNetwork } from '../network-file/network-file.ts';
import {
  carryOutConfigurations,
  carryOutDevices,
  confirmPlan,
  countChanges,
  reportPlan,
  TOLD_SINGLY,
  type FollowedResult,
  type PlanContext,
} from './carry-out-plan.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { missingSecrets, secretsWanting, withRegistrySecrets } from './registry-secrets.ts';
import { requireHub } from './require-hub.ts';
import { selectDevices } from './select-devices.ts';

/** How a network is applied. */
export interface ApplyOptions {
  /** Named in messages. */
  readonly file: string;
  readonly devices: readonly string[];
  /** Do not ask. */
  readonly yes: boolean;
  /** Follow until the modules report the version applied. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** The modules go onto somebody else's base deployment, as a layer. */
  readonly layered: boolean;
  readonly tier: HubTier;
  readonly units: number;
  readonly json: boolean;
}

/** Told of a plan that is about to be carried out. */
export type OnBegin = (plan: ApplyPlan) => Promise<void>;

interface ApplyContext extends PlanContext {
  readonly source: ReadNetwork;
  readonly options: ApplyOptions;
}

/**
 * Brings the devices to what a network says: creates missing IoT Edge devices, sets tags and modules. Sends nothing where nothing differs. Shows what it
 * is about to do and asks, unless `yes`. Registry credentials are filled in from the environment. Devices that fail do not hold up the others; what an interruption leaves is done by the next run.
 */
export async function applyNetwork(
  io: CommandIo,
  read: ReadNetwork,
  options: ApplyOptions,
  onBegin: OnBegin,
): Promise<ExitCode> {
  checkUse(read, options);
  const { source, missing } = await withRegistrySecrets(io, options.file, read);
  const devices = selectDevices(source.network.devices, options.devices);
  const hub = await requireHub(io);
  const session = createHubSession(io, hub, { tier: options.tier, units: options.units });
  const start = io.clock.now();
  const request = { source, devices, base: options.layered ? ('other' as const) : ('own' as const) };
  const plan = await makeApplyPlan(session, { ...request, whole: options.devices.length === 0 });
  const wanting = secretsWanting(plan, missing);
  if (wanting.length > 0) throw new UsageError(missingSecrets(wanting));
  const context: ApplyContext = { io, session, plan, source, options };
  if (!(await confirmPlan(context, 'Apply this to'))) return EXIT.problems;
  if (countChanges(plan) > 0) await onBegin(plan);
  const applied = await carryOutDevices(context, replannerById(context));
  const stopped = applied.some(({ outcome }) => outcome === 'stopped');
  // Target conditions look for the tags of devices that were to be written before.
  const configurations = stopped ? [] : await carryOutConfigurations(context);
  const followed = options.wait ? await followAll(context, applied) : applied;
  return reportPlan(context, { devices: followed, configurations, seconds: (io.clock.now() - start) / 1000 });
}

function replannerById({ session, source }: ApplyContext): Parameters<typeof carryOutDevices>[1] {
  const byId = new Map(source.network.devices.map((device) => [device.id, device]));
  const replan = replanner(session, source);
  return async (id) => {
    const device = byId.get(id);
    return device === undefined ? { id, steps: [] } : replan(device);
  };
}

function checkUse({ network }: ReadNetwork, { file, layered }: ApplyOptions): void {
  if (network.devices.length + network.deployments.length === 0)
    throw new UsageError(`${file} lists no devices. Add devices: [{ id: … }].`);
  if (!layered || network.deployments.length > 0) return;
  const example = 'deployments: [{ id: …, targetCondition: …, priority: … }]';
  throw new UsageError(`--layered is about deployments, and ${file} has none. Add ${example}.`);
}

async function followAll(
  { io, session, source, options }: ApplyContext,
  results: readonly DeviceResult[],
): Promise<readonly FollowedResult[]> {
  const { timeoutMs, intervalMs } = options;
  const ids = results.filter(({ outcome }) => outcome === 'changed' || outcome === 'unchanged').map(({ id }) => id);
  const onEnd = (id: string, outcome: FollowOutcome): void => {
    if (!outcome.ok) io.stderr.write(`${id}: not applied: ${outcome.why}\n`);
    else if (ids.length <= TOLD_SINGLY)
      io.stderr.write(`${id}: version ${outcome.version} applied after ${outcome.seconds.toFixed(1)} s\n`);
  };
  const request = { ids, module: source.network.module.name, timeoutMs, intervalMs, onEnd };
  const followed = await followFleet(io, session, request);
  return results.map((result) => {
    const applied = followed.get(result.id);
    return applied === undefined ? result : { ...result, applied };
  });
}
