import { desiredSchema } from '@iotedge-networking/contract';
import manifest from '../../package.json' with { type: 'json' };
import type { HubModuleTwin } from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import { readPages, type HubSession } from './hub-session.ts';

/** Whose twins of the networking module to read. */
export interface NetworkingTwinsRequest {
  readonly ids: readonly string[];
  readonly module: string;
  /** The reported properties that are wanted. */
  readonly reported: readonly string[];
}

/** All desired properties that this version knows. Asked for one by one they come without the time of every value, which is four times as long as they are. */
const DESIRED_KEYS: readonly string[] = Object.keys(desiredSchema.shape);

/** What tells whether a module of this version has taken its desired properties whole. */
const VOUCHING_KEYS = ['module', 'desired'];

/** Up to so many twins are read one by one, of which the hub takes 300 times as many as queries. */
const READ_SINGLY = 200;

/**
 * Reads the twins of the networking module of a large fleet. A module of this version refuses desired properties that hold anything unknown, so where it reports the
 * present ones as applied, the known ones are all there are. The twins of the other devices are read again as a whole.
 */
export async function readNetworkingTwins(
  session: HubSession,
  { ids, module, reported }: NetworkingTwinsRequest,
): Promise<readonly HubModuleTwin[]> {
  const selection = {
    moduleIds: [module],
    desired: DESIRED_KEYS,
    reported: [...new Set([...reported, ...VOUCHING_KEYS])],
  };
  const twins = await readPages(session, (from) => session.hub.queryModules(selection, from));
  const wanted = new Set(ids);
  const doubtful = twins.filter((twin) => wanted.has(twin.deviceId) && !isVouchedFor(twin));
  const whole = await readWhole(session, module, doubtful);
  return twins.map((twin) => ({ ...(whole.get(twin.deviceId) ?? twin), reported: twin.reported }));
}

/** The module has this version and reports the present desired properties as applied. */
function isVouchedFor({ desiredVersion, reported }: HubModuleTwin): boolean {
  const { state, version } = objectOf(reported.desired);
  return (
    objectOf(reported.module).version === manifest.version && state === 'applied' && version === (desiredVersion ?? 0)
  );
}

async function readWhole(
  session: HubSession,
  module: string,
  doubtful: readonly HubModuleTwin[],
): Promise<ReadonlyMap<string, HubModuleTwin>> {
  if (doubtful.length > READ_SINGLY) {
    const selection = { moduleIds: [module], reported: false };
    const twins = await readPages(session, (from) => session.hub.queryModules(selection, from));
    return byDevice(twins);
  }
  const read = doubtful.map(({ deviceId }) =>
    session.call('TwinReads', () => session.hub.getModuleTwin(deviceId, module)),
  );
  const twins = await Promise.all(read);
  return byDevice(twins.filter((twin) => twin !== undefined));
}

function byDevice(twins: readonly HubModuleTwin[]): ReadonlyMap<string, HubModuleTwin> {
  return new Map(twins.map((twin) => [twin.deviceId, twin]));
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
