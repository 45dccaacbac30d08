import { isAddressAnnotation } from '../gather/address-annotations.ts';
import type { ClusterService, ClusterServicePort } from '../gather/snapshot.ts';
import type { RawMeta } from './raw-object.ts';

interface RawPort {
  readonly name?: string;
  readonly port?: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

interface RawService {
  readonly metadata?: RawMeta;
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly ipFamilies?: readonly string[];
    readonly ipFamilyPolicy?: string;
    readonly ports?: readonly RawPort[];
    readonly selector?: Readonly<Record<string, string>> | null;
    readonly externalTrafficPolicy?: string;
    readonly loadBalancerIP?: string;
    readonly loadBalancerClass?: string;
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] | null } };
}

/** Takes from a Service what the module looks at. */
export function readService(object: unknown): ClusterService {
  const { metadata = {}, spec = {}, status } = object as RawService;
  const selector = Object.keys(spec.selector ?? {}).length === 0 ? undefined : (spec.selector ?? undefined);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    annotations: Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => isAddressAnnotation(key))),
    type: spec.type ?? 'ClusterIP',
    clusterIps: readClusterIps(spec),
    ipFamilies: spec.ipFamilies,
    ipFamilyPolicy: spec.ipFamilyPolicy,
    ports: (spec.ports ?? []).map(readPort),
    selector,
    externalTrafficPolicy: spec.externalTrafficPolicy,
    loadBalancerIp: spec.loadBalancerIP ?? '',
    loadBalancerClass: spec.loadBalancerClass,
    ingress: (status?.loadBalancer?.ingress ?? []).flatMap(({ ip = '' }) => (ip === '' ? [] : [ip])),
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

/** Before 1.20 there is only `clusterIP`; a headless Service says `None`. */
function readClusterIps({ clusterIP = '', clusterIPs }: NonNullable<RawService['spec']>): readonly string[] {
  const listed = clusterIPs === undefined || clusterIPs.length === 0 ? [clusterIP] : clusterIPs;
  return listed.filter((ip) => ip !== '' && ip !== 'None');
}

function readPort({ name, port = 0, targetPort = port, protocol = 'TCP' }: RawPort): ClusterServicePort {
  return { ...(name === undefined ? {} : { name }), port, targetPort, protocol };
}
