import { TWIN_LIMITS, twinSize, type DeviceNetwork, type Network } from '@iotedge-networking/contract';
import type { Manifest } from '../generate/manifest.ts';
import { oncePerApplications } from '../generate/once-per-applications.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import { twinMeasure } from '../generate/twin-measure.ts';
import { applicationPlaces, isGiven } from './application-places.ts';
import type { PlannedTwin } from './device-plan.ts';

/** Tags have a smaller budget than the other sections. Source: IoT Hub device-twin developer guide. */
const TAGS_LIMIT = 8192;

/** Where the values of network.yaml go on one device. */
export interface TwinTable {
  readonly twins: readonly PlannedTwin[];
  /** Values that go to no twin: they only serve the checks, or are set on the device or in the cluster. */
  readonly notSent: readonly string[];
}

/**
 * Makes the function that says which values of network.yaml go to which twin of a device, and how many bytes each twin takes. What the networking module is told is
 * read off its desired properties; every other value is not sent.
 */
export function twinPlanner(network: Network): (device: DeviceNetwork, manifest: Manifest) => TwinTable {
  const measure = twinMeasure();
  const placesOf = oncePerApplications((device: DeviceNetwork) => applicationPlaces(network, device));
  const common = commonValues(network);
  return (device, manifest) => {
    const places = placesOf(device);
    const compute = computePlaces(device, desiredOfModule(manifest, network));
    const holds: Readonly<Record<string, readonly string[]>> = {
      $edgeAgent: [...places.agent, ...common.agent],
      $edgeHub: common.hub,
    };
    const networking = [...compute.told, ...common.networking, ...places.networking];
    const twins = Object.entries(manifest.modulesContent).map(([twin, content]) => {
      const section: object = content['properties.desired'];
      return { twin, bytes: measure(section), limit: TWIN_LIMITS.sectionBytes, holds: holds[twin] ?? networking };
    });
    const tags = { twin: 'tags', bytes: twinSize(device.tags), limit: TAGS_LIMIT, holds: ['devices[].tags'] };
    return {
      twins: Object.keys(device.tags).length === 0 ? twins : [...twins, tags],
      notSent: [...compute.kept, ...places.notSent],
    };
  };
}

/** Values that all devices have in common. */
function commonValues({ registryCredentials }: Network) {
  const registries = Object.keys(registryCredentials).length === 0 ? [] : ['registryCredentials'];
  return {
    agent: ['networkingModule', 'runtime', ...registries],
    hub: ['networkingModule.name (a route for its events)'],
    networking: ['options'],
  };
}

function desiredOfModule({ modulesContent }: Manifest, { module }: Network): JsonObject {
  const desired: unknown = modulesContent[module.name]?.['properties.desired'];
  return isJsonObject(desired) ? desired : {};
}

function computePlaces({ computeNetwork }: DeviceNetwork, desired: JsonObject) {
  const sent = isJsonObject(desired.computeNetwork) ? desired.computeNetwork : {};
  const given = Object.entries(computeNetwork).flatMap(([name, value]) => (isGiven(value) ? [name] : []));
  const told = given.filter((name) => Object.hasOwn(sent, name));
  return {
    told: told.length === 0 ? [] : [`computeNetwork (${told.join(', ')})`],
    kept: given.filter((name) => !Object.hasOwn(sent, name)).map((name) => `computeNetwork.${name}`),
  };
}
