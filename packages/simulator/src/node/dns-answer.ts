import type { Answer, Question } from 'dns-packet';
import { isIPv4 } from 'node:net';
import type { ServiceDirectory } from './service-directory.ts';
import { hasClusterIp } from './service.ts';
import type { EndpointSlice, Service, SliceEndpoint } from './service.ts';

/** What the cluster knows about a question: records, or that the name does not exist; undefined when it is outside the cluster. */
export interface ClusterAnswer {
  readonly exists: boolean;
  readonly answers: readonly Answer[];
}

/** What is needed to answer: the Services, the cluster's domain (`cluster.local`), and the seconds an answer may be kept. */
export interface DnsZone {
  readonly directory: ServiceDirectory;
  readonly domain: string;
  readonly ttl: number;
}

/** Answers one question as CoreDNS's kubernetes plugin does (Kubernetes DNS-based service discovery, schema 1.1.0). */
export function clusterAnswer(question: Question, zone: DnsZone): ClusterAnswer | undefined {
  const name = question.name.toLowerCase().replace(/\.$/, '');
  if (name.endsWith('.in-addr.arpa')) return reverseAnswer(name, question, zone);
  if (name !== zone.domain && !name.endsWith(`.${zone.domain}`)) return undefined;
  const labels = name === zone.domain ? [] : name.slice(0, -zone.domain.length - 1).split('.');
  const kind = labels.at(-1);
  if (labels.length === 0) return present([]);
  if (kind === 'pod') return podAnswer(labels.slice(0, -1), question, zone);
  if (kind === 'svc') return serviceAnswer(labels.slice(0, -1), question, zone);
  if (name === `dns-version.${zone.domain}` && question.type === 'TXT') {
    return present([{ type: 'TXT', name: question.name, ttl: zone.ttl, data: ['1.1.0'] }]);
  }
  return kind === 'dns-version' ? present([]) : absent;
}

const absent: ClusterAnswer = { exists: false, answers: [] };

function present(answers: readonly Answer[]): ClusterAnswer {
  return { exists: true, answers };
}

/** `10-1-2-3.<namespace>.pod`: CoreDNS answers with the address in the name, whether such a pod exists or not ("pods insecure"). */
function podAnswer(labels: readonly string[], question: Question, zone: DnsZone): ClusterAnswer {
  if (labels.length < 2) return present([]);
  const ip = labels[0]?.replaceAll('-', '.') ?? '';
  if (labels.length > 2 || !isIPv4(ip)) return absent;
  return present(question.type === 'A' ? [addressRecord(question.name, ip, zone)] : []);
}

/** Names below `svc`: `<service>.<namespace>`, `_<port>._<protocol>.<service>.<namespace>`, `<endpoint>.<service>.<namespace>`. */
function serviceAnswer(labels: readonly string[], question: Question, zone: DnsZone): ClusterAnswer {
  if (labels.length === 0) return present([]);
  const namespace = labels.at(-1) ?? '';
  const name = labels.at(-2);
  if (name === undefined) return namespaceExists(namespace, zone) ? present([]) : absent;
  const service = zone.directory.service(namespace, name);
  if (service === undefined) return absent;
  const rest = labels.slice(0, -2);
  const slices = zone.directory.slices(namespace, name);
  if (rest.length === 0) return hostAnswer(service, slices, { question, zone });
  const [first = '', second = ''] = rest;
  if (first.startsWith('_')) {
    return srvByName(service, slices, {
      question,
      zone,
      port: first.slice(1),
      protocol: second.slice(1),
      depth: rest.length,
    });
  }
  return hasClusterIp(service) || rest.length > 1
    ? absent
    : endpointAnswer(service, slices, { question, zone, label: first });
}

function endpointAnswer(
  service: Service,
  slices: readonly EndpointSlice[],
  { question, zone, label }: Asked & { label: string },
): ClusterAnswer {
  const named = readyEndpoints(service, slices).filter((entry) => entry.label === label);
  if (named.length === 0) return absent;
  return present(question.type === 'A' ? named.map(({ ip }) => addressRecord(question.name, ip, zone)) : []);
}

interface Asked {
  readonly question: Question;
  readonly zone: DnsZone;
}

