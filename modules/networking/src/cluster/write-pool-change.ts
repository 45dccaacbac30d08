import type { Change, WantedPoolObject } from '../decide/change.ts';
import { MANAGER, ownLabels } from '../decide/identity.ts';
import type { PoolResource } from '../gather/snapshot.ts';
import type { KubeRequest } from './kube-client.ts';

/** Content type of the patches that the module sends: the one kind that custom resources and all releases take. */
export const MERGE_PATCH = 'application/merge-patch+json';

/** Query that names the module in `managedFields`. */
export const MANAGED = `fieldManager=${MANAGER}`;

type PoolChange = Extract<Change, { readonly kind: `${string}-pool-object` | 'edit-config-map' }>;

const KINDS: Readonly<Record<PoolResource, string>> = {
  ipaddresspools: 'IPAddressPool',
  l2advertisements: 'L2Advertisement',
  bgpadvertisements: 'BGPAdvertisement',
  bgppeers: 'BGPPeer',
};

/** The request that does a change of MetalLB's configuration. A ConfigMap is changed only as it was when the text was made from it. */
export function writePoolChange(change: PoolChange, instance: string): KubeRequest {
  switch (change.kind) {
    case 'create-pool-object':
      return {
        method: 'POST',
        path: `${collection(change.object)}?${MANAGED}`,
        body: newObject(change.object, instance),
      };
    case 'edit-pool-object': {
      const { name, annotations, spec } = change.object;
      const path = `${collection(change.object)}/${name}?${MANAGED}`;
      const body = { metadata: { uid: change.uid, annotations }, spec };
      return { method: 'PATCH', contentType: MERGE_PATCH, path, body };
    }
    case 'delete-pool-object':
      return removal(`${collection(change.object)}/${change.object.name}`, change.uid);
    case 'edit-config-map': {
      const { namespace, name, resourceVersion, annotations, text } = change;
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}?${MANAGED}`;
      const body = { metadata: { resourceVersion, annotations }, data: { config: text } };
      return { method: 'PATCH', contentType: MERGE_PATCH, path, body };
    }
  }
}

/** The request that deletes exactly this object, and none that came after it under its name. */
export function removal(path: string, uid: string): KubeRequest {
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, propagationPolicy: 'Background' };
  return { method: 'DELETE', path, body };
}

function collection({ resource, version, namespace }: Omit<WantedPoolObject, 'spec'>): string {
  return `/apis/metallb.io/${version}/namespaces/${namespace}/${resource}`;
}

function newObject({ resource, version, namespace, name, annotations, spec }: WantedPoolObject, instance: string) {
  const stated = Object.entries(spec).filter(([, value]) => value !== null);
  return {
    apiVersion: `metallb.io/${version}`,
    kind: KINDS[resource],
    metadata: { namespace, name, labels: ownLabels(instance), annotations },
    spec: Object.fromEntries(stated),
  };
}
