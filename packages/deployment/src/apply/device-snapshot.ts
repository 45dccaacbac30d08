import type { HubDevice, HubModuleTwin, HubPage } from '../commands/hub-gateway.ts';
import { REPORTED_KEYS } from '../commands/reported-twin.ts';
import { remember } from '../generate/remember.ts';
import type { JsonObject } from '../generate/sorted-json.ts';
import { readPages, type HubSession } from './hub-session.ts';
import { readNetworkingTwins } from './read-networking-twins.ts';

/** What the hub holds of one device, as far as a network file touches it. */
export interface DeviceSnapshot {
  readonly device: HubDevice | undefined;
  /** Twins by module name. */
  readonly twins: Readonly<Record<string, HubModuleTwin | undefined>>;
}

/** What to read of which devices. */
export interface SnapshotRequest {
  readonly ids: readonly string[];
  /** System modules, and networking modules. */
  readonly modules: readonly string[];
  /** The module whose reported properties are wanted too, if any. */
  readonly reportedOf?: string;
}

/** A few devices are read one by one, which is exact; more cost less by query, whose answer may be minutes old. */
const FEW_DEVICES = 20;

/** All desired properties that $edgeAgent and $edgeHub have. */
const SYSTEM_KEYS = [
  ...['schemaVersion', 'runtime', 'systemModules', 'modules'],
  ...['routes', 'storeAndForwardConfiguration'],
];

/** Reads what the hub holds of the devices, in their order. */
export async function readSnapshots(
  session: HubSession,
  { ids, modules, reportedOf }: SnapshotRequest,
): Promise<ReadonlyMap<string, DeviceSnapshot>> {
  if (ids.length <= FEW_DEVICES) {
    const read = ids.map(async (id) => [id, await readSnapshot(session, id, modules)] as const);
    return new Map(await Promise.all(read));
  }
  const { hub } = session;
  const system = modules.filter((module) => module.startsWith('$'));
  const others = modules.filter((module) => !module.startsWith('$'));
  const selection = { moduleIds: system, desired: SYSTEM_KEYS, reported: false };
  const withSharedDesired = desiredSharer();
  const [devices, ...read] = await Promise.all([
    readPages(session, (from) => hub.queryDevices(undefined, from)),
    readPages(session, async (from) => withSharedDesired(await hub.queryModules(selection, from))),
    ...others.map((module) =>
      readNetworkingTwins(session, { ids, module, reported: module === reportedOf ? REPORTED_KEYS : [] }),
    ),
  ]);
  const twins = Map.groupBy(read.flat(), ({ deviceId }) => deviceId);
  const byId = new Map(devices.map((device) => [device.id, device]));
  return new Map(ids.map((id) => [id, { device: byId.get(id), twins: byModule(twins.get(id) ?? []) }]));
}

/** The devices of a fleet mostly have the same deployment; it is kept once, so that whoever compares it does so once. */
function desiredSharer(): (page: HubPage<HubModuleTwin>) => HubPage<HubModuleTwin> {
  const shared = remember((desired: JsonObject) => desired);
  return (page) => ({ ...page, rows: page.rows.map((twin) => ({ ...twin, desired: shared(twin.desired) })) });
}

function byModule(twins: readonly HubModuleTwin[]): DeviceSnapshot['twins'] {
  return Object.fromEntries(twins.map((twin) => [twin.moduleId, twin]));
}

/** Reads one device exactly as it is now. */
export async function readSnapshot(
  session: HubSession,
  id: string,
  modules: readonly string[],
): Promise<DeviceSnapshot> {
  const device = await session.call('TwinReads', () => session.hub.getDevice(id));
  if (device === undefined) return { device, twins: {} };
  const read = modules.map(async (name) => {
    const twin = await session.call('TwinReads', () => session.hub.getModuleTwin(id, name));
    return [name, twin] as const;
  });
  return { device, twins: Object.fromEntries(await Promise.all(read)) };
}
