import { objectAt, textAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { deleteObject } from '../rest/delete-object.ts';
import type { ControllerContext } from './controller-context.ts';
import { refs } from './refs.ts';
import { workQueue } from './work-queue.ts';

/** Empties namespaces that are being deleted, and lets them go when nothing is left. */
export function startNamespaceController(context: ControllerContext): () => void {
  const { environment } = context;
  const queue = workQueue({
    scheduler: context.scheduler,
    reconcile: (name) => {
      const namespace = environment.store.get('namespaces', { name });
      if (namespace === undefined || !isTerminating(namespace)) return;
      if (emptyNamespace(context, name)) finalize(context, namespace);
    },
    onGiveUp: (error) => context.onError('namespace-controller', error),
  });
  for (const namespace of environment.store.list('namespaces').filter(isTerminating))
    queue.add(namespace.metadata.name);
  const end = environment.store.subscribeAll(({ collection, type, object }) => {
    if (collection === 'namespaces') {
      if (type !== 'DELETED' && isTerminating(object)) queue.add(object.metadata.name);
      return;
    }
    const { namespace } = object.metadata;
    if (namespace === undefined || (type !== 'DELETED' && object.metadata.deletionTimestamp === undefined)) return;
    queue.add(namespace);
  });
  return () => {
    end();
    queue.stop();
  };
}

function isTerminating(namespace: KubeObject): boolean {
  return textAt(namespace, 'status', 'phase') === 'Terminating';
}

/** Deletes whatever is in a namespace. Returns whether nothing is left. */
function emptyNamespace({ environment }: ControllerContext, name: string): boolean {
  let empty = true;
  const collections = new Map(environment.registry.all().map((kind) => [kind.collection, kind]));
  for (const kind of collections.values()) {
    if (!kind.namespaced) continue;
    for (const object of environment.store.list(kind.collection)) {
      if (object.metadata.namespace !== name) continue;
      const waiting = object.metadata.deletionTimestamp !== undefined;
      const outcome = waiting
        ? { gone: false }
        : deleteObject(environment, kind, object.metadata, { propagationPolicy: 'Background' });
      empty &&= outcome.gone;
    }
  }
  return empty;
}

function finalize(context: ControllerContext, namespace: KubeObject): void {
  const metadata = { ...namespace.metadata, resourceVersion: '' };
  context.client.finalize({ ...namespace, metadata, spec: { ...objectAt(namespace, 'spec'), finalizers: [] } });
}

/** The namespaces that every cluster has. */
export const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

/** Creates the namespaces that every cluster has, where they are missing. */
export function ensureSystemNamespaces({ client }: Pick<ControllerContext, 'client'>): void {
  for (const name of systemNamespaces) {
    if (client.get(refs.namespaces, { name }) !== undefined) continue;
    client.create(refs.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}
