import { compareAddresses, parseAddress } from '@iotedge-networking/addressing';
import type { ServiceView } from '../../view/index.ts';

/** Columns of the Services table that can be ordered. */
export type ServiceColumn =
  'namespace' | 'name' | 'type' | 'clusterIp' | 'externalIp' | 'ports' | 'ready' | 'reason' | 'owner';

/** An order of Services. */
export interface ServiceOrder {
  readonly column: ServiceColumn;
  readonly descending: boolean;
}

type Comparison = (a: ServiceView, b: ServiceView) => number;

const by =
  (text: (service: ServiceView) => string): Comparison =>
  (a, b) =>
    compareTexts(text(a), text(b));

const STATES: Readonly<Record<ServiceView['state'], number>> = { Failing: 0, Pending: 1, Ready: 2 };

const COMPARISONS: Readonly<Record<ServiceColumn, Comparison>> = {
  namespace: by((service) => service.namespace),
  name: by((service) => service.name),
  type: by((service) => service.type ?? ''),
  clusterIp: (a, b) => compareIps(a.clusterIp, b.clusterIp),
  externalIp: (a, b) => compareIps(a.ips[0], b.ips[0]),
  ports: by((service) => service.ports.join()),
  ready: (a, b) => STATES[a.state] - STATES[b.state],
  reason: by((service) => service.reason),
  owner: by((service) => service.owner ?? ''),
};

/** The Services in which all words of `text` stand, in order; equal ones by namespace and name. */
export function serviceRows(
  services: readonly ServiceView[],
  text: string,
  order: ServiceOrder,
): readonly ServiceView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const compare = COMPARISONS[order.column];
  const sign = order.descending ? -1 : 1;
  return services
    .filter((service) => words.every((word) => searchText(service).includes(word)))
    .sort((a, b) => sign * compare(a, b) || compareTexts(serviceKey(a), serviceKey(b)));
}

/** `namespace/name`, as everything else calls a Service. */
export function serviceKey({ namespace, name }: Pick<ServiceView, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

const texts = new WeakMap<ServiceView, string>();

function searchText(service: ServiceView): string {
  const known = texts.get(service);
  if (known !== undefined) return known;
  const { type = '', clusterIp = '', node = '', pool = '', owner = '', dns = '' } = service;
  const words = [serviceKey(service), type, clusterIp, node, pool, owner, dns, service.state, service.reason];
  const text = [...words, ...service.ips, ...service.ports, ...service.urls].join(' ').toLowerCase();
  texts.set(service, text);
  return text;
}

function compareIps(a: string | undefined, b: string | undefined): number {
  const [one, other] = [parseAddress(a ?? ''), parseAddress(b ?? '')];
  if (one !== undefined && other !== undefined) return compareAddresses(one, other);
  return Number(one === undefined) - Number(other === undefined);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
