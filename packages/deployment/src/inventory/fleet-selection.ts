import type { HubTier } from '@iotedge-networking/contract';
import { DEFAULT_MODULE_NAME } from '@iotedge-networking/contract';
import { createHubSession, readPages, type HubSession } from '../apply/hub-session.ts';
import { UsageError, type CommandIo } from '../commands/command-io.ts';
import type { HubDevice, HubModuleTwin } from '../commands/hub-gateway.ts';
import { requireNetwork } from '../commands/load-network.ts';
import { requireHub } from '../commands/require-hub.ts';
import { selectDevices } from '../commands/select-devices.ts';

/** Which devices of a hub to look at. */
export interface FleetOptions {
  /** The devices of this file; absent: every device of the hub that has the networking module. */
  readonly file?: string;
  readonly devices: readonly string[];
  /** A condition of the hub's query language on devices, such as tags.region = 'emea'. */
  readonly where?: string;
  /** Name of the networking module where no file says it. */
  readonly module?: string;
  readonly tier: HubTier;
  readonly units: number;
  readonly json: boolean;
}

/** One device of a fleet: the twin of its networking module, undefined when the hub has none. */
export interface FleetMember {
  readonly id: string;
  readonly twin: HubModuleTwin | undefined;
}

/** A choice of devices that can be read again and again. */
export interface FleetSelection {
  readonly session: HubSession;
  /** Name of the network where a file says it. */
  readonly network?: string;
  readonly read: () => Promise<readonly FleetMember[]>;
  /** The identities of the devices with their tags, by id. */
  readonly readDevices: () => Promise<ReadonlyMap<string, HubDevice>>;
}

/** Up to so many named devices are read one by one. */
const FEW_DEVICES = 20;

/** Works out which devices are meant; undefined when the file has problems, which are told. */
export async function selectFleet(io: CommandIo, options: FleetOptions): Promise<FleetSelection | undefined> {
  if (options.where !== undefined && options.devices.length > 0)
    throw new UsageError('--where and --device both say which devices to look at. Give one of them.');
  const read = options.file === undefined ? undefined : await requireNetwork(io, options.file, options.json);
  if (options.file !== undefined && read === undefined) return undefined;
  const network = read?.network;
  const listed = network === undefined ? undefined : selectDevices(network.devices, options.devices);
  const hub = await requireHub(io);
  const session = createHubSession(io, hub, { tier: options.tier, units: options.units });
  const module = network?.module.name ?? options.module ?? DEFAULT_MODULE_NAME;
  const ids = listed?.map(({ id }) => id) ?? (options.devices.length > 0 ? options.devices : undefined);
  const devicesWhere = (where: string | undefined): Promise<readonly HubDevice[]> =>
    readPages(session, (from) => hub.queryDevices(where, from));
  return {
    session,
    ...(network === undefined ? {} : { network: network.name }),
    read: async () => {
      const matching = options.where === undefined ? undefined : await devicesWhere(options.where);
      const wanted = intersect(ids, matching?.map(({ id }) => id));
      return wanted === undefined ? readHub(session, module) : readMembers(session, module, wanted);
    },
    readDevices: async () => new Map((await devicesWhere(options.where)).map((device) => [device.id, device])),
  };
}

function intersect(
  ids: readonly string[] | undefined,
  matching: readonly string[] | undefined,
): readonly string[] | undefined {
  if (ids === undefined || matching === undefined) return ids ?? matching;
  const known = new Set(matching);
  return ids.filter((id) => known.has(id));
}

async function readMembers(
  session: HubSession,
  module: string,
  ids: readonly string[],
): Promise<readonly FleetMember[]> {
  if (ids.length <= FEW_DEVICES) {
    const read = async (id: string): Promise<FleetMember> => ({
      ...{ id, twin: await session.call('TwinReads', () => session.hub.getModuleTwin(id, module)) },
    });
    return Promise.all(ids.map(read));
  }
  const twins = new Map((await readHub(session, module)).map(({ id, twin }) => [id, twin]));
  return ids.map((id) => ({ id, twin: twins.get(id) }));
}

async function readHub(session: HubSession, module: string): Promise<readonly FleetMember[]> {
  const selection = { moduleIds: [module], reported: true };
  const twins = await readPages(session, (from) => session.hub.queryModules(selection, from));
  return twins
    .map((twin) => ({ id: twin.deviceId, twin }))
    .sort((one, other) => (one.id < other.id ? -1 : Number(one.id > other.id)));
}
