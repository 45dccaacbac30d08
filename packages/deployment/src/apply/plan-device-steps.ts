import { applyTwinPatch, diffTwin, type DeviceNetwork, type Network } from '@iotedge-networking/contract';
import type { HubModuleTwin } from '../commands/hub-gateway.ts';
import type { Manifest } from '../generate/manifest.ts';
import { isJsonObject, isSameContent, withoutEmptyObjects, type JsonObject } from '../generate/sorted-json.ts';
import type { DeviceSnapshot } from './device-snapshot.ts';
import type { DeviceStep, DeviceSteps } from './device-steps.ts';
import { abandonedTags, OWNERSHIP_TAG, ownershipOf, ownershipPatch } from './ownership.ts';
import type { WantedFleet, WantedModules } from './wanted-device.ts';

/** The modules whose twins a network file writes on every device. */
export function writtenModules({ module }: Network): readonly string[] {
  return ['$edgeAgent', '$edgeHub', module.name];
}

/**
 * Makes the function that decides what has to be written for one device of a network. Where only desired properties of a module differ they are patched, of which the
 * hub takes 150 times as many as it takes deployments, and nothing of the device's runtime is touched.
 */
export function stepsMaker(
  network: Network,
  fleet: WantedFleet,
): (device: DeviceNetwork, snapshot: DeviceSnapshot) => DeviceSteps {
  return (device, snapshot) => {
    const { id } = device;
    const refusal = refusalOf(network, id, snapshot);
    if (refusal !== undefined) return { id, steps: [], refusal };
    const mark = ownershipPatch(network.name, snapshot.device, device.tags);
    const abandoned = abandonedTags(network.name, snapshot.device, device.tags);
    const tags = { ...abandoned, ...device.tags };
    return {
      id,
      steps: [
        ...(snapshot.device === undefined ? [{ kind: 'create-device' as const }] : []),
        // With the new mark on the device nobody knows of abandoned tags any more, so they leave the module first.
        ...leavingSteps({ module: network.module.name, tags: abandoned }, snapshot),
        ...tagSteps({ ...tags, [OWNERSHIP_TAG]: mark }, snapshot),
        ...moduleSteps({ module: network.module.name, tags: device.tags }, fleet.modulesOf(device), snapshot),
      ],
    };
  };
}

interface NetworkingModule {
  readonly module: string;
  /** Tags that conditions of module configurations look for. */
  readonly tags: JsonObject;
}

function moduleSteps(
  networking: NetworkingModule,
  wanted: WantedModules,
  snapshot: DeviceSnapshot,
): readonly DeviceStep[] {
  if (wanted.kind === 'unknown') return [];
  return wanted.kind === 'direct'
    ? deploymentSteps(wanted.manifest, snapshot)
    : ownSteps(networking, wanted, snapshot.twins[networking.module]);
}

/** Takes abandoned tags from the twin of the networking module, by which configurations of modules choose. */
function leavingSteps({ module, tags }: NetworkingModule, { twins }: DeviceSnapshot): readonly DeviceStep[] {
  const twin = twins[module];
  const found = twin?.tags ?? {};
  const leaving = diffTwin(found, applyTwinPatch(found, tags));
  return leaving === undefined ? [] : [{ kind: 'patch-desired', module, patch: {}, tags: leaving, etag: twin?.etag }];
}

/** What is the device's own: everything but what a configuration writes. The module's identity is made early, so that its twin is there when it starts. */
function ownSteps(
  { module, tags }: NetworkingModule,
  { desired, sharedPaths }: Extract<WantedModules, { kind: 'governed' }>,
  twin: HubModuleTwin | undefined,
): readonly DeviceStep[] {
  const difference = diffTwin(withoutEmptyObjects(twin?.desired ?? {}), withoutEmptyObjects(desired)) ?? {};
  const patch = withoutEmptyObjects(withoutPaths(difference, sharedPaths));
  const found = twin?.tags ?? {};
  const missing = diffTwin(found, applyTwinPatch(found, tags));
  const nothing = Object.keys(patch).length === 0 && missing === undefined;
  const step = { kind: 'patch-desired' as const, module, patch, etag: twin?.etag };
  return [
    ...(twin === undefined ? [{ kind: 'create-module' as const, module }] : []),
    ...(nothing ? [] : [missing === undefined ? step : { ...step, tags: missing }]),
  ];
}

function withoutPaths(patch: JsonObject, paths: readonly string[]): JsonObject {
  let rest = patch;
  for (const path of paths) rest = withoutPath(rest, path.split('.'));
  return rest;
}

function withoutPath(patch: JsonObject, [key = '', ...deeper]: readonly string[]): JsonObject {
  if (!Object.hasOwn(patch, key)) return patch;
  const value = patch[key];
  if (deeper.length === 0) return Object.fromEntries(Object.entries(patch).filter(([name]) => name !== key));
  return isJsonObject(value) ? { ...patch, [key]: withoutPath(value, deeper) } : patch;
}

function refusalOf({ name }: Network, id: string, { device }: DeviceSnapshot): string | undefined {
  if (device === undefined) return undefined;
  if (!device.iotEdge)
    return `The device exists but is no IoT Edge device. Delete it, or enable IoT Edge: az iot hub device-identity update -d ${id} --edge-enabled.`;
  const owner = ownershipOf(device)?.network ?? name;
  if (owner === name) return undefined;
  return `The device is under the hand of the network "${owner}" (tag ${OWNERSHIP_TAG}). Delete it there first, or leave it out here.`;
}

/** The tags that the device does not have as they should be, null for one that is to go; other tags of the device are left alone. */
function tagSteps(wanted: JsonObject, { device }: DeviceSnapshot): readonly DeviceStep[] {
  const found = device?.tags ?? {};
  const tags = diffTwin(found, applyTwinPatch(found, wanted));
  return tags === undefined ? [] : [{ kind: 'merge-tags', tags, etag: device?.etag }];
}

function deploymentSteps(manifest: Manifest, { twins }: DeviceSnapshot): readonly DeviceStep[] {
  const differing = Object.entries(manifest.modulesContent).flatMap(([module, content]) => {
    const desired = { ...content['properties.desired'] };
    const found = twins[module]?.desired ?? {};
    if (isSameContent(found, desired)) return [];
    const patch = diffTwin(withoutEmptyObjects(found), withoutEmptyObjects(desired));
    return patch === undefined ? [] : [{ module, patch, twin: twins[module] }];
  });
  if (differing.length === 0) return [];
  if (differing.some(({ module, twin }) => module.startsWith('$') || twin === undefined))
    return [{ kind: 'set-modules', manifest, twins: differing.map(({ module }) => module) }];
  return differing.map(({ module, patch, twin }) => ({ kind: 'patch-desired', module, patch, etag: twin?.etag }));
}
