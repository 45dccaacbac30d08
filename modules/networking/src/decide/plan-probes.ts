import { parseProbe, type Desired } from '@iotedge-networking/contract';
import { objectKey, type ClusterService, type Snapshot } from '../gather/snapshot.ts';
import type { ServiceReport } from './build-report.ts';

/** One question to the network about a Service. Equal ids are equal questions. */
export type ProbeTarget = {
  readonly id: string;
  /** `namespace/name` of the Service. */
  readonly service: string;
} & (
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }
  | { readonly kind: 'http'; readonly address: string; readonly port: number; readonly path: string }
  | { readonly kind: 'dns'; readonly server: DnsPlace; readonly name: string; readonly expected: string }
);

/** Where a DNS server answers over UDP. */
export interface DnsPlace {
  readonly address: string;
  readonly port: number;
}

/** What planning probes needs. */
export interface ProbePlanInput {
  /** Probes are made only where the document in force says so. */
  readonly desired?: Desired;
  readonly snapshot: Snapshot;
  readonly reports: readonly ServiceReport[];
}

/**
 * What to ask the network: of each reported Service its name, and each external address at each TCP port where nothing else is known to be wrong: what
 * is known need not be probed. UDP has no question that every server answers.
 */
export function planProbes({ desired, snapshot, reports }: ProbePlanInput): readonly ProbeTarget[] {
  if (desired?.options.probe !== true || !snapshot.synced) return [];
  const server = clusterDns(snapshot);
  return reports.flatMap((report) => {
    const service = snapshot.services.get(objectKey(report));
    const setting = parseProbe(desired.services[report.namespace]?.[report.name]?.probe ?? 'tcp');
    if (service === undefined || service.deleting || setting === undefined || setting.kind === 'none') return [];
    const addresses = isWorthProbing(service, report) ? service.ingress : [];
    return [
      ...addresses.flatMap((address) => portTargets({ service, address }, setting)),
      ...nameTargets(service, report, server),
    ];
  });
}

/** Source ranges may shut the module out, which says nothing about the clients that are let in. */
function isWorthProbing(service: ClusterService, { service: { state, reason } }: ServiceReport): boolean {
  const isOpen = (service.sourceRanges ?? []).length === 0;
  const isFine = state === 'Ready' || reason === 'Unreachable' || reason === 'DnsMismatch';
  return service.type === 'LoadBalancer' && isOpen && isFine;
}

function portTargets(
  { service, address }: { readonly service: ClusterService; readonly address: string },
  setting: NonNullable<ReturnType<typeof parseProbe>>,
): readonly ProbeTarget[] {
  const ports = service.ports.filter(({ protocol }) => protocol === 'TCP').map(({ port }) => port);
  const httpPort = setting.kind === 'http' ? (setting.port ?? Math.min(...ports)) : undefined;
  const path = setting.kind === 'http' ? setting.path : '';
  const place = address.includes(':') ? `[${address}]` : address;
  return ports.map((port): ProbeTarget => {
    const common = { service: objectKey(service), address, port };
    return port === httpPort
      ? { ...common, kind: 'http', path, id: `http://${place}:${port}${path} ${common.service}` }
      : { ...common, kind: 'tcp', id: `tcp://${place}:${port} ${common.service}` };
  });
}

function nameTargets(
  service: ClusterService,
  { service: { dns } }: ServiceReport,
  server: DnsPlace | undefined,
): readonly ProbeTarget[] {
  const [expected = ''] = service.clusterIps;
  if (server === undefined || dns === undefined || expected === '' || service.type === 'ExternalName') return [];
  return [{ kind: 'dns', service: objectKey(service), server, name: dns, expected, id: `dns://${dns} ${expected}` }];
}

/** Cluster IP of the DNS server; CoreDNS keeps the name of its predecessor. */
function clusterDns({ services }: Snapshot): DnsPlace | undefined {
  const service = services.get('kube-system/kube-dns');
  const address = service?.clusterIps[0];
  const port = service?.ports.find(({ protocol }) => protocol === 'UDP')?.port;
  return address === undefined || port === undefined ? undefined : { address, port };
}
