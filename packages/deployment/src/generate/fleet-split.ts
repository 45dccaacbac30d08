import {
  resolveNetwork,
  type DeviceApp,
  type DeviceNetwork,
  type Network,
  type NetworkFile,
} from '@iotedge-networking/contract';
import { desiredMaker } from './desired.ts';
import { ANY_DEVICE } from './device-scope.ts';
import { agentMaker, edgeHubDesired, type EdgeAgentDesired, type EdgeHubDesired } from './manifest.ts';
import { remember } from './remember.ts';
import type { JsonObject } from './sorted-json.ts';
import { devicesCondition, readTargetCondition, type TargetCondition } from './target-condition.ts';
import { splitTwins, type TwinSplit } from './twin-split.ts';

/** What goes to the devices that one deployment of network.yaml is for, taken apart by the document that carries it. */
export interface DeploymentSplit {
  readonly id: string;
  readonly targetCondition: string;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The devices of network.yaml that it governs; none where the file lists no device that its condition selects. */
  readonly devices: readonly DeviceNetwork[];
  /** Listed devices that its condition selects although another deployment governs them; layers and module configurations have to leave them out. */
  readonly excluded: readonly string[];
  /** Base deployment, or layer: modules and routes. */
  readonly agent: EdgeAgentDesired;
  readonly hub: EdgeHubDesired;
  /** Layer, or module configuration: what the networking module is told on every device, by path below `properties.desired`. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** Module twin of one device: what the networking module is told on this device only. */
  readonly ownOf: (device: DeviceNetwork) => JsonObject;
}

/** The whole fleet, taken apart. */
export interface FleetSplit {
  readonly deployments: readonly DeploymentSplit[];
  /** Devices of network.yaml that no deployment selects. */
  readonly untargeted: readonly DeviceNetwork[];
}

type Deployment = Network['deployments'][number];

/**
 * Splits what network.yaml says over the documents that IoT Hub knows. The rules:
 *
 * 1. **Modules and routes** (`$edgeAgent`, `$edgeHub`) go to the base deployment, or to the layer on somebody else's base.
 * 2. **What the networking module is told everywhere** (Services, options, ranges of the fleet) goes to a module configuration, which may be exchanged without
 *    touching a module; on somebody else's base it goes into the layer. The base itself never carries the twin of the networking module: a base
 *    replaces the twins it names whole, and would take away what is one device's own.
 * 3. **What is one device's own** goes to its module twin: what stands in its entry of `devices`, and whatever else differs between the devices of a
 *    deployment. No path of 2 is above or below a path of 3, so the two never overwrite each other.
 * 4. **Tags** go to the device twin, where target conditions look for them, and to the module twin, where those of module configurations do.
 *
 * Each listed device belongs to the deployment of the highest priority that selects it (of equals to the later one). Devices whose applications need other modules than
 * those of most devices get a base of their own, one priority higher; an address does not make such a difference, because the networking module sets it.
 */
export function splitFleet(network: Network, file: NetworkFile): FleetSplit {
  const conditions = network.deployments.map(({ targetCondition }) => readTargetCondition(targetCondition));
  const governed = network.deployments.map((): DeviceNetwork[] => []);
  const untargeted: DeviceNetwork[] = [];
  for (const device of network.devices) {
    const winner = winnerFor(device, network.deployments, conditions);
    (governed[winner] ?? untargeted).push(device);
  }
  const context = splitContext(network, file);
  return {
    deployments: network.deployments.flatMap((deployment, index) => {
      const own = governed[index] ?? [];
      const condition = conditions[index];
      const selected = condition?.needsReported === false ? network.devices.filter(condition.selects) : own;
      return splitDeployment(context, deployment, { devices: own, selected });
    }),
    untargeted,
  };
}

/** Index of the deployment that governs a device, -1 when none does. A condition that only the hub can decide selects no listed device. */
function winnerFor(
  device: DeviceNetwork,
  deployments: readonly Deployment[],
  conditions: readonly (TargetCondition | undefined)[],
): number {
  let winner = -1;
  for (const [index, { priority }] of deployments.entries()) {
    const before = deployments[winner];
    if (before !== undefined && before.priority > priority) continue;
    if (conditions[index]?.needsReported === false && conditions[index].selects(device)) winner = index;
  }
  return winner;
}

interface SplitContext {
  readonly network: Network;
  readonly desired: (device: DeviceNetwork) => JsonObject;
  /** Text that is equal for devices which need the same modules, whatever their addresses. */
  readonly modulesKey: (apps: readonly DeviceApp[]) => string;
  /** Stands for the devices that the file does not list. */
  readonly anyDevice: DeviceNetwork;
  /** What stands in a device's own entry, as paths of the twin of the networking module. */
  readonly ownPaths: ReadonlyMap<string, readonly string[]>;
}

