import type { KubeObject } from '../object-client.ts';
import { deleteObject } from '../rest/delete-object.ts';
import { updateObject } from '../rest/update-object.ts';
import type { WriteOptions } from '../rest/rest-environment.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { StoredEvent } from '../storage/event-history.ts';
import type { ControllerContext } from './controller-context.ts';
import { workQueue } from './work-queue.ts';
import type { WorkQueue } from './work-queue.ts';

interface Node {
  readonly kind: ResourceKind;
  object: KubeObject;
}

const options: WriteOptions = {
  manager: 'kube-controller-manager',
  dryRun: false,
  fieldValidation: 'Ignore',
  warn: () => undefined,
};

/** Deletes objects whose owners are gone, and carries out the deletion policies Foreground and Orphan. */
export function startGarbageCollector(context: ControllerContext): () => void {
  const { environment, scheduler } = context;
  const nodes = new Map<string, Node>();
  const dependents = new Map<string, Set<string>>();
  const queue = workQueue({
    scheduler,
    reconcile: (uid) => collect(context, nodes, dependents, uid),
    onGiveUp: (error) => context.onError('garbage-collector', error),
  });
  const note = (event: GraphEvent): void => noteEvent({ context, nodes, dependents, queue }, event);
  const { collections } = environment.store.snapshot();
  for (const [collection, objects] of Object.entries(collections)) {
    for (const object of objects) note({ collection, type: 'ADDED', object, previous: undefined });
  }
  const end = environment.store.subscribeAll(note);
  return () => {
    end();
    queue.stop();
  };
}

type GraphEvent = Pick<StoredEvent, 'collection' | 'type' | 'object' | 'previous'>;

interface Graph {
  readonly context: ControllerContext;
  readonly nodes: Map<string, Node>;
  readonly dependents: Map<string, Set<string>>;
  readonly queue: WorkQueue;
}

/** Follows a change in the graph of owners and queues what it concerns. */
function noteEvent(graph: Graph, event: GraphEvent): void {
  const { uid = '' } = event.object.metadata;
  for (const owner of ownersOf(event.previous)) graph.dependents.get(owner)?.delete(uid);
  if (event.type === 'DELETED') noteDeletion(graph, event.object);
  else notePresence(graph, event);
}

function noteDeletion({ nodes, dependents, queue }: Graph, object: KubeObject): void {
  const { uid = '' } = object.metadata;
  nodes.delete(uid);
  for (const concerned of [...(dependents.get(uid) ?? []), ...ownersOf(object)]) queue.add(concerned);
}

function notePresence({ context, nodes, dependents, queue }: Graph, { collection, object }: GraphEvent): void {
  const kind = storedKind(context, collection);
  if (kind === undefined) return;
  const { uid = '', deletionTimestamp } = object.metadata;
  nodes.set(uid, { kind, object });
  const owners = ownersOf(object);
  for (const owner of owners) dependents.set(owner, (dependents.get(owner) ?? new Set<string>()).add(uid));
  if (owners.length > 0 || deletionTimestamp !== undefined) queue.add(uid);
}

function ownersOf(object: KubeObject | undefined): readonly string[] {
  return (object?.metadata.ownerReferences ?? []).map((owner) => owner.uid);
}

function storedKind({ environment }: ControllerContext, collection: string): ResourceKind | undefined {
  return environment.registry.all().find((kind) => kind.collection === collection);
}

type Dependents = ReadonlyMap<string, ReadonlySet<string>>;

function collect(
  context: ControllerContext,
  nodes: ReadonlyMap<string, Node>,
  dependents: Dependents,
  uid: string,
): void {
  const node = nodes.get(uid);
  if (node === undefined) return;
  const own = [...(dependents.get(uid) ?? [])].flatMap((id) => nodes.get(id) ?? []);
  const finalizers =
    node.object.metadata.deletionTimestamp === undefined ? [] : (node.object.metadata.finalizers ?? []);
  if (finalizers.includes('orphan')) {
    orphan(context, node, own);
    return;
  }
  if (finalizers.includes('foregroundDeletion')) {
    foreground(context, node, own);
    return;
  }
  const owners = node.object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || node.object.metadata.deletionTimestamp !== undefined) return;
  const present = owners.filter((owner) => nodes.has(owner.uid));
  if (present.length === 0) {
    deleteObject(context.environment, node.kind, node.object.metadata, {
      propagationPolicy: 'Background',
      preconditions: { uid },
    });
  }
}

/** The dependents go first; the owner follows when none of those that block it is left. */
function foreground(context: ControllerContext, node: Node, own: readonly Node[]): void {
  for (const { kind, object } of own) {
    if (object.metadata.deletionTimestamp !== undefined) continue;
    deleteObject(context.environment, kind, object.metadata, { propagationPolicy: 'Foreground' });
  }
  const uid = node.object.metadata.uid;
  const blocking = own.filter(({ object }) =>
    object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
  );
  const left = blocking.filter(
    ({ kind, object }) => context.environment.store.get(kind.collection, object.metadata) !== undefined,
  );
  if (left.length === 0) dropFinalizer(context, node, 'foregroundDeletion');
}

/** The dependents lose their reference and stay. */
function orphan(context: ControllerContext, node: Node, own: readonly Node[]): void {
  const uid = node.object.metadata.uid;
  for (const dependent of own) {
    const ownerReferences = (dependent.object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
    write(context, dependent, {
      ...dependent.object.metadata,
      ownerReferences: ownerReferences.length === 0 ? undefined : ownerReferences,
    });
  }
  dropFinalizer(context, node, 'orphan');
}

function dropFinalizer(context: ControllerContext, node: Node, finalizer: string): void {
  const finalizers = (node.object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  write(context, node, { ...node.object.metadata, finalizers: finalizers.length === 0 ? undefined : finalizers });
}

function write({ environment }: ControllerContext, { kind, object }: Node, metadata: KubeObject['metadata']): void {
  const { name, namespace } = object.metadata;
  const changed = { ...object, metadata: { ...metadata, resourceVersion: '' } };
  updateObject(environment, { kind, key: { name, namespace }, object: changed, patch: true, options });
}