function hostAnswer(service: Service, slices: readonly EndpointSlice[], { question, zone }: Asked): ClusterAnswer {
  if (service.spec.type === 'ExternalName') {
    const wanted = ['A', 'AAAA', 'CNAME'].includes(question.type);
    return present(
      wanted ? [{ type: 'CNAME', name: question.name, ttl: zone.ttl, data: service.spec.externalName ?? '' }] : [],
    );
  }
  const headless = !hasClusterIp(service);
  const endpoints = readyEndpoints(service, slices);
  // A headless Service without ready endpoints has no name, says the specification's reference implementation.
  if (headless && endpoints.length === 0) return absent;
  if (question.type === 'SRV') return present(srvRecords(service, slices, { question, zone }));
  if (question.type !== 'A') return present([]);
  const addresses = headless ? [...new Set(endpoints.map((entry) => entry.ip))] : [service.spec.clusterIP ?? ''];
  return present(addresses.map((ip) => addressRecord(question.name, ip, zone)));
}

function srvByName(
  service: Service,
  slices: readonly EndpointSlice[],
  asked: Asked & { port: string; protocol: string; depth: number },
): ClusterAnswer {
  const matches = (name: string | undefined, protocol: string | undefined): boolean =>
    (name ?? '') === asked.port && (protocol ?? 'TCP').toLowerCase() === asked.protocol;
  const records = srvRecords(service, slices, asked, matches);
  if (asked.depth !== 2 || records.length === 0) return absent;
  return present(asked.question.type === 'SRV' ? records : []);
}

function srvRecords(
  service: Service,
  slices: readonly EndpointSlice[],
  { question, zone }: Asked,
  matches: (name: string | undefined, protocol: string | undefined) => boolean = () => true,
): Answer[] {
  const host = `${service.metadata.name}.${service.metadata.namespace ?? ''}.svc.${zone.domain}`;
  const targets = hasClusterIp(service)
    ? (service.spec.ports ?? [])
        .filter((port) => matches(port.name, port.protocol))
        .map(({ port }) => ({ port, target: host }))
    : readyEndpoints(service, slices)
        .flatMap(({ label, ports }) => ports.map((port) => ({ ...port, label })))
        .filter((port) => matches(port.name, port.protocol))
        .map(({ port, label }) => ({ port: port ?? 0, target: `${label}.${host}` }));
  const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)));
  return targets.map((data) => ({
    type: 'SRV',
    name: question.name,
    ttl: zone.ttl,
    data: { priority: 0, weight, ...data },
  }));
}

/** The cluster IP's or the endpoint's name; addresses the cluster does not know are answered elsewhere. */
function reverseAnswer(name: string, question: Question, zone: DnsZone): ClusterAnswer | undefined {
  const ip = name
    .replace(/\.in-addr\.arpa$/, '')
    .split('.')
    .reverse()
    .join('.');
  const names: string[] = [];
  for (const service of zone.directory.services()) {
    const { name: serviceName, namespace = '' } = service.metadata;
    const host = `${serviceName}.${namespace}.svc.${zone.domain}`;
    if (hasClusterIp(service) && service.spec.clusterIP === ip) names.push(host);
    if (hasClusterIp(service)) continue;
    const entries = readyEndpoints(service, zone.directory.slices(namespace, serviceName)).filter(
      (entry) => entry.ip === ip,
    );
    for (const { label } of entries) names.push(`${label}.${host}`);
  }
  if (names.length === 0) return undefined;
  return present(
    question.type === 'PTR' ? names.map((data) => ({ type: 'PTR', name: question.name, ttl: zone.ttl, data })) : [],
  );
}

interface NamedEndpoint {
  readonly ip: string;
  readonly label: string;
  readonly ports: NonNullable<EndpointSlice['ports']>;
}

function readyEndpoints(service: Service, slices: readonly EndpointSlice[]): NamedEndpoint[] {
  const published = (endpoint: SliceEndpoint): boolean =>
    service.spec.publishNotReadyAddresses === true || endpoint.conditions?.ready !== false;
  return slices
    .filter((slice) => (slice.addressType ?? 'IPv4') === 'IPv4')
    .flatMap((slice) =>
      (slice.endpoints ?? []).filter(published).map((endpoint) => ({ endpoint, ports: slice.ports ?? [] })),
    )
    .flatMap(({ endpoint, ports }) =>
      endpoint.addresses.map((ip) => ({ ip, label: endpoint.hostname ?? ip.replaceAll('.', '-'), ports })),
    );
}

function namespaceExists(namespace: string, zone: DnsZone): boolean {
  for (const service of zone.directory.services()) if (service.metadata.namespace === namespace) return true;
  return false;
}

function addressRecord(name: string, ip: string, zone: DnsZone): Answer {
  return { type: 'A', name, ttl: zone.ttl, data: ip };
}
