import { HubError, type DeviceFailure } from '../commands/hub-gateway.ts';
import { BULK_SIZE, type ApplyPlan } from './apply-plan.ts';
import type { BulkStep, DeviceSteps } from './device-steps.ts';
import { failingTogether, StoppedError, type HubSession } from './hub-session.ts';
import { creationRemark } from './ownership.ts';
import { runDeviceSteps, type DeviceResult, type DeviceRun } from './run-device-steps.ts';

/**
 * Carries out a plan: all devices side by side, each in its own order, as fast as the rates of the hub allow. A device that fails does not hold up the
 * others, unless no other would fare better. Gives the results in the order of the plan.
 */
export async function runApplyPlan(given: DeviceRun, plan: ApplyPlan): Promise<readonly DeviceResult[]> {
  const { devices, network } = plan;
  const run = { ...given, session: failingTogether(given.session) };
  const bulk = new Map<string, Promise<BulkEnd>>();
  for (const kind of ['create-device', 'delete-device'] as const) {
    const members = devices.filter(({ steps }) => steps[0]?.kind === kind).map(({ id }) => id);
    for (let start = 0; start < members.length; start += BULK_SIZE) {
      const ids = members.slice(start, start + BULK_SIZE);
      const end = writeBulk(run.session, ids, { kind, network });
      for (const id of ids) bulk.set(id, end);
    }
  }
  return Promise.all(
    devices.map(async (device) => {
      const result = await runDevice(run, device, await bulk.get(device.id));
      run.onEvent({ kind: 'device', result });
      return result;
    }),
  );
}

/** How a bulk request ended. */
type BulkEnd = { readonly failures: readonly DeviceFailure[] } | { readonly error: unknown };

interface BulkWrite {
  readonly kind: BulkStep['kind'];
  readonly network: string;
}

async function writeBulk(session: HubSession, ids: readonly string[], { kind, network }: BulkWrite): Promise<BulkEnd> {
  const { hub } = session;
  const write = (): Promise<readonly DeviceFailure[]> =>
    kind === 'create-device' ? hub.createDevices(ids, creationRemark(network)) : hub.deleteDevices(ids);
  try {
    return { failures: await session.call('IdentityRegistry', write) };
  } catch (error) {
    return { error };
  }
}

async function runDevice(run: DeviceRun, device: DeviceSteps, end: BulkEnd | undefined): Promise<DeviceResult> {
  const { id, steps } = device;
  const [first] = steps;
  const failed = (message: string): DeviceResult => ({ id, outcome: 'failed', done: [], message });
  if (end === undefined || first === undefined) return runDeviceSteps(run, device);
  if ('error' in end) {
    if (end.error instanceof StoppedError)
      return { id, outcome: 'stopped', done: [], message: 'stopped before it was begun' };
    if (end.error instanceof HubError) return failed(end.error.message);
    throw end.error;
  }
  const failure = end.failures.find((one) => one.id === id);
  // Somebody, or an earlier attempt whose answer was lost, created it meanwhile: see how it is now. One that is to be deleted may be gone in the same way.
  if (failure?.reason === 'exists') return runDeviceSteps(run, device, { look: true });
  if (failure !== undefined && failure.reason !== 'missing') return failed(failure.message);
  run.onEvent({ kind: 'step', id, step: first });
  return runDeviceSteps(run, device);
}
