import type { ClusterSlice, SliceEndpoint, SlicePort } from '../gather/snapshot.ts';
import { readIdentity, type RawMeta } from './raw-object.ts';

/** Label that names the Service of an EndpointSlice. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

interface RawEndpoint {
  readonly addresses?: readonly string[];
  readonly conditions?: { readonly ready?: boolean | null };
  readonly nodeName?: string;
  /** v1beta1: the node is a topology label. */
  readonly topology?: Readonly<Record<string, string>>;
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
}

interface RawSlice {
  readonly metadata?: RawMeta;
  readonly addressType?: string;
  readonly ports?:
    | readonly { readonly name?: string | null; readonly port?: number | null; readonly protocol?: string | null }[]
    | null;
  readonly endpoints?: readonly RawEndpoint[] | null;
}

/** Key under which v1beta1 names the node of an endpoint. */
export const HOSTNAME_TOPOLOGY = 'kubernetes.io/hostname';

/** Takes from an EndpointSlice (v1 or v1beta1) what the module looks at; slices without a Service are left out. */
export function readEndpointSlice(isOurs: (labels: Readonly<Record<string, string>>) => boolean) {
  return (object: unknown): ClusterSlice | undefined => {
    const { metadata = {}, addressType = 'IPv4', ports, endpoints } = object as RawSlice;
    const labels = metadata.labels ?? {};
    const service = labels[SERVICE_NAME_LABEL];
    if (service === undefined) return undefined;
    const all = (endpoints ?? []).map(readEndpoint);
    const ours = isOurs(labels);
    const details = ours ? { ports: (ports ?? []).map(readSlicePort), endpoints: all } : { ports: [], endpoints: [] };
    const ownerUid = metadata.ownerReferences?.find(({ kind }) => kind === 'Service')?.uid;
    return { ...readIdentity(metadata), service, ours, addressType, ...details, ownerUid, ...countReady(all) };
  };
}

function countReady(endpoints: readonly SliceEndpoint[]): Pick<ClusterSlice, 'ready' | 'total' | 'readyNodes'> {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const readyNodes = [...new Set(ready.flatMap(({ nodeName }) => nodeName ?? []))];
  return { ready: ready.length, total: endpoints.length, readyNodes };
}

/** An unknown readiness counts as ready, as the API documents it. */
function readEndpoint({ addresses, conditions, nodeName, topology, targetRef }: RawEndpoint): SliceEndpoint {
  const node = nodeName ?? topology?.[HOSTNAME_TOPOLOGY];
  const { name, uid } = targetRef ?? {};
  return {
    address: addresses?.[0] ?? '',
    ready: conditions?.ready ?? true,
    ...(node === undefined ? {} : { nodeName: node }),
    ...(name === undefined || uid === undefined ? {} : { pod: { name, uid } }),
  };
}

function readSlicePort(port: { name?: string | null; port?: number | null; protocol?: string | null }): SlicePort {
  return { name: port.name ?? '', port: port.port ?? 0, protocol: port.protocol ?? 'TCP' };
}
