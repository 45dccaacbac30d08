import {
  decodeTwinKey,
  parsePortMapping,
  type AddressClaim,
  type Reported,
  type ReportedService,
} from '@iotedge-networking/contract';
import type { ServiceView } from '../view/device-view.ts';
import { splitRanges } from './effective-network.ts';

/** The reported Services, by namespace and name, with what network.yaml or the desired properties ask for them. */
export function serviceViews(reported: Reported, claims: readonly AddressClaim[]): readonly ServiceView[] {
  const byOwner = new Map(claims.map((claim) => [claim.owner, claim]));
  const held = heldAddresses(reported);
  const views = Object.entries(reported.services).flatMap(([namespace, named]) =>
    Object.entries(named).map(([name, service]) => {
      const place = { namespace: decodeTwinKey(namespace), name: decodeTwinKey(name) };
      const key = `${place.namespace}/${place.name}`;
      const ips = service.ips === undefined ? (held.get(key) ?? []) : splitRanges(service.ips);
      return { ...place, ...serviceView(service, ips), ...wishes(byOwner.get(key)) };
    }),
  );
  return views.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keyOf({ namespace, name }: ServiceView): string {
  return `${namespace}/${name}`;
}

/** A report that had to be cut keeps the addresses of Services in a list of their own. */
function heldAddresses({ addresses }: Reported): ReadonlyMap<string, readonly string[]> {
  const held = new Map<string, string[]>();
  for (const [address, owners] of Object.entries(addresses))
    for (const owner of owners.split(',')) held.set(owner, [...(held.get(owner) ?? []), decodeTwinKey(address)]);
  return held;
}

/** One Service as it is shown, without its place and what is asked for it. */
export function serviceView(
  service: ReportedService,
  ips: readonly string[],
): Omit<ServiceView, 'namespace' | 'name' | 'pinned' | 'shareKey'> {
  const { type, clusterIp, node, pool, dns, state, message, since, owner, reason } = service;
  const [ready, endpoints] = (service.ready ?? '').split('/').map(Number);
  const ports = splitRanges(service.ports ?? '');
  return {
    ...{ type, clusterIp, node, pool, dns, state, message, since, owner },
    ips,
    ports,
    urls: ips.flatMap((ip) => ports.flatMap((port) => urlOf(ip, port))),
    ...(endpoints === undefined ? {} : { ready, endpoints }),
    reason: reason === '' ? 'Ready' : reason,
  };
}

const WEB_PORTS = [80, 3000, 5000, 8000, 8008, 8080, 8081, 8088, 8888];
const SECURE_PORTS = [443, 8443];

function urlOf(ip: string, port: string): readonly string[] {
  const mapping = parsePortMapping(port);
  if (mapping === undefined) return [];
  const host = ip.includes(':') ? `[${ip}]` : ip;
  if (mapping.protocol !== 'TCP') return [`${mapping.protocol.toLowerCase()}://${host}:${mapping.port}`];
  if (WEB_PORTS.includes(mapping.port)) return [`http://${host}${mapping.port === 80 ? '' : `:${mapping.port}`}/`];
  if (SECURE_PORTS.includes(mapping.port)) return [`https://${host}${mapping.port === 443 ? '' : `:${mapping.port}`}/`];
  return [`tcp://${host}:${mapping.port}`];
}

function wishes(claim: AddressClaim | undefined): Pick<ServiceView, 'pinned' | 'shareKey'> {
  return {
    ...(claim?.address === undefined ? {} : { pinned: claim.address }),
    ...(claim?.shareKey === undefined ? {} : { shareKey: claim.shareKey }),
  };
}
