import { matchesLabelSelector, type Backends } from '@iotedge-networking/contract';
import type { ClusterPod, ClusterService, ClusterSlice, SliceEndpoint, SlicePort } from '../gather/snapshot.ts';
import type { Change, WantedSlice } from './change.ts';
import { MODULE_LABEL, moduleLabelValue } from './identity.ts';
import type { WantedService } from './wanted-service.ts';

/** Kubernetes' own controllers put at most this many endpoints into one slice. */
const ENDPOINTS_PER_SLICE = 100;

/** The pods behind a Service: those of named IoT Edge modules, or those a selector matches; ended pods are none. */
export function backendPods(backends: Backends, pods: readonly ClusterPod[]): readonly ClusterPod[] {
  const living = pods.filter(({ ended, ips }) => !ended && ips.length > 0);
  if (backends.kind === 'selector')
    return living.filter(({ labels }) => matchesLabelSelector(backends.selector, labels));
  const modules = new Set(backends.modules.map(moduleLabelValue));
  return living.filter(({ labels }) => modules.has(labels[MODULE_LABEL] ?? ''));
}

/** The EndpointSlices that a Service without selector needs, one family each, with stable names and order. */
export function wantedSlices(
  wanted: WantedService,
  service: ClusterService,
  pods: readonly ClusterPod[],
): readonly WantedSlice[] {
  if (wanted.ownEndpoints === undefined) return [];
  const chosen = [...backendPods(wanted.ownEndpoints, pods)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const ports = wanted.ports.flatMap(({ name, targetPort, protocol }): SlicePort[] =>
    name === undefined || typeof targetPort === 'string' ? [] : [{ name, port: targetPort, protocol }],
  );
  return familiesOf(service).flatMap((addressType) => {
    const endpoints = chosen.flatMap((pod) => endpointOf(pod, addressType));
    return chunks(endpoints).map((chunk, index) => ({
      namespace: wanted.namespace,
      name: sliceName(wanted.name, addressType, index),
      service: wanted.name,
      ownerUid: service.uid,
      addressType,
      ports,
      endpoints: chunk,
    }));
  });
}

function familiesOf(service: ClusterService): readonly ('IPv4' | 'IPv6')[] {
  const families = service.clusterIps.map((ip) => (ip.includes(':') ? 'IPv6' : 'IPv4'));
  return families.length === 0 ? ['IPv4'] : families;
}

function endpointOf(pod: ClusterPod, family: 'IPv4' | 'IPv6'): readonly SliceEndpoint[] {
  const address = pod.ips.find((ip) => ip.includes(':') === (family === 'IPv6'));
  if (address === undefined) return [];
  const { ready, nodeName, name, uid } = pod;
  return [{ address, ready, ...(nodeName === undefined ? {} : { nodeName }), pod: { name, uid } }];
}

/** An empty slice is kept where there is no endpoint, so that the Service is known to have been looked at. */
function chunks(endpoints: readonly SliceEndpoint[]): readonly (readonly SliceEndpoint[])[] {
  const count = Math.max(1, Math.ceil(endpoints.length / ENDPOINTS_PER_SLICE));
  return Array.from({ length: count }, (_, index) =>
    endpoints.slice(index * ENDPOINTS_PER_SLICE, (index + 1) * ENDPOINTS_PER_SLICE),
  );
}

/** The suffix keeps the names apart from those that Kubernetes' own controller generates. */
function sliceName(service: string, addressType: 'IPv4' | 'IPv6', index: number): string {
  return `${service}-iotedge-${addressType.toLowerCase()}-${index}`;
}

/** What brings our slices of one Service to the wanted ones. */
export function changeSlices(
  service: string,
  actual: readonly ClusterSlice[],
  wanted: readonly WantedSlice[],
): readonly Change[] {
  const own = new Map(actual.filter(({ ours }) => ours).map((slice) => [slice.name, slice]));
  const kept = wanted.flatMap((slice): readonly Change[] => {
    const present = own.get(slice.name);
    if (present === undefined) return [{ kind: 'create-slice', service, slice }];
    if (present.addressType !== slice.addressType || present.ownerUid !== slice.ownerUid)
      return [removal(service, present), { kind: 'create-slice', service, slice }];
    return sliceText(present) === sliceText(slice) ? [] : [{ kind: 'replace-slice', service, uid: present.uid, slice }];
  });
  const names = new Set(wanted.map(({ name }) => name));
  const gone = [...own.values()].filter(({ name }) => !names.has(name));
  return [...kept, ...gone.map((slice) => removal(service, slice))];
}

function removal(service: string, { namespace, name, uid }: ClusterSlice): Change {
  return { kind: 'delete-slice', service, namespace, name, uid };
}

function sliceText({ ports, endpoints }: Pick<WantedSlice, 'ports' | 'endpoints'>): string {
  const portTexts = ports.map(({ name, port, protocol }) => [name, port, protocol]).sort();
  const endpointTexts = endpoints
    .map(({ address, ready, nodeName, pod }) => [address, ready, nodeName ?? '', pod?.name ?? '', pod?.uid ?? ''])
    .sort();
  return JSON.stringify([portTexts, endpointTexts]);
}
