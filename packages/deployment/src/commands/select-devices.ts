import { nearestName } from '@iotedge-networking/contract';
import { UsageError } from './command-io.ts';

/** The devices with these ids, in the order asked for; all when none is named. Throws a {@link UsageError} for an id that is not there. */
export function selectDevices<T extends { readonly id: string }>(
  devices: readonly T[],
  ids: readonly string[],
): readonly T[] {
  if (ids.length === 0) return devices;
  const byId = new Map(devices.map((device) => [device.id, device]));
  return ids.map((id) => {
    const device = byId.get(id);
    if (device !== undefined) return device;
    const known = devices.map((one) => one.id);
    const nearest = nearestName(id, known);
    const hint = nearest === undefined ? `Known: ${known.slice(0, 10).join(', ')}.` : `Did you mean "${nearest}"?`;
    throw new UsageError(`There is no device "${id}". ${hint}`);
  });
}
