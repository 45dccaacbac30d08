import type { DeviceNetwork } from '@iotedge-networking/contract';

type Applications = Pick<DeviceNetwork, 'apps' | 'services'>;

/**
 * Makes devices that hold the same lists of applications and workloads share one result, which must depend on nothing else of the device. Identity decides, not
 * content: the devices of one resolved network hold the same list where they say the same.
 */
export function oncePerApplications<Device extends Applications, Result>(
  make: (device: Device) => Result,
): (device: Device) => Result {
  const results = new WeakMap<object, WeakMap<object, { readonly result: Result }>>();
  return (device) => {
    const known = results.get(device.apps) ?? new WeakMap<object, { readonly result: Result }>();
    results.set(device.apps, known);
    const found = known.get(device.services);
    if (found !== undefined) return found.result;
    const result = make(device);
    known.set(device.services, { result });
    return result;
  };
}
