import type { Reason } from './reasons.ts';
import type { Reported, ReportedService } from './reported-schema.ts';

/** The hops from a client to the pods, and the name that leads there, in order. */
export const HOPS = ['client', 'address', 'announcer', 'service', 'endpoints', 'dns'] as const;

/** One of {@link HOPS}. */
export type HopName = (typeof HOPS)[number];

/** One hop with what can be said of it. */
export interface Hop {
  readonly hop: HopName;
  readonly state: 'ok' | 'broken' | 'unknown';
  /** One sentence. */
  readonly message: string;
}

type Answer = Omit<Hop, 'hop'>;

/** What is known of the nodes; by name. */
export type ReportedNodes = Reported['nodes'];

/** The reasons that make a hop the broken one. */
const BREAKING: Readonly<Record<HopName, readonly Reason[]>> = {
  client: ['Unreachable'],
  address: [
    ...(['WaitingForAddress', 'PoolExhausted', 'AddressOutsidePools', 'AddressInUse', 'SharingConflict'] as const),
    ...(['PoolNotFound', 'FamilyMismatch', 'RequestConflict', 'LoadBalancerMissing'] as const),
  ],
  announcer: ['NotAnnounced', 'NodeExcluded'],
  service: [
    ...(['ServiceNotFound', 'NamespaceNotFound', 'NameTaken', 'Refused', 'Forbidden', 'ApiUnavailable'] as const),
    'InvalidDesired',
  ],
  endpoints: ['NoReadyEndpoints', 'NoMatchingPods'],
  dns: ['DnsMismatch'],
};

/** Walks the path of a Service: client → address → announcer → Service → endpoints → DNS. */
export function walkPath(service: ReportedService, nodes: ReportedNodes): readonly Hop[] {
  return HOPS.map((hop) => ({ hop, ...answerOf(hop, service, nodes) }));
}

/** The hop at which the path breaks first, seen from the client. */
export function firstBroken(hops: readonly Hop[]): Hop | undefined {
  return hops.find(({ state }) => state === 'broken');
}

/** What depends on the type of a Service. */
const BEFORE_SERVICE: readonly HopName[] = ['client', 'address', 'announcer'];

function answerOf(hop: HopName, service: ReportedService, nodes: ReportedNodes): Answer {
  const { reason, message } = service;
  // A wish that was refused does not break the address that the Service keeps.
  const keeps = hop === 'address' && has(service.ips);
  if (reason !== '' && BREAKING[hop].includes(reason) && !keeps)
    return { state: 'broken', message: sentence(message ?? reason) };
  if (reason === 'ServiceNotFound' && BEFORE_SERVICE.includes(hop)) return unknown('There is no Service to ask about.');
  return WALK[hop](service, nodes);
}

const WALK: Readonly<Record<HopName, (service: ReportedService, nodes: ReportedNodes) => Answer>> = {
  client: clientHop,
  address: addressHop,
  announcer: announcerHop,
  service: serviceHop,
  endpoints: endpointsHop,
  dns: dnsHop,
};

function clientHop(service: ReportedService): Answer {
  if (!isExternal(service)) return ok('Clients are inside the cluster; from outside the Service cannot be reached.');
  if (!has(service.ips)) return unknown('There is no address that a client could use.');
  return unknown(`The network from the client to ${service.ips} cannot be seen from here.`);
}

function addressHop(service: ReportedService): Answer {
  const { ips, pool, reason, message } = service;
  if (!isExternal(service)) return ok(`It is of type ${service.type ?? 'ClusterIP'} and needs no external address.`);
  if (!has(ips)) return service.type === undefined ? unknown('Not reported.') : broken('It has no external address.');
  const from = has(pool) ? ` from pool ${pool}` : '';
  const wish = BREAKING.address.some((one) => one === reason) && has(message) ? ` ${sentence(message)}` : '';
  return ok(`It has ${ips}${from}.${wish}`);
}

function announcerHop(service: ReportedService, nodes: ReportedNodes): Answer {
  if (!isExternal(service)) return ok('Nothing has to be announced.');
  if (!has(service.ips)) return unknown('Without an address there is nothing to announce.');
  const { node } = service;
  if (!has(node)) return unknown('The device does not say which node answers for the address.');
  const down = node.split(',').filter((name) => nodes[name]?.ready === false);
  if (down.length > 0) return broken(`${down.join(', ')} answers for the address, but is not ready.`);
  return ok(`${node} answers for the address.`);
}

function serviceHop({ clusterIp, ports }: ReportedService): Answer {
  if (!has(clusterIp)) return unknown('The device does not say which cluster IP the Service has.');
  return ok(`${clusterIp} forwards ${has(ports) ? ports : 'its ports'} to the pods.`);
}

function endpointsHop({ ready }: ReportedService): Answer {
  if (!has(ready)) return unknown('The device does not say how many pods are ready.');
  const [count = '0', all = '0'] = ready.split('/');
  const text = `${count} of ${all} pods ${all === '1' ? 'is' : 'are'} ready.`;
  return Number(count) > 0 ? ok(text) : broken(text);
}

function dnsHop({ dns }: ReportedService): Answer {
  return has(dns) ? ok(`In the cluster its name is ${dns}.`) : unknown('The device does not say its name.');
}

function isExternal({ type, ips }: ReportedService): boolean {
  return type === 'LoadBalancer' || (type === undefined && has(ips));
}

function has(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

const ok = (message: string): Answer => ({ state: 'ok', message });
const broken = (message: string): Answer => ({ state: 'broken', message });
const unknown = (message: string): Answer => ({ state: 'unknown', message });

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