function splitContext(network: Network, file: NetworkFile): SplitContext {
  const [anyDevice] = resolveNetwork({ ...file, devices: [{ id: ANY_DEVICE }] }).devices;
  if (anyDevice === undefined) throw new Error('A file with one device resolves to one device.');
  return {
    network,
    desired: desiredMaker(network),
    modulesKey: modulesKeyOf(network),
    anyDevice,
    ownPaths: new Map(file.devices?.map((device) => [device.id, pathsOfEntry(network, device)])),
  };
}

function modulesKeyOf(network: Network): SplitContext['modulesKey'] {
  const agentDesired = agentMaker(network);
  const key = remember((apps: readonly DeviceApp[]) => JSON.stringify(agentDesired(apps).modules));
  return (apps) => key(withoutAddresses(apps));
}

function withoutAddresses(apps: readonly DeviceApp[]): readonly DeviceApp[] {
  return apps.map((app) => ({ ...app, address: undefined }));
}

function pathsOfEntry({ namespace }: Network, device: NonNullable<NetworkFile['devices']>[number]): readonly string[] {
  const pinned = Object.entries(device.apps ?? {}).filter(([, app]) => app.address !== undefined);
  return [
    ...Object.keys(device.computeNetwork ?? {}).map((key) => `computeNetwork.${key}`),
    ...pinned.map(([name]) => `services.${namespace}.${name}.address`),
  ];
}

function splitDeployment(
  context: SplitContext,
  deployment: Deployment,
  { devices, selected }: { readonly devices: readonly DeviceNetwork[]; readonly selected: readonly DeviceNetwork[] },
): readonly DeploymentSplit[] {
  const sets = [...Map.groupBy(devices, ({ apps }) => context.modulesKey(apps)).values()];
  const most = sets.reduce<readonly DeviceNetwork[]>((best, set) => (set.length > best.length ? set : best), []);
  const kept = new Set(most);
  const excluded = selected.filter((device) => !kept.has(device)).map(({ id }) => id);
  const main = splitSet(context, { ...deployment, labels: deployment.labels ?? {}, excluded }, most);
  const variants = sets.filter((set) => set !== most).map((set) => variantOf(context, deployment, set));
  return [main, ...variants];
}

/** A base of their own for devices that need other modules; named after the first of them. */
function variantOf(context: SplitContext, deployment: Deployment, set: readonly DeviceNetwork[]): DeploymentSplit {
  const ids = set.map(({ id }) => id);
  const condition = deployment.targetCondition.trim();
  const own = devicesCondition(ids);
  const variant = {
    id: `${deployment.id}-${(ids[0] ?? '').toLowerCase().replace(/[^a-z0-9-]/g, '-')}`.slice(0, 128),
    targetCondition: condition === '*' ? own : `(${condition}) AND ${own}`,
    priority: deployment.priority + 1,
    labels: deployment.labels ?? {},
    excluded: [],
  };
  return splitSet(context, variant, set);
}

function splitSet(
  context: SplitContext,
  deployment: Deployment & Pick<DeploymentSplit, 'labels' | 'excluded'>,
  devices: readonly DeviceNetwork[],
): DeploymentSplit {
  const { network, anyDevice, desired } = context;
  const members = devices.length > 0 ? devices : [anyDevice];
  const own = new Set(members.flatMap(({ id }) => context.ownPaths.get(id) ?? []));
  const split: TwinSplit = splitTwins(members.map(desired), (path) => own.has(path));
  const pins = { members, own, namespace: network.namespace };
  const apps = (members[0]?.apps ?? []).map((app) => ({ ...app, address: agreedAddress(app, pins) }));
  return {
    ...deployment,
    devices,
    agent: agentMaker(network)(apps),
    hub: edgeHubDesired(network),
    shared: split.shared,
    ownOf: (device) => split.ownOf(desired(device)),
  };
}

/** A pin that all devices share stays with the module, so that its Service has the address from the beginning. */
function agreedAddress(
  app: DeviceApp,
  {
    members,
    own,
    namespace,
  }: { readonly members: readonly DeviceNetwork[]; readonly own: ReadonlySet<string>; readonly namespace: string },
): string | undefined {
  if (own.has(`services.${namespace}.${app.name}.address`)) return undefined;
  const addressOf = ({ apps }: DeviceNetwork): string | undefined =>
    apps.find(({ name }) => name === app.name)?.address;
  return members.every((member) => addressOf(member) === app.address) ? app.address : undefined;
}
