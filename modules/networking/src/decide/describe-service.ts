import type { ReportedService } from '@iotedge-networking/contract';
import type { ClusterService } from '../gather/snapshot.ts';
import type { EndpointCount, Verdict } from './judge-service.ts';
import { cutText } from './cut-text.ts';

/** What of a Service is reported beside its verdict. */
export interface ServiceFacts {
  readonly service?: ClusterService;
  readonly endpoints?: EndpointCount;
  readonly pool: string;
  readonly owner: 'module' | 'edgeAgent' | 'other';
  readonly since: string;
  readonly clusterDomain: string;
}

const TYPES = ['LoadBalancer', 'ClusterIP', 'NodePort', 'ExternalName'] as const;

/** Writes one Service into the shape of the reported properties. Empty details are left out. */
export function describeService(facts: ServiceFacts, verdict: Verdict): ReportedService {
  const { service, endpoints, pool, owner, since, clusterDomain } = facts;
  const type = TYPES.find((one) => one === service?.type);
  const dns = service === undefined ? '' : `${service.name}.${service.namespace}.svc.${clusterDomain}`;
  return {
    ...(type === undefined ? {} : { type }),
    ips: (service?.ingress ?? []).join(','),
    ...present('clusterIp', service?.clusterIps.join(',') ?? ''),
    ...present('ports', service === undefined ? '' : portsText(service)),
    ...(endpoints === undefined ? {} : { ready: `${endpoints.ready}/${endpoints.total}` }),
    ...present('node', cutText(verdict.node)),
    ...(verdict.bgp === true ? { announce: 'bgp' as const } : {}),
    ...present('pool', pool),
    ...present('dns', dns),
    state: verdict.state,
    reason: verdict.reason,
    ...present('message', cutText(verdict.message)),
    since,
    owner,
  };
}

/** Ports as kubectl prints them, without node ports. */
function portsText({ ports }: ClusterService): string {
  return cutText(ports.map(({ port, protocol }) => `${port}/${protocol}`).join(','));
}

function present<K extends string>(key: K, text: string): Partial<Record<K, string>> {
  return text === '' ? {} : ({ [key]: text } as Record<K, string>);
}
