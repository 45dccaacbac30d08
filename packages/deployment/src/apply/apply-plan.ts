import type { DeviceNetwork, HubOperation } from '@iotedge-networking/contract';
import { readSnapshot, readSnapshots } from './device-snapshot.ts';
import { isBulk, operationOf, type DeviceSteps } from './device-steps.ts';
import type { HubSession } from './hub-session.ts';
import { planConfigurations, type ConfigurationPlan } from './plan-configurations.ts';
import { stepsMaker, writtenModules } from './plan-device-steps.ts';
import { wantedConfigurations, type DeploymentBase } from './wanted-configurations.ts';
import { wantedFleet, type NetworkSource } from './wanted-device.ts';

/** Everything that has to be written to bring a hub to what a network file says, as data. */
export interface ApplyPlan {
  readonly schema: 'iotedge-networking/apply-plan/v1';
  readonly hub: string;
  readonly network: string;
  /** Automatic deployments; they follow the devices, whose twins have to be in place by then. */
  readonly configurations: ConfigurationPlan;
  readonly devices: readonly DeviceSteps[];
}

/** What to plan. */
export interface ApplyRequest {
  readonly source: NetworkSource;
  readonly devices: readonly DeviceNetwork[];
  /** Whose base deployment automatic deployments stand on. */
  readonly base: DeploymentBase;
  /** False when only some devices are meant: then automatic deployments are left as they are. */
  readonly whole: boolean;
}

/** Reads what the hub holds, by pages, and decides what has to be written. */
export async function makeApplyPlan(
  session: HubSession,
  { source, devices, base, whole }: ApplyRequest,
): Promise<ApplyPlan> {
  const { network } = source;
  const fleet = wantedFleet(source);
  const request = { ids: devices.map(({ id }) => id), modules: writtenModules(network) };
  const [snapshots, found] = await Promise.all([
    readSnapshots(session, request),
    whole ? session.call('Configurations', () => session.hub.listConfigurations()) : undefined,
  ]);
  const stepsOf = stepsMaker(network, fleet);
  const wanted = wantedConfigurations(network, fleet.split, base);
  return {
    schema: 'iotedge-networking/apply-plan/v1',
    hub: session.hub.hostName,
    network: network.name,
    configurations: found === undefined ? { steps: [], kept: [] } : planConfigurations(network.name, wanted, found),
    devices: devices.map((device) => stepsOf(device, snapshots.get(device.id) ?? { device: undefined, twins: {} })),
  };
}

/** Makes the function that decides anew what is missing on one device, from how it is now. */
export function replanner(session: HubSession, source: NetworkSource): (device: DeviceNetwork) => Promise<DeviceSteps> {
  const { network } = source;
  const stepsOf = stepsMaker(network, wantedFleet(source));
  return async (device) => stepsOf(device, await readSnapshot(session, device.id, writtenModules(network)));
}

/** Decides anew what is missing on one device, from how it is now. */
export function replanDevice(session: HubSession, source: NetworkSource, device: DeviceNetwork): Promise<DeviceSteps> {
  return replanner(session, source)(device);
}

/** Devices that one request creates or deletes. */
export const BULK_SIZE = 100;

/** How many requests of each kind a plan takes. */
export function countRequests({ devices, configurations }: ApplyPlan): ReadonlyMap<HubOperation, number> {
  const steps = devices.flatMap((device) => device.steps);
  const counts = new Map<HubOperation, number>();
  const add = (operation: HubOperation, count: number): void => {
    if (count > 0) counts.set(operation, (counts.get(operation) ?? 0) + count);
  };
  add('IdentityRegistry', Math.ceil(steps.filter(isBulk).length / BULK_SIZE));
  add('Configurations', configurations.steps.length);
  for (const step of steps) if (!isBulk(step)) add(operationOf(step), 1);
  return counts;
}

/** Seconds that the hub's rates dictate for so many requests: the slowest kind decides, as all kinds go side by side. */
export function throttleSeconds(counts: ReadonlyMap<HubOperation, number>, rates: HubSession['rates']): number {
  const seconds = [...counts].map(([operation, count]) => {
    const { requests, seconds: period } = rates[operation];
    return Math.max(0, count - requests) * (period / requests);
  });
  return Math.max(0, ...seconds);
}
