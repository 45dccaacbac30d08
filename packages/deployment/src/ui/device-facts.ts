import { planOfDesired, readDesired, type Desired, type Profile, type Reported } from '@iotedge-networking/contract';
import type { DeviceFacts } from '@iotedge-networking/dashboard';
import { OWNERSHIP_TAG } from '../apply/ownership.ts';
import type { HubModuleTwin } from '../commands/hub-gateway.ts';
import { readReported } from '../commands/reported-twin.ts';
import { desiredOf } from '../generate/desired.ts';
import type { JsonObject } from '../generate/sorted-json.ts';
import { HISTORY_TAG } from './history-tag.ts';
import type { DeclaredDevice } from './network-file-source.ts';

/** What the list of the fleet needs of a device: of thousands, nothing more is worked out. */
export function rowFactsOf(twin: HubModuleTwin, tags: JsonObject | undefined): DeviceFacts {
  const state = readReported(twin.reported);
  const reported = state.kind === 'understood' ? state.reported : undefined;
  return {
    id: twin.deviceId,
    module: twin.moduleId,
    profile: guessedProfile(reported),
    ...(tags === undefined ? {} : { tags: ownTags(tags) }),
    connected: twin.connectionState === undefined ? undefined : twin.connectionState === 'Connected',
    lastSeen: twin.lastSeen,
    desiredVersion: twin.desiredVersion,
    ...(reported === undefined ? {} : { reported }),
  };
}

/** What the page is told of a device, from its twin, its tags and network.yaml. */
export function factsOf(
  twin: HubModuleTwin,
  tags: JsonObject | undefined,
  declared: DeclaredDevice | undefined,
): DeviceFacts {
  const facts = rowFactsOf(twin, tags);
  const desired = desiredIn(twin.desired);
  return {
    ...facts,
    profile: declared?.network.profile ?? facts.profile,
    ...(declared === undefined ? {} : { declared: declarationOf(declared) }),
    ...(desired === undefined ? {} : { desired }),
  };
}

/** Desired properties as far as they can be read. */
export function desiredIn(section: JsonObject): Desired | undefined {
  const read = readDesired(section);
  return read.ok ? read.value : undefined;
}

function declarationOf({ network, device }: DeclaredDevice): DeviceFacts['declared'] {
  const desired = desiredIn(desiredOf(network, device));
  return {
    computeNetwork: device.computeNetwork,
    claims: desired === undefined ? [] : planOfDesired(desired).claims,
  };
}

/** Nothing in a hub says where a module runs; the managed device has MetalLB with the ConfigMap, others are newer. */
function guessedProfile(reported: Reported | undefined): Profile {
  return reported?.loadBalancer.dialect === 'crd' ? 'kubernetes' : 'ase-k8s';
}

function ownTags(tags: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => name !== HISTORY_TAG && name !== OWNERSHIP_TAG));
}
