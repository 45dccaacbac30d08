import type { DeviceApp, Network } from '@iotedge-networking/contract';
import { isJsonObject, type JsonObject } from './sorted-json.ts';

/** A volume that an application mounts. */
export interface AppVolume {
  /** Name of the volume, which becomes the name of its claim. */
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
}

/** The mounts of type `volume` in an application's create options; edgeAgent makes persistent volume claims of the same. */
export function volumesOf({ createOptions }: Pick<DeviceApp, 'createOptions'>): readonly AppVolume[] {
  const host = createOptions.HostConfig;
  const mounts: readonly unknown[] = isJsonObject(host) && Array.isArray(host.Mounts) ? host.Mounts : [];
  return mounts.flatMap((mount) => {
    if (!isJsonObject(mount) || mount.Type !== 'volume') return [];
    const { Source: source, Target: target, ReadOnly: readOnly } = mount;
    if (typeof source !== 'string' || typeof target !== 'string') return [];
    return [{ name: source.toLowerCase().replace(/[^a-z0-9-]/g, ''), mountPath: target, readOnly: readOnly === true }];
  });
}

/** Storage class of a device's own disks; elsewhere the cluster's default is taken. Source: Azure Stack Edge, "dynamically provisioned". */
const DEVICE_STORAGE_CLASS = 'ase-node-local';

/** The specification of the claim behind a volume. It asks for 1 Gi, which node-local storage does not enforce. */
export function claimSpec({ profile }: Pick<Network, 'profile'>): JsonObject {
  return {
    accessModes: ['ReadWriteOnce'],
    ...(profile === 'ase-k8s' ? { storageClassName: DEVICE_STORAGE_CLASS } : {}),
    resources: { requests: { storage: '1Gi' } },
  };
}
