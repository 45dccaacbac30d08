import {
  addressSet,
  formatRange,
  parseAddress,
  parseRange,
  type Address,
  type AddressRange,
} from '@iotedge-networking/addressing';
import type { Reason } from '@iotedge-networking/contract';
import { objectKey, type Snapshot } from '../gather/snapshot.ts';
import type { DeviceCase, Note } from './device-note.ts';
import { firstService } from './first-service.ts';
import { loadBalancerNotes } from './load-balancer-notes.ts';
import { rangeOverlaps } from './range-overlaps.ts';

/**
 * What is wrong with the device as a whole: what could not be read, what probes say of the way, and where the cluster is not as declared. Nothing is
 * compared with what the document does not declare.
 */
export function deviceConditions(one: DeviceCase, notes: readonly Note[] = []): Readonly<Record<string, string>> {
  const { snapshot } = one;
  const found = [
    ...notesOf(snapshot.conditions),
    ...notesOf(snapshot.probes?.conditions ?? {}),
    ...notes,
    ...nodeNotes(one),
    ...poolNotes(one),
    ...subnetNotes(one),
    ...rangeOverlaps(one),
    ...loadBalancerNotes(snapshot, one.model),
  ];
  const sentences = new Map<string, Set<string>>();
  for (const { reason, message } of found) sentences.set(reason, (sentences.get(reason) ?? new Set()).add(message));
  return Object.fromEntries([...sentences].map(([reason, messages]) => [reason, [...messages].join(' ')]));
}

function notesOf(conditions: Readonly<Partial<Record<Reason, string>>>): readonly Note[] {
  return Object.entries(conditions).map(([reason, message]) => ({ reason: reason as Reason, message }));
}

function nodeNotes({ desired, snapshot }: DeviceCase): readonly Note[] {
  const declared = desired?.computeNetwork.nodeIps;
  const range = declared === undefined ? undefined : parseRange(declared);
  if (declared === undefined || range?.ok !== true) return [];
  const allowed = addressSet([range.range]);
  return snapshot.nodes.flatMap(({ name, ip }): readonly Note[] => {
    const address = parseAddress(ip);
    if (address === undefined || allowed.has(address)) return [];
    const message = `Node ${name} has ${ip}; the declared Kubernetes node IPs are ${declared}.`;
    return [{ reason: 'NodeIpsMismatch', message }];
  });
}

/**
 * Pools are compared by name where both sides have the name, and all together otherwise: the device gives its pool a name of its own. Where the module
 * manages the pools, those of others are none of the document's.
 */
function poolNotes({ desired, model }: DeviceCase): readonly Note[] {
  const { externalServiceIps: declared = {}, managePools = false } = desired?.computeNetwork ?? {};
  if (Object.keys(declared).length === 0 || managePools || model.pools.length === 0) return [];
  const actual = new Map(model.pools.map(({ name, ranges }) => [name, ranges]));
  const named = Object.entries(declared).filter(([name]) => actual.has(name));
  const isSame =
    areSame(Object.values(declared).join(), [...actual.values()].join()) &&
    named.every(([name, ranges]) => named.length < 2 || areSame(ranges, actual.get(name) ?? ''));
  if (isSame) return [];
  const text = (pools: Iterable<readonly [string, string]>): string =>
    [...pools].map(([name, ranges]) => `${name} ${ranges}`).join(', ');
  const message = `Declared are the external service IPs ${text(Object.entries(declared))}; the load balancer has ${text(actual)}.`;
  return [{ reason: 'PoolsMismatch', message }];
}

/** Whether two comma-separated lists of ranges hold the same addresses. */
export function areSame(some: string, others: string): boolean {
  const [one, other] = [addressSet(rangesOf(some)), addressSet(rangesOf(others))];
  return one.difference(other).count === 0n && other.difference(one).count === 0n;
}

/** The ranges of a comma-separated list; what is none is passed over. */
export function rangesOf(text: string): readonly AddressRange[] {
  return text.split(',').flatMap((part) => {
    const parsed = parseRange(part);
    return parsed.ok ? [parsed.range] : [];
  });
}

function subnetNotes({ desired, snapshot }: DeviceCase): readonly Note[] {
  const { podSubnet, clusterIpSubnet } = desired?.computeNetwork ?? {};
  return [...podSubnetNotes(podSubnet, snapshot), ...clusterIpNotes(clusterIpSubnet, snapshot)];
}

function podSubnetNotes(declared: string | undefined, { podNetwork }: Snapshot): readonly Note[] {
  const pools = (podNetwork?.pools ?? []).filter(({ disabled }) => !disabled);
  if (declared === undefined || pools.length === 0) return [];
  const actual = addressSet(pools.flatMap(({ cidr }) => rangesOf(cidr)));
  const family = rangesOf(declared)[0]?.family;
  const sameFamily = addressSet(actual.ranges.filter((range) => range.family === family));
  if (areSame(declared, sameFamily.ranges.map(formatRange).join())) return [];
  const found = pools.map(({ name, cidr }) => `${cidr} (${name})`).join(', ');
  return [{ reason: 'SubnetMismatch', message: `The declared pod subnet is ${declared}; Calico has ${found}.` }];
}

function clusterIpNotes(declared: string | undefined, { services }: Snapshot): readonly Note[] {
  const [range] = declared === undefined ? [] : rangesOf(declared);
  if (declared === undefined || range === undefined) return [];
  const allowed = addressSet([range]);
  const isOutside = (ip: Address | undefined): boolean => ip?.family === range.family && !allowed.has(ip);
  const outside = firstService(services.values(), ({ clusterIps }) => clusterIps.map(parseAddress).some(isOutside));
  if (outside === undefined) return [];
  const { service, more } = outside;
  const held = `Service ${objectKey(service)} has ${service.clusterIps.join(', ')}${more}`;
  return [{ reason: 'SubnetMismatch', message: `The declared cluster IP subnet is ${declared}; ${held}.` }];
}
