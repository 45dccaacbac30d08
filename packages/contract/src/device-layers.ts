import type { NetworkDevice, NetworkFile, NetworkGroup } from './network-schema.ts';

/** The group that a device is in, where it is in one that exists. */
export function groupOf(file: NetworkFile, { group }: Pick<NetworkDevice, 'group'>): NetworkGroup | undefined {
  return group === undefined || !Object.hasOwn(file.groups ?? {}, group) ? undefined : file.groups?.[group];
}

/** The sections of network.yaml that groups and devices can say otherwise. */
export type LayeredSection = 'computeNetwork' | 'apps';

/**
 * Where in network.yaml a value of a device stands: in the device's own entry, in its group's, or with the fleet; `path` leads to it inside the section.
 * An index that no device has stands for the fleet.
 */
export function layerPath(
  file: NetworkFile,
  index: number,
  section: LayeredSection,
  path: readonly [string, ...string[]],
): string {
  const device = file.devices?.[index];
  const rest = [section, ...path].join('.');
  if (device === undefined) return rest;
  if (says(device[section], section, path)) return `devices[${index}].${rest}`;
  const group = groupOf(file, device);
  return says(group?.[section], section, path) ? `groups.${device.group ?? ''}.${rest}` : rest;
}

function says(layer: object | undefined, section: LayeredSection, [first, second]: readonly string[]): boolean {
  const entry = valueOf(layer, first);
  return section === 'computeNetwork' || second === undefined
    ? entry !== undefined
    : valueOf(entry, second) !== undefined;
}

function valueOf(object: unknown, key: string | undefined): unknown {
  if (typeof object !== 'object' || object === null || key === undefined || !Object.hasOwn(object, key))
    return undefined;
  return (object as Readonly<Record<string, unknown>>)[key];
}
