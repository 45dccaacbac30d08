import type { Change, WantedSlice } from '../decide/change.ts';
import { MANAGER, ownLabels, SLICE_MANAGER_LABEL } from '../decide/identity.ts';
import type { ServiceEdit } from '../decide/service-edit.ts';
import { HOSTNAME_TOPOLOGY, SERVICE_NAME_LABEL } from './read-endpoint-slice.ts';
import type { KubeRequest } from './kube-client.ts';
import { MANAGED, MERGE_PATCH, removal, writePoolChange } from './write-pool-change.ts';

/** How objects are written on this API server. */
export interface WriteStyle {
  readonly instance: string;
  readonly endpointSlices: 'v1' | 'v1beta1';
}

/**
 * The request that does a change. New objects are created, never applied, so that an object that somebody made meanwhile is not taken over; present ones get
 * a merge patch with their uid, so that a successor of the same name is left alone.
 */
export function writeChange(change: Change, style: WriteStyle): KubeRequest {
  switch (change.kind) {
    case 'create-service':
      return {
        method: 'POST',
        path: `${services(change.namespace)}?${MANAGED}`,
        body: { ...serviceBody(change.fields, change), apiVersion: 'v1', kind: 'Service' },
      };
    case 'edit-service':
      return {
        method: 'PATCH',
        contentType: MERGE_PATCH,
        path: `${services(change.namespace)}/${change.name}?${MANAGED}`,
        body: serviceBody(change.edit, { uid: change.uid }),
      };
    case 'delete-service':
      return removal(`${services(change.namespace)}/${change.name}`, change.uid);
    case 'create-slice':
      return {
        method: 'POST',
        path: `${slices(change.slice.namespace, style)}?${MANAGED}`,
        body: sliceBody(change.slice, style),
      };
    case 'replace-slice':
      return {
        method: 'PATCH',
        contentType: MERGE_PATCH,
        path: `${slices(change.slice.namespace, style)}/${change.slice.name}?${MANAGED}`,
        body: { metadata: { uid: change.uid }, ...sliceContent(change.slice, style) },
      };
    case 'delete-slice':
      return removal(`${slices(change.namespace, style)}/${change.name}`, change.uid);
    default:
      return writePoolChange(change, style.instance);
  }
}

function services(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/services`;
}

function slices(namespace: string, { endpointSlices }: WriteStyle): string {
  return `/apis/discovery.k8s.io/${endpointSlices}/namespaces/${namespace}/endpointslices`;
}

/** JSON leaves undefined fields out, so what an edit does not mention is not sent. */
function serviceBody(
  { labels, annotations, type, ports, selector, externalTrafficPolicy, loadBalancerIp }: ServiceEdit,
  { namespace, name, uid }: { readonly namespace?: string; readonly name?: string; readonly uid?: string },
) {
  const spec = { type, ports, selector, externalTrafficPolicy, loadBalancerIP: loadBalancerIp };
  const isEmpty = Object.values(spec).every((value) => value === undefined);
  return { metadata: { namespace, name, uid, labels, annotations }, ...(isEmpty ? {} : { spec }) };
}

function sliceBody(slice: WantedSlice, style: WriteStyle) {
  const { namespace, name, service, ownerUid, addressType } = slice;
  const labels = { ...ownLabels(style.instance), [SERVICE_NAME_LABEL]: service, [SLICE_MANAGER_LABEL]: MANAGER };
  const owner = {
    apiVersion: 'v1',
    kind: 'Service',
    name: service,
    uid: ownerUid,
    controller: true,
    blockOwnerDeletion: false,
  };
  return {
    apiVersion: `discovery.k8s.io/${style.endpointSlices}`,
    kind: 'EndpointSlice',
    metadata: { namespace, name, labels, ownerReferences: [owner] },
    addressType,
    ...sliceContent(slice, style),
  };
}

function sliceContent({ ports, endpoints, namespace }: WantedSlice, { endpointSlices }: WriteStyle) {
  return {
    ports,
    endpoints: endpoints.map(({ address, ready, nodeName, pod }) => ({
      addresses: [address],
      conditions: { ready },
      ...(nodeName === undefined ? {} : nodeOf(nodeName, endpointSlices)),
      ...(pod === undefined ? {} : { targetRef: { kind: 'Pod', namespace, ...pod } }),
    })),
  };
}

/** v1beta1 of Kubernetes 1.20 keeps `nodeName` behind a feature gate; the topology label is what its kube-proxy reads. */
function nodeOf(nodeName: string, version: 'v1' | 'v1beta1') {
  return version === 'v1' ? { nodeName } : { topology: { [HOSTNAME_TOPOLOGY]: nodeName } };
}
