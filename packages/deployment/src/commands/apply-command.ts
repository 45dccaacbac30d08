import type { DeviceNetwork, Network } from '@iotedge-networking/contract';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { formatWrite, gatherDevice, planWrites, type DeviceWrite, type DeviceWrites } from './device-writes.ts';
import { followDevice, type FollowOutcome } from './follow-device.ts';
import { HubError, type HubGateway } from './hub-gateway.ts';
import { plural, requireNetwork } from './load-network.ts';
import { requireHub } from './require-hub.ts';
import { retryCall } from './retry-call.ts';
import { runConcurrently } from './run-concurrently.ts';
import { selectDevices } from './select-devices.ts';

/** Options of `apply`. */
export interface ApplyOptions {
  readonly file: string;
  readonly devices: readonly string[];
  /** Do not ask. */
  readonly yes: boolean;
  /** Follow until the modules report the version applied. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly json: boolean;
}

/** What became of one device. */
interface DeviceResult {
  readonly id: string;
  readonly outcome: 'changed' | 'unchanged' | 'failed';
  readonly changes: readonly string[];
  readonly message?: string;
  readonly applied?: FollowOutcome;
}

/** Devices in work at a time; the hub takes 20 deployments a minute and unit, so more would only wait. */
const CONCURRENCY = 4;

/** Devices followed at a time; each costs a twin read per interval, of which the smallest hub takes 100 a second. */
const FOLLOWED_TOGETHER = 50;

interface ApplyContext {
  readonly io: CommandIo;
  readonly hub: HubGateway;
  readonly network: Network;
  readonly options: ApplyOptions;
}

/**
 * Brings the devices to what the file says: creates missing IoT Edge devices, sets tags and modules. Sends nothing where nothing differs. Shows what it
 * is about to do and asks, unless `yes`. Devices that fail do not hold up the others.
 */
export async function applyCommand(io: CommandIo, options: ApplyOptions): Promise<ExitCode> {
  const read = await requireNetwork(io, options.file, options.json);
  if (read === undefined) return EXIT.problems;
  const { network } = read;
  if (network.devices.length === 0) throw new UsageError(`${options.file} lists no devices. Add devices: [{ id: … }].`);
  const devices = selectDevices(network.devices, options.devices);
  const context: ApplyContext = { io, hub: await requireHub(io), network, options };
  const start = io.clock.now();
  const plans = await runConcurrently(devices, CONCURRENCY, (device) => makePlan(context, device));
  if (!(await confirm(context, plans))) {
    io.stderr.write('Nothing was sent.\n');
    if (options.json) io.stdout.write(`${JSON.stringify({ ok: false, error: 'declined' }, null, 2)}\n`);
    return EXIT.problems;
  }
  const applied = await runConcurrently(plans, CONCURRENCY, (plan) => applyPlan(context, plan));
  const results = options.wait ? await followAll(context, applied) : applied;
  return report(context, results, (io.clock.now() - start) / 1000);
}

async function makePlan({ io, hub, network }: ApplyContext, device: DeviceNetwork): Promise<DeviceWrites> {
  const modules = ['$edgeAgent', '$edgeHub', network.module.name];
  try {
    const snapshot = await retryCall(io, () => gatherDevice(hub, device.id, modules), announceRetry(io, device.id));
    return planWrites(network, device, snapshot);
  } catch (error) {
    if (error instanceof HubError && concernsEveryDevice(error)) throw error;
    return { id: device.id, changes: [], refusal: messageOf(error) };
  }
}

/** Without an answer, or with refused credentials, no other device would fare better. */
function concernsEveryDevice(error: HubError): boolean {
  return error.status === undefined || error.status === 401;
}

async function confirm({ io, hub, options }: ApplyContext, plans: readonly DeviceWrites[]): Promise<boolean> {
  const changing = plans.filter((plan) => plan.changes.length > 0);
  for (const { id, changes } of changing) io.stderr.write(`${id}: ${changes.map(formatWrite).join(', ')}\n`);
  if (changing.length === 0 || options.yes) return true;
  const answer = await io.ask(`Apply this to ${plural(changing.length, 'device')} of ${hub.hostName}? [y/N] `);
  if (answer === undefined) throw new UsageError('There is nobody to ask: say --yes to apply without a question.');
  return answer;
}

async function applyPlan({ io, hub }: ApplyContext, plan: DeviceWrites): Promise<DeviceResult> {
  const { id, refusal } = plan;
  const changes = plan.changes.map(formatWrite);
  if (refusal !== undefined) return tell(io, { id, outcome: 'failed', changes: [], message: refusal });
  if (changes.length === 0) return tell(io, { id, outcome: 'unchanged', changes });
  try {
    for (const change of plan.changes) {
      if (io.signal.aborted)
        return tell(io, { id, outcome: 'failed', changes, message: 'stopped before it was complete' });
      await retryCall(io, () => applyChange(hub, id, change), announceRetry(io, id));
    }
    return tell(io, { id, outcome: 'changed', changes });
  } catch (error) {
    return tell(io, { id, outcome: 'failed', changes, message: messageOf(error) });
  }
}

async function applyChange(hub: HubGateway, id: string, change: DeviceWrite): Promise<void> {
  if (change.kind === 'create-device') return hub.createDevice(id);
  if (change.kind === 'merge-tags') return hub.mergeTags(id, change.tags);
  return hub.applyContent(id, change.manifest);
}

async function followAll(context: ApplyContext, results: readonly DeviceResult[]): Promise<readonly DeviceResult[]> {
  const { io, hub, network, options } = context;
  const { timeoutMs, intervalMs } = options;
  return runConcurrently(results, FOLLOWED_TOGETHER, async (result) => {
    if (result.outcome === 'failed') return result;
    const request = { hub, deviceId: result.id, moduleId: network.module.name, timeoutMs, intervalMs };
    const applied = await followDevice(io, request).catch((error: unknown): FollowOutcome => ({
      ok: false,
      seconds: 0,
      why: messageOf(error),
    }));
    const said = applied.ok
      ? `version ${applied.version} applied after ${applied.seconds.toFixed(1)} s`
      : `not applied: ${applied.why}`;
    io.stderr.write(`${result.id}: ${said}\n`);
    return { ...result, applied };
  });
}

function report({ io, options }: ApplyContext, results: readonly DeviceResult[], seconds: number): ExitCode {
  const failed = results.filter((result) => result.outcome === 'failed' || result.applied?.ok === false);
  const ok = failed.length === 0;
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ ok, seconds, devices: results }, null, 2)}\n`);
  } else {
    const count = (outcome: DeviceResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
    const followed = options.wait ? `, ${results.filter((one) => one.applied?.ok === true).length} applied` : '';
    io.stdout.write(
      `${plural(results.length, 'device')}: ${count('changed')} changed, ${count('unchanged')} unchanged, ${count('failed')} failed${followed} (${seconds.toFixed(1)} s)\n`,
    );
  }
  return ok ? EXIT.ok : EXIT.problems;
}

function tell(io: CommandIo, result: DeviceResult): DeviceResult {
  const said = result.message === undefined ? result.outcome : `${result.outcome}: ${result.message}`;
  io.stderr.write(`${result.id}: ${said}\n`);
  return result;
}

function announceRetry(io: CommandIo, id: string): (error: HubError, delay: number) => void {
  return (error, delay) => io.stderr.write(`${id}: ${error.message} Trying again in ${(delay / 1000).toFixed(1)} s.\n`);
}

/** The message of a failed call; anything else is a bug and is thrown on. */
function messageOf(error: unknown): string {
  if (error instanceof HubError) return error.message;
  throw error;
}
