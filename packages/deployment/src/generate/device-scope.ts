import {
  layerPath,
  resolveNetwork,
  type DeviceNetwork,
  type Network,
  type NetworkFile,
} from '@iotedge-networking/contract';

/** One device of a network together with the file it comes from, to say where in the file something stands. */
export interface DeviceScope {
  readonly network: Network;
  readonly device: DeviceNetwork;
  /** The file, and the index of the device in its list; -1 when the file lists no devices. */
  readonly file: NetworkFile;
  readonly index: number;
}

/** Id that stands for any device where network.yaml lists none. */
export const ANY_DEVICE = 'any-device';

/** The devices of a file; where it lists none, one that has only the fleet's values. */
export function deviceScopes(network: Network, file: NetworkFile): readonly DeviceScope[] {
  if (network.devices.length > 0) return network.devices.map((device, index) => ({ network, device, file, index }));
  const fleet = resolveNetwork({ ...file, devices: [{ id: ANY_DEVICE }] });
  return fleet.devices.map((device) => ({ network, device, file, index: -1 }));
}

/** Path of a field of an application: in the device's own entry where it has one, in its group's, or in the fleet's. */
export function appPath({ file, index }: DeviceScope, app: string, field: string): string {
  const first = field.split(/[.[]/)[0] ?? field;
  return `${layerPath(file, index, 'apps', [app, first]).slice(0, -first.length)}${field}`;
}

/** Path of a field of computeNetwork: in the device's own entry where it has one, in its group's, or in the fleet's. */
export function computePath({ file, index }: DeviceScope, field: string): string {
  return layerPath(file, index, 'computeNetwork', [field]);
}

/** Path of the entry behind a desired Service: an existing workload, or an application. */
export function entryPath({ device }: DeviceScope, namespace: string, name: string): string {
  const service = device.services.find((one) => one.namespace === namespace && (one.adopt ?? one.name) === name);
  return service === undefined ? `apps.${name}` : `services.${service.name}`;
}
