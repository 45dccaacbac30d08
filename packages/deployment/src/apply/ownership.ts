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
  /** Names of the tags that were set on a device that was there before, separated by commas. */
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

/** Whether a device that was there before has yet to get its tag. */
export function lacksOwnership(network: string, device: HubDevice, tags: JsonObject): boolean {
  return JSON.stringify(ownershipOf(device)) !== JSON.stringify(wantedOwnership(network, device, tags));
}

/** The tag that the device has to have, given the tags that the file sets. */
export function wantedOwnership(network: string, device: HubDevice | undefined, tags: JsonObject): Ownership {
  const found = device === undefined ? undefined : ownershipOf(device);
  const created = device === undefined || device.remark === creationRemark(network) || found?.made === 'device';
  if (created) return { network, made: 'device' };
  const names = [...new Set([...(found?.tags?.split(',') ?? []), ...Object.keys(tags)])].filter((name) => name !== '');
  return { network, made: 'modules', ...(names.length === 0 ? {} : { tags: names.sort().join(',') }) };
}
