import { dataPathAddress } from './data-path-address.ts';
import { backendsOf, hasClusterIp } from './service.ts';
import type { Backend, EndpointSlice, Service, ServicePort } from './service.ts';

/** Where connections of one address and port of a Service go. */
export interface Route {
  /** `TCP 127.28.3.4:80`: what is listened on. No two routes of the cluster may share it. */
  readonly key: string;
  readonly protocol: 'TCP' | 'UDP';
  /** The address on this machine and the real one. */
  readonly listen: string;
  readonly address: string;
  readonly port: number;
  readonly backends: readonly Backend[];
  /** Seconds that a client stays with its endpoint, when it does. */
  readonly affinitySeconds: number | undefined;
  /** The source address that endpoints see on this machine; undefined keeps the client's own. */
  readonly source: string | undefined;
}

/** What kube-proxy knows besides the Service and its endpoints. */
export interface RouteContext {
  /** The nodes' internal addresses, by node name. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Whether the load balancer announces the Service's external addresses, and from which node when that is known. */
  readonly announcement: { readonly announced: boolean; readonly node?: string };
}

/**
 * What a Service listens on and where that leads: each port on the cluster IP, on the announced external addresses and external IPs, and
 * node ports on the nodes' addresses. A port without an endpoint has a route without backends: its connections are refused.
 */
export function serviceRoutes(service: Service, slices: readonly EndpointSlice[], context: RouteContext): Route[] {
  if (!hasClusterIp(service)) return [];
  return (service.spec.ports ?? []).flatMap((port) => portRoutes(service, port, { slices, context }));
}

interface Surroundings {
  readonly slices: readonly EndpointSlice[];
  readonly context: RouteContext;
}

function portRoutes(service: Service, port: ServicePort, { slices, context }: Surroundings): Route[] {
  const protocol = port.protocol ?? 'TCP';
  if (protocol !== 'TCP' && protocol !== 'UDP') return [];
  const backends = backendsOf(port, slices);
  const { externalTrafficPolicy, clusterIP = '' } = service.spec;
  const affinitySeconds = sessionSeconds(service);
  const route = (address: string, number: number, how: Pick<Route, 'backends' | 'source'>): Route => {
    const listen = dataPathAddress(address);
    return { key: `${protocol} ${listen}:${number}`, protocol, listen, address, port: number, affinitySeconds, ...how };
  };
  const local = externalTrafficPolicy === 'Local';
  const onNode = (node: string | undefined): readonly Backend[] =>
    local && node !== undefined ? backends.filter((backend) => backend.node === node) : backends;
  // With policy Cluster the node that the client reached puts its own address in place of the client's.
  const entry = (node: string | undefined): string | undefined =>
    context.nodes.get(node ?? '') ?? [...context.nodes.values()][0];
  const masked = (node: string | undefined): string | undefined => (local ? undefined : maybeDataPath(entry(node)));

  const { announced, node: announcer } = context.announcement;
  const external = announced ? externalAddresses(service) : [];
  const routes = [route(clusterIP, port.port, { backends, source: undefined })];
  for (const address of external)
    routes.push(route(address, port.port, { backends: onNode(announcer), source: masked(announcer) }));
  for (const [node, address] of port.nodePort ? context.nodes : []) {
    routes.push(route(address, port.nodePort ?? 0, { backends: onNode(node), source: masked(node) }));
  }
  return routes;
}

function sessionSeconds({ spec }: Service): number | undefined {
  return spec.sessionAffinity === 'ClientIP'
    ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800)
    : undefined;
}

function externalAddresses(service: Service): string[] {
  const ingress = service.spec.type === 'LoadBalancer' ? (service.status?.loadBalancer?.ingress ?? []) : [];
  const assigned = ingress.map((entry) => entry.ip).filter((ip): ip is string => ip !== undefined && ip !== '');
  return [...new Set([...assigned, ...(service.spec.externalIPs ?? [])])].filter((ip) => !ip.includes(':'));
}

function maybeDataPath(ip: string | undefined): string | undefined {
  return ip === undefined ? undefined : dataPathAddress(ip);
}
