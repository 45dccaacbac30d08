import {
  firstBroken,
  REASONS,
  walkPath,
  type Hop,
  type Reason,
  type ReportedNodes,
  type ReportedService,
} from '@iotedge-networking/contract';
import type { HopView, PathLeg, PathView, PodView } from '../view/path-view.ts';

/** What a path is drawn from. */
export interface PathInput {
  /** `namespace/name`. */
  readonly key: string;
  readonly service: ReportedService;
  readonly nodes: ReportedNodes;
  readonly pods: readonly PodView[];
  readonly source: PathView['source'];
  readonly note?: string;
}

/** The stations on the way to a Service, from outside and from a pod by name, with the first broken one of each marked. */
export function pathViewOf({ key, service, nodes, pods, source, note }: PathInput): PathView {
  const hops = walkPath(service, nodes);
  const reason: Reason = service.reason === '' ? 'Ready' : service.reason;
  const broken = firstBroken(hops);
  const ok = broken === undefined && service.state !== 'Failing';
  const isExternal = service.type === 'LoadBalancer' || (service.ips ?? '') !== '';
  const legs = [
    ...(isExternal ? [legOf('outside', OUTSIDE, { service, hops })] : []),
    legOf('cluster', CLUSTER, { service, hops }),
  ];
  return {
    service: key,
    ok,
    reason,
    ...(ok ? {} : { message: service.message ?? broken?.message ?? REASONS[reason].means, mend: REASONS[reason].mend }),
    legs,
    pods,
    source,
    ...(note === undefined ? {} : { note }),
  };
}

type HopKey = HopView['hop'];

const OUTSIDE: readonly HopKey[] = ['client', 'address', 'announcer', 'service', 'endpoints', 'pods'];
const CLUSTER: readonly HopKey[] = ['dns', 'clusterIp', 'endpoints', 'pods'];

/** Which hop of the walk says how a station stands. */
const WALKED: Readonly<Record<HopKey, Hop['hop']>> = {
  client: 'client',
  address: 'address',
  announcer: 'announcer',
  service: 'service',
  endpoints: 'endpoints',
  pods: 'endpoints',
  dns: 'dns',
  clusterIp: 'service',
};

interface Walk {
  readonly service: ReportedService;
  readonly hops: readonly Hop[];
}

function legOf(from: PathLeg['from'], names: readonly HopKey[], walk: Walk): PathLeg {
  const hops = names.map((hop) => hopView(hop, walk));
  const broken = hops.find(({ state }) => state === 'broken')?.hop;
  return { from, hops, ...(broken === undefined ? {} : { broken }) };
}

function hopView(hop: HopKey, { service, hops }: Walk): HopView {
  const walked = hops.find((one) => one.hop === WALKED[hop]);
  return {
    hop,
    state: walked?.state ?? 'unknown',
    value: valueOf(hop, service),
    message: walked?.message ?? '',
  };
}

function valueOf(hop: HopKey, { ips, node, clusterIp, ready, dns }: ReportedService): string {
  const values: Readonly<Record<HopKey, string | undefined>> = {
    client: undefined,
    address: ips,
    announcer: node,
    service: clusterIp,
    clusterIp,
    endpoints: ready,
    pods: ready,
    dns,
  };
  return values[hop] ?? '';
}
