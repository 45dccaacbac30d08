import { DEFAULT_MODULE_NAME, type HubTier, type Network } from '@iotedge-networking/contract';
import { createHubSession, readPages, type HubSession } from '../apply/hub-session.ts';
import { UsageError, type CommandIo } from '../commands/command-io.ts';
import { HubError, type HubDevice, type HubModuleTwin } from '../commands/hub-gateway.ts';
import { requireNetwork } from '../commands/load-network.ts';
import { REPORTED_KEYS } from '../commands/reported-twin.ts';
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
  /** True where it was looked up and the hub has no such device at all. */
  readonly isUnknown?: boolean;
}

/** A choice of devices that can be read again and again. */
export interface FleetSelection {
  readonly read: () => Promise<readonly FleetMember[]>;
  /** Looks up whether the hub knows the devices whose module has no twin. */
  readonly lookUp: (members: readonly FleetMember[]) => Promise<readonly FleetMember[]>;
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
  const hub = await requireHub(io);
  const session = createHubSession(io, hub, { tier: options.tier, units: options.units });
  const { ids, module } = chosenDevices(read?.network, options);
  const devicesWhere = (): Promise<readonly HubDevice[]> =>
    readPages(session, (from) => hub.queryDevices(options.where, from)).catch((error: unknown) => {
      throw options.where === undefined ? error : explainRefusal(error, options.where);
    });
  return {
    read: async () => {
      const matching = options.where === undefined ? undefined : (await devicesWhere()).map(({ id }) => id);
      const wanted = intersect(ids, matching);
      return wanted === undefined ? readHub(session, module) : readMembers(session, module, wanted);
    },
    lookUp: (members) => withUnknown(session, members),
    readDevices: async () => new Map((await devicesWhere()).map((device) => [device.id, device])),
  };
}

/** The devices that file and options name, undefined for all, and the module that is looked at. */
function chosenDevices(
  network: Network | undefined,
  { devices, module }: FleetOptions,
): { readonly ids: readonly string[] | undefined; readonly module: string } {
  if (network === undefined)
    return { ids: devices.length > 0 ? devices : undefined, module: module ?? DEFAULT_MODULE_NAME };
  return { ids: selectDevices(network.devices, devices).map(({ id }) => id), module: network.module.name };
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

async function withUnknown(session: HubSession, members: readonly FleetMember[]): Promise<readonly FleetMember[]> {
  const silent = members.filter(({ twin }) => twin === undefined);
  // A name that was mistyped is worth a read; thousands of devices that wait for their first deployment are not.
  if (silent.length > FEW_DEVICES) return members;
  const unknown = new Set(await unknownOf(session, silent));
  return members.map((member) => (unknown.has(member.id) ? { ...member, isUnknown: true } : member));
}

async function unknownOf(session: HubSession, members: readonly FleetMember[]): Promise<readonly string[]> {
  const read = (id: string): Promise<HubDevice | undefined> =>
    session.call('TwinReads', () => session.hub.getDevice(id));
  const devices = await Promise.all(members.map(({ id }) => read(id)));
  return members.filter((_, index) => devices[index] === undefined).map(({ id }) => id);
}

/** The hub speaks of a query that nobody has typed, and counts its columns. */
function explainRefusal(error: unknown, where: string): unknown {
  if (!(error instanceof HubError) || error.status !== 400) return error;
  const counted = 'Columns are counted from the beginning of the whole query, of which this is the last part.';
  return new UsageError(
    `--where: the hub does not take "${where}" as a condition on devices: ${error.message} ${counted} A condition is, for example, tags.region = 'emea'.`,
  );
}

async function readHub(session: HubSession, module: string): Promise<readonly FleetMember[]> {
  const selection = { moduleIds: [module], desired: false, reported: REPORTED_KEYS };
  const twins = await readPages(session, (from) => session.hub.queryModules(selection, from));
  return twins
    .map((twin) => ({ id: twin.deviceId, twin }))
    .sort((one, other) => (one.id < other.id ? -1 : Number(one.id > other.id)));
}
