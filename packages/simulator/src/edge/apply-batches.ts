import { reconcile } from '@iotedge-networking/edge-agent';
import type { KubernetesObject, ObjectBatch } from '@iotedge-networking/edge-agent';
import type { KubeObject, ObjectClient, ResourceRef } from '../cluster/object-client.ts';

const collections: Readonly<Record<ObjectBatch['kind'], ResourceRef>> = {
  ServiceAccount: { group: '', version: 'v1', plural: 'serviceaccounts' },
  Service: { group: '', version: 'v1', plural: 'services' },
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments' },
  PersistentVolumeClaim: { group: '', version: 'v1', plural: 'persistentvolumeclaims' },
};

/** Where a device's objects live. */
export interface DevicePlace {
  readonly client: ObjectClient;
  readonly namespace: string;
  readonly deviceLabel: string;
}

/**
 * Brings the cluster in line, as edgeAgent does: kind after kind, and within a kind all replacements, then all deletions, then all creations.
 * What stands beside a refused call is still sent; what comes after it is not. Returns the refusals, empty when all went through.
 */
export function applyBatches(batches: readonly ObjectBatch[], place: DevicePlace): string[] {
  for (const { kind, objects } of batches) {
    const existing = place.client.list(collections[kind], { namespace: place.namespace });
    const changes = reconcile({ kind, wanted: objects, existing, deviceLabel: place.deviceLabel });
    for (const action of ['replace', 'delete', 'create'] as const) {
      const refusals = changes
        .filter((change) => change.action === action)
        .flatMap((change) => attempt(kind, change.name, () => send(kind, change, place)));
      if (refusals.length > 0) return refusals;
    }
  }
  return [];
}

type Change = ReturnType<typeof reconcile<KubernetesObject>>[number];

function send(kind: ObjectBatch['kind'], change: Change, { client, namespace }: DevicePlace): void {
  const ref = collections[kind];
  if (change.action === 'delete') client.remove(ref, { namespace, name: change.name });
  else if (change.action === 'create') client.create(ref, placed(change.object, namespace));
  else client.update(ref, placed(change.object, namespace));
}

function attempt(kind: string, name: string, call: () => void): string[] {
  try {
    call();
    return [];
  } catch (error) {
    return [`${kind} ${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The object as it is sent: the namespace is part of the request, and an annotation without a value is not written. */
function placed({ metadata, ...rest }: KubernetesObject, namespace: string): KubeObject {
  const entries = Object.entries(metadata.annotations ?? {});
  const annotations = Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
  const { ownerReferences: owners, ...own } = metadata;
  return {
    ...structuredClone(rest),
    metadata: {
      ...own,
      labels: { ...metadata.labels },
      namespace,
      annotations,
      ...(owners === undefined
        ? {}
        : {
            ownerReferences: structuredClone(owners) as unknown as NonNullable<
              KubeObject['metadata']['ownerReferences']
            >,
          }),
    },
  };
}
