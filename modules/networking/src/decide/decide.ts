import type { Desired, Reported } from '@iotedge-networking/contract';
import { objectKey, type ClusterService, type Snapshot } from '../gather/snapshot.ts';
import type { AddressModel } from './address-model.ts';
import { buildReport, type ServiceReport } from './build-report.ts';
import type { Change } from './change.ts';
import { decidePools, loserText, type PoolDecision } from './decide-pools.ts';
import { deviceConditions } from './device-conditions.ts';
import type { Note } from './device-note.ts';
import { decideServices, removeUnwanted, type ServiceDecision } from './decide-services.ts';
import { describeService } from './describe-service.ts';
import type { DesiredStatus } from './desired-status.ts';
import { ownerOf } from './identity.ts';
import { countEndpoints, judgeService, type EndpointCount, type Verdict } from './judge-service.ts';
import type { Memory, Pin, RememberedState } from './memory.ts';
import { planProbes, type ProbeTarget } from './plan-probes.ts';
import { wantedServices } from './wanted-service.ts';

/** What stays the same over the life of the module. */
export interface DecideSettings {
  /** Label value that marks what this module made. */
  readonly instance: string;
  readonly iotEdgeNamespace: string;
  readonly clusterDomain: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** One pass of deciding: the wish, the world, and what earlier passes remember. */
export interface DecideInput {
  /** The document in force; absent while the module waits for its first. */
  readonly desired?: Desired;
  readonly desiredStatus: DesiredStatus;
  readonly snapshot: Snapshot;
  readonly memory: Memory;
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly settings: DecideSettings;
  /** Made from the same snapshot; used up by the pass. */
  readonly model: AddressModel;
}

/** What follows from one pass. */
export interface Decision {
  readonly changes: readonly Change[];
  readonly report: Reported;
  readonly memory: Memory;
  /** What to ask the network, beginning now. */
  readonly probes: readonly ProbeTarget[];
}

/**
 * Decides what has to change in the cluster and what is reported, from values only: the same input gives the same answer. Without a document in force
 * nothing is changed, and least of all deleted.
 */
export function decide(input: DecideInput): Decision {
  const { desired, snapshot, memory, settings, model } = input;
  const wanted = desired === undefined ? [] : wantedServices(desired, settings.instance);
  const pinAddresses = desired?.options.pinAddresses ?? false;
  const question = { wanted, snapshot, memory, now: input.now, instance: settings.instance, pinAddresses, model };
  const acts = desired !== undefined && snapshot.synced;
  const decisions = acts ? decideServices(question) : [];
  const pools = decidePools(acts ? desired : undefined, snapshot, settings.instance);
  const changes = acts
    ? [...pools.changes, ...decisions.flatMap((decision) => decision.changes), ...removeUnwanted(question)]
    : [];
  const taken = takenAway(input, pools);
  const notes = [...pools.notes, ...takenNotes(taken)];
  const reports = reportServices(input, decisions);
  const next = remember(input, decisions, reports);
  return {
    changes,
    report: buildReport({ ...input, reports, changes, conditions: deviceConditions(input, notes) }),
    memory: next === memory ? memory : { ...next, taken },
    probes: planProbes({ desired, snapshot, reports }),
  };
}

/** Who lost an address to a document stays known as long as that document does. */
function takenAway({ desiredStatus, memory }: DecideInput, pools: PoolDecision): Memory['taken'] {
  const version = desiredStatus.inForce ?? desiredStatus.version;
  const before = memory.taken?.version === version ? memory.taken.losers : [];
  const losers = new Map([...before, ...pools.takes].map((loser) => [loser.service, loser]));
  return losers.size === 0 ? undefined : { version, losers: [...losers.values()] };
}

function takenNotes(taken: Memory['taken']): readonly Note[] {
  if (taken === undefined) return [];
  const message = `The document dropped addresses in use: ${loserText(taken.losers, 'had')}.`;
  return [{ reason: 'AddressTakenAway', message }];
}

function reportServices(input: DecideInput, decisions: readonly ServiceDecision[]): readonly ServiceReport[] {
  const byKey = new Map(decisions.map((decision) => [decision.wanted.key, decision]));
  const present = [...input.snapshot.services.values()].filter((service) => isReported(service, byKey, input.settings));
  const absent = decisions.filter(({ wanted }) => !input.snapshot.services.has(wanted.key));
  return [
    ...present.map((service) => reportService(input, service, byKey.get(objectKey(service)))),
    ...absent.map((decision) => reportService(input, undefined, decision)),
  ];
}

/** All LoadBalancer Services, whoever made them; of the others those that are desired, ours, or edgeAgent's in its namespace. */
function isReported(
  service: ClusterService,
  byKey: ReadonlyMap<string, ServiceDecision>,
  settings: DecideSettings,
): boolean {
  if (service.type === 'LoadBalancer' || byKey.has(objectKey(service))) return true;
  const owner = ownerOf(service, settings.instance);
  return owner === 'module' || (owner === 'edgeAgent' && service.namespace === settings.iotEdgeNamespace);
}

function reportService(
  input: DecideInput,
  service: ClusterService | undefined,
  decision: ServiceDecision | undefined,
): ServiceReport {
  const { snapshot, memory, now, settings, model } = input;
  const { namespace, name } = service ?? decision?.wanted ?? { namespace: '', name: '' };
  const key = objectKey({ namespace, name });
  const endpoints = endpointsOf(snapshot, key, service);
  const verdict = judgeService(
    {
      service,
      wanted: decision?.wanted,
      endpoints,
      refusal: decision?.refusal,
      obstacle: decision?.obstacle,
      failure: snapshot.failures.get(key),
      loadBalancer: snapshot.loadBalancer,
      probed: snapshot.probes?.troubles.get(key),
    },
    model,
  );
  const facts = {
    service,
    endpoints,
    pool: service === undefined || service.ingress.length === 0 ? '' : model.poolOf(service),
    owner: service === undefined ? ('module' as const) : ownerOf(service, settings.instance),
    since: since(memory.states.get(key), verdict, now),
    clusterDomain: settings.clusterDomain,
  };
  return { namespace, name, service: describeService(facts, verdict) };
}

/** Unknown, not zero, when EndpointSlices may not be read. */
function endpointsOf(snapshot: Snapshot, key: string, service: ClusterService | undefined): EndpointCount | undefined {
  if (service === undefined || service.type === 'ExternalName' || !snapshot.endpointsKnown) return undefined;
  return countEndpoints(snapshot.slices.get(key) ?? []);
}

function since(before: RememberedState | undefined, { state, reason }: Verdict, now: string): string {
  return before?.state === state && before.reason === reason ? before.since : now;
}

/** What the next pass has to know; before the first listing nothing is concluded, so that a restart forgets nothing. */
function remember(
  input: DecideInput,
  decisions: readonly ServiceDecision[],
  reports: readonly ServiceReport[],
): Memory {
  const { memory, snapshot } = input;
  if (!snapshot.synced) return memory;
  const states = new Map(
    reports.map(({ namespace, name, service: { state, reason, since = '' } }) => [
      objectKey({ namespace, name }),
      { state, reason, since },
    ]),
  );
  if (input.desired === undefined) return { ...memory, states };
  return { states, pins: rememberPins(decisions, snapshot, memory), agreed: rememberAgreed(decisions, memory) };
}

function rememberPins(
  decisions: readonly ServiceDecision[],
  snapshot: Snapshot,
  memory: Memory,
): ReadonlyMap<string, Pin> {
  const pins = decisions.flatMap((decision): readonly [string, Pin][] => {
    const { key } = decision.wanted;
    const pin = nextPin(decision, snapshot.services.get(key), memory.pins.get(key));
    return pin === undefined ? [] : [[key, pin]];
  });
  return new Map(pins);
}

/** While a Service made anew is being brought back to the address its name had, that address stays remembered. */
function nextPin(
  { asked, wanted }: ServiceDecision,
  service: ClusterService | undefined,
  before: Pin | undefined,
): Pin | undefined {
  if (service === undefined || service.ingress.length === 0 || !wanted.external) return before;
  if (before !== undefined && before.uid !== service.uid && asked === before.ips) {
    return service.ingress.join(',') === before.ips ? { ...before, uid: service.uid } : before;
  }
  return { ips: service.ingress.join(','), uid: service.uid };
}

function rememberAgreed(decisions: readonly ServiceDecision[], memory: Memory): ReadonlyMap<string, string> {
  const agreed = decisions.flatMap(({ wanted: { key }, agreed: now }): readonly [string, string][] => {
    const text = now ?? memory.agreed.get(key);
    return text === undefined ? [] : [[key, text]];
  });
  return new Map(agreed);
}
