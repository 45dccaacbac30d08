import { diffTwin, isTwinObject, type DeviceComputeNetwork, type Reported } from '@iotedge-networking/contract';
import type { DeviceView } from '@iotedge-networking/dashboard';
import { readSnapshot, type DeviceSnapshot } from '../apply/device-snapshot.ts';
import type { DeviceSteps } from '../apply/device-steps.ts';
import { withoutEmptyObjects, withoutUndefined, type JsonObject } from '../generate/sorted-json.ts';
import { addressChanges } from '../plan/address-changes.ts';
import { currentState } from '../plan/current-state.ts';
import { metalLbConfig } from '../plan/metallb-settings.ts';
import type { PlanChange } from '../plan/plan-change.ts';
import { playUpdate } from '../plan/play-update.ts';
import { nextPools } from '../plan/pool-changes.ts';
import { twinChanges } from '../plan/twin-changes.ts';
import { desiredIn } from './device-facts.ts';
import { networkChanges } from './network-values.ts';
import { reportedIn, sha256 } from './prepare-file-change.ts';
import type { PreparedChange } from './prepared-change.ts';
import { impatient, type UiContext } from './ui-context.ts';

/** Works out what a draft would do where there is no network file: only the desired properties of the networking module change. */
export async function prepareTwinChange(
  { session, module }: UiContext,
  view: DeviceView,
  draft: DeviceComputeNetwork,
): Promise<PreparedChange> {
  const { id, computeNetwork: before, profile } = view;
  const snapshot = await readSnapshot(impatient(session), id, ['$edgeAgent', module]);
  const steps = async (): Promise<DeviceSteps> =>
    stepsOf(id, module, { twin: await session.hub.getModuleTwin(id, module), draft });
  const found = snapshot.twins[module]?.desired ?? {};
  const sent = twinChanges({ [module]: found }, { [module]: merged(found, draft) });
  const reported = reportedIn(snapshot.twins[module]?.reported ?? {});
  const place = { deviceId: id, profile, namespace: 'iotedge', module };
  const follows = reported === undefined ? [] : consequences({ snapshot, reported, place, draft });
  return {
    ...{ before, after: draft, values: networkChanges(before, draft), device: snapshot.device, steps },
    problems: [],
    changes: [...sent, ...follows],
  };
}

interface Played {
  readonly snapshot: DeviceSnapshot;
  readonly reported: Reported;
  readonly place: Parameters<typeof currentState>[2];
  readonly draft: DeviceComputeNetwork;
}

/** What becomes of pools and addresses when everything that is deployed stays as it is. */
function consequences({ snapshot, reported, place, draft }: Played): readonly PlanChange[] {
  const { device, twins } = snapshot;
  const desired = Object.fromEntries(Object.entries(twins).map(([name, twin]) => [name, twin?.desired]));
  const deployed = { exists: device !== undefined, tags: device?.tags ?? {}, desired, reported };
  const current = currentState(deployed, reported, place);
  const { pools, changes } = nextPools(draft, current.pools);
  if (changes.length === 0) return [];
  const intents = [...current.deployed.values()];
  const pinAddresses = desiredIn(desired[place.module] ?? {})?.options.pinAddresses ?? true;
  const played = playUpdate(current, { config: metalLbConfig(pools, draft.announce), intents, pinAddresses });
  const known = { nodes: current.nodes, nodeIps: draft.nodeIps, sha256 };
  const held: readonly PlanChange[] =
    played.poolsHeld === undefined ? [] : [{ kind: 'pool-held', message: played.poolsHeld }];
  return [...changes, ...held, ...addressChanges(played, intents, known)];
}

interface Writing {
  readonly twin: DeviceSnapshot['twins'][string];
  readonly draft: DeviceComputeNetwork;
}

function stepsOf(id: string, module: string, { twin, draft }: Writing): DeviceSteps {
  if (twin === undefined) return { id, steps: [], refusal: `${id} has no module ${module}.` };
  const found = withoutEmptyObjects(twin.desired);
  const patch = diffTwin(found, withoutEmptyObjects(merged(twin.desired, draft)));
  if (patch === undefined) return { id, steps: [] };
  return {
    id,
    steps: [{ kind: 'patch-desired', module, patch, ...(twin.etag === undefined ? {} : { etag: twin.etag }) }],
  };
}

/** The desired properties with the ranges of the draft; everything else stays. */
function merged(desired: JsonObject, draft: DeviceComputeNetwork): JsonObject {
  const before = isTwinObject(desired.computeNetwork) ? desired.computeNetwork : {};
  const { nodeIps, externalServiceIps, podSubnet, clusterIpSubnet, announce, managePools, bgpPeers } = draft;
  const pools = Object.entries(externalServiceIps).map(([name, ranges]): [string, string] => [name, ranges.join(',')]);
  const peers = bgpPeers.map((peer, index): [string, unknown] => [`peer${index + 1}`, withoutUndefined(peer)]);
  const computeNetwork: JsonObject = withoutUndefined({
    ...{ nodeIps: nodeIps === '' ? undefined : nodeIps, podSubnet, clusterIpSubnet, announce, managePools },
    externalServiceIps: Object.fromEntries(pools),
    ...(peers.length > 0 || before.bgpPeers !== undefined ? { bgpPeers: Object.fromEntries(peers) } : {}),
  });
  return { schemaVersion: '1', ...desired, computeNetwork };
}
