import type { HubDevice } from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';

/** Tag of a device that is under the hand of a network file. */
export const OWNERSHIP_TAG = 'iotedgeNetworking';

/** What a network file made on a device, as its tag says. */
export interface Ownership {
  /** Name of the network file's network. */
  readonly network: string;
  /** The identity itself, or only what runs on a device that was there before. */
  readonly made: 'device' | 'modules';
  /** Names of the tags that the file set, separated by commas. */
  readonly tags?: string;
}

/** What the registry notes about a device that a network file creates; it is there before any tag can be. */
export function creationRemark(network: string): string {
  return `iotedge-net: ${network}`;
}

/** Who has this device under his hand; undefined when nobody has. */
export function ownershipOf(device: HubDevice): Ownership | undefined {
  const tag = device.tags[OWNERSHIP_TAG];
  if (!isJsonObject(tag) || typeof tag.network !== 'string') return undefined;
  const made = tag.made === 'device' ? 'device' : 'modules';
  return { network: tag.network, made, ...(typeof tag.tags === 'string' ? { tags: tag.tags } : {}) };
}

/** The mark that the device has to have, given the tags that the file sets. */
export function wantedOwnership(network: string, device: HubDevice | undefined, tags: JsonObject): Ownership {
  const found = device === undefined ? undefined : ownershipOf(device);
  const created = device === undefined || device.remark === creationRemark(network) || found?.made === 'device';
  const names = Object.keys(tags).sort();
  return {
    ...{ network, made: created ? 'device' : 'modules' },
    ...(names.length === 0 ? {} : { tags: names.join(',') }),
  };
}

/** {@link wantedOwnership} as a patch: null takes away the names of tags when there are none any more. */
export function ownershipPatch(network: string, device: HubDevice | undefined, tags: JsonObject): JsonObject {
  const mark = wantedOwnership(network, device, tags);
  return { ...mark, tags: mark.tags ?? null };
}

/** Tags that the network file once set on the device and does not set any more: null for each that is still there. */
export function abandonedTags(network: string, device: HubDevice | undefined, tags: JsonObject): JsonObject {
  const mark = device === undefined ? undefined : ownershipOf(device);
  if (device === undefined || mark?.network !== network) return {};
  const names = (mark.tags ?? '').split(',');
  const abandoned = names.filter((name) => Object.hasOwn(device.tags, name) && !Object.hasOwn(tags, name));
  return Object.fromEntries(abandoned.map((name) => [name, null]));
}
