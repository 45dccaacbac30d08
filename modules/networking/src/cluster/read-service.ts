import { WAITING_ANNOTATION } from '../decide/identity.ts';
import { isAddressAnnotation } from '../gather/address-annotations.ts';
import type { ClusterService, ClusterServicePort } from '../gather/snapshot.ts';
import { readIdentity, type RawMeta } from './raw-object.ts';

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
    readonly loadBalancerSourceRanges?: readonly string[] | null;
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] | null } };
}

/** Takes from a Service what the module looks at. */
export function readService(object: unknown): ClusterService {
  const { metadata = {}, spec = {}, status } = object as RawService;
  return {
    ...readIdentity(metadata),
    labels: metadata.labels ?? {},
    annotations: addressAnnotations(metadata),
    ...readSpec(spec),
    ingress: (status?.loadBalancer?.ingress ?? []).flatMap(({ ip = '' }) => (ip === '' ? [] : [ip])),
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

function addressAnnotations({ annotations = {} }: RawMeta): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => isAddressAnnotation(key) || key === WAITING_ANNOTATION),
  );
}

function readSpec(spec: NonNullable<RawService['spec']>) {
  const { type = 'ClusterIP', ports = [], selector, loadBalancerIP = '', loadBalancerClass } = spec;
  const { ipFamilies, ipFamilyPolicy, externalTrafficPolicy, loadBalancerSourceRanges } = spec;
  return {
    type,
    clusterIps: readClusterIps(spec),
    ipFamilies,
    ipFamilyPolicy,
    ports: ports.map(readPort),
    selector: Object.keys(selector ?? {}).length === 0 ? undefined : (selector ?? undefined),
    externalTrafficPolicy,
    loadBalancerIp: loadBalancerIP,
    loadBalancerClass,
    ...(loadBalancerSourceRanges?.length ? { sourceRanges: loadBalancerSourceRanges } : {}),
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
