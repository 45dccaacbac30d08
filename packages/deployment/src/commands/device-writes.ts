import { applyTwinPatch, diffTwin, type DeviceNetwork, type Network } from '@iotedge-networking/contract';
import { generateManifest, type Manifest } from '../generate/manifest.ts';
import { withoutEmptyObjects, type JsonObject } from '../generate/sorted-json.ts';
import type { HubDevice, HubGateway, HubModuleTwin } from './hub-gateway.ts';

/** One write that brings a device to what network.yaml says. */
export type DeviceWrite =
  | { readonly kind: 'create-device' }
  | { readonly kind: 'merge-tags'; readonly tags: JsonObject }
  | { readonly kind: 'set-modules'; readonly manifest: Manifest; readonly twins: readonly string[] };

/** All writes for one device, in order; none when nothing differs. */
export interface DeviceWrites {
  readonly id: string;
  readonly changes: readonly DeviceWrite[];
  /** Why the device cannot be brought there at all. */
  readonly refusal?: string;
}

/** What the hub holds of one device now. */
export interface DeviceSnapshot {
  readonly device: HubDevice | undefined;
  /** Twins by module name. */
  readonly twins: Readonly<Record<string, HubModuleTwin | undefined>>;
}

/** Reads what the hub holds of a device, as far as its manifest touches it. */
export async function gatherDevice(hub: HubGateway, id: string, modules: readonly string[]): Promise<DeviceSnapshot> {
  const device = await hub.getDevice(id);
  if (device === undefined) return { device, twins: {} };
  const twins = await Promise.all(modules.map(async (name) => [name, await hub.getModuleTwin(id, name)] as const));
  return { device, twins: Object.fromEntries(twins) };
}

/** Decides what has to be written for one device. */
export function planWrites(network: Network, device: DeviceNetwork, snapshot: DeviceSnapshot): DeviceWrites {
  const { id } = device;
  if (snapshot.device !== undefined && !snapshot.device.iotEdge) {
    const refusal = `The device exists but is no IoT Edge device. Delete it, or enable IoT Edge: az iot hub device-identity update -d ${id} --edge-enabled.`;
    return { id, changes: [], refusal };
  }
  const manifest = generateManifest(network, device);
  const twins = differingTwins(manifest, snapshot);
  const tags = missingTags(device.tags, snapshot.device?.tags ?? {});
  return {
    id,
    changes: [
      ...(snapshot.device === undefined ? [{ kind: 'create-device' as const }] : []),
      ...(tags === undefined ? [] : [{ kind: 'merge-tags' as const, tags }]),
      ...(twins.length === 0 ? [] : [{ kind: 'set-modules' as const, manifest, twins }]),
    ],
  };
}

function differingTwins(manifest: Manifest, snapshot: DeviceSnapshot): readonly string[] {
  return Object.entries(manifest.modulesContent).flatMap(([name, content]) => {
    const wanted = withoutEmptyObjects(content['properties.desired']);
    const found = withoutEmptyObjects(snapshot.twins[name]?.desired ?? {});
    return diffTwin(found, wanted) === undefined ? [] : [name];
  });
}

/** The tags of network.yaml that the device does not have so; other tags of the device are left alone. */
function missingTags(wanted: JsonObject, found: JsonObject): JsonObject | undefined {
  return diffTwin(found, applyTwinPatch(found, wanted));
}

/** Prints a change as one line. */
export function formatWrite(change: DeviceWrite): string {
  if (change.kind === 'create-device') return 'create the IoT Edge device';
  if (change.kind === 'merge-tags') return `set tags ${Object.keys(change.tags).join(', ')}`;
  return `set modules (changes ${change.twins.join(', ')})`;
}
