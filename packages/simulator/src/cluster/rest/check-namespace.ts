import { ApiError, badRequest, notFound } from '../api-error.ts';
import { textAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { ObjectStore } from '../storage/object-store.ts';

/** Puts an object into the namespace of the request, or throws 400 when it names another one. */
export function settleNamespace(kind: ResourceKind, object: KubeObject, namespace: string | undefined): void {
  if (!kind.namespaced) {
    delete object.metadata.namespace;
    return;
  }
  const own = object.metadata.namespace ?? '';
  const wanted = namespace ?? (own === '' ? 'default' : own);
  if (own !== '' && own !== wanted) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  object.metadata.namespace = wanted;
}

/** Refuses new objects in a namespace that does not exist (404) or is on its way out (403). */
export function checkNamespace(store: ObjectStore, kind: ResourceKind, object: KubeObject): void {
  const { namespace, name } = object.metadata;
  if (!kind.namespaced || namespace === undefined) return;
  const found = store.get('namespaces', { name: namespace });
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (textAt(found, 'status', 'phase') !== 'Terminating') return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const qualified = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  throw new ApiError(403, 'Forbidden', `${qualified} ${JSON.stringify(name)} is forbidden: ${why}`, {
    name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}
