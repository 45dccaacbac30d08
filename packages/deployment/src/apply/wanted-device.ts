import type { CheckedNetwork, DeviceNetwork } from '@iotedge-networking/contract';
import { desiredMaker } from '../generate/desired.ts';
import { splitFleet, type FleetSplit } from '../generate/fleet-split.ts';
import { manifestMaker, type Manifest } from '../generate/manifest.ts';
import type { JsonObject } from '../generate/sorted-json.ts';
import { readTargetCondition } from '../generate/target-condition.ts';

/** A network and the file it comes from. */
export type NetworkSource = Pick<CheckedNetwork, 'network' | 'file'>;

/** How a device gets its modules. */
export type WantedModules =
  /** By its own deployment ("Set modules"). */
  | { readonly kind: 'direct'; readonly manifest: Manifest }
  /** By an automatic deployment; only what is the device's own is written to its twins. */
  | {
      readonly kind: 'governed';
      /** All desired properties of the networking module, wherever they come from. */
      readonly desired: JsonObject;
      /** Paths that a configuration writes, which must be left to it. */
      readonly sharedPaths: readonly string[];
    }
  /** By an automatic deployment of which only the hub can tell whether it selects the device. */
  | { readonly kind: 'unknown' };

/** A network, taken apart for its devices. */
export interface WantedFleet {
  readonly split: FleetSplit;
  readonly modulesOf: (device: DeviceNetwork) => WantedModules;
}

/** Works out for every device of a network how it gets its modules. A device that an automatic deployment selects never gets one of its own: the hub would win it back. */
export function wantedFleet({ network, file }: NetworkSource): WantedFleet {
  const manifestOf = manifestMaker(network);
  if (network.deployments.length === 0)
    return {
      split: { deployments: [], untargeted: network.devices },
      modulesOf: (device) => ({ kind: 'direct', manifest: manifestOf(device) }),
    };
  const split = splitFleet(network, file);
  const desiredOf = desiredMaker(network);
  const governed = new Map(
    split.deployments.flatMap((deployment) => {
      const sharedPaths = Object.keys(deployment.shared);
      return deployment.devices.map(({ id }) => [id, sharedPaths] as const);
    }),
  );
  const undecided = network.deployments.some(
    ({ targetCondition }) => readTargetCondition(targetCondition)?.needsReported !== false,
  );
  return {
    split,
    modulesOf: (device) => {
      const sharedPaths = governed.get(device.id);
      if (sharedPaths !== undefined) return { kind: 'governed', desired: { ...desiredOf(device) }, sharedPaths };
      return undecided ? { kind: 'unknown' } : { kind: 'direct', manifest: manifestOf(device) };
    },
  };
}
