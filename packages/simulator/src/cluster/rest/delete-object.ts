import { conflict, forbidden, notFound } from '../api-error.ts';
import { listAt, numberAt, textAt, without } from '../json.ts';
import type { KubeObject, ObjectKey } from '../object-client.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { timestamp } from '../timing/scheduler.ts';
import type { RestEnvironment } from './rest-environment.ts';

/** `meta/v1.DeleteOptions`, as far as it is modelled. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** What a deletion came to: the object is gone, or it is waiting for its finalizers or its grace period. */
export interface DeleteOutcome {
  readonly gone: boolean;
  readonly object: KubeObject;
}

const keptNamespaces = new Set(['default', 'kube-system', 'kube-public']);

/** Deletes an object, or marks it as on its way out. */
export function deleteObject(
  environment: RestEnvironment,
  kind: ResourceKind,
  key: ObjectKey,
  options: DeleteOptions,
): DeleteOutcome {
  const before = environment.store.get(kind.collection, key);
  if (before === undefined) throw notFound(kind, key.name);
  checkPreconditions(kind, before, options);
  const finalizers = deletionFinalizers(before, options);
  const grace = gracePeriod(kind, before, options);
  if (finalizers.length === 0 && grace === 0 && !holdsContent(kind, before)) {
    const object = options.dryRun === true ? before : finishDeletion(environment, kind, before);
    return { gone: true, object };
  }
  const marked = markDeleted(environment, before, finalizers, grace);
  if (marked === before || options.dryRun === true) return { gone: false, object: marked };
  if (kind.collection === 'namespaces') marked['status'] = { phase: 'Terminating' };
  const stored = environment.store.put(kind.collection, marked);
  kind.strategy.stored?.(stored, before);
  return { gone: false, object: stored };
}

/** A namespace goes only when it has been emptied. */
function holdsContent(kind: ResourceKind, object: KubeObject): boolean {
  return kind.collection === 'namespaces' && listAt(object, 'spec', 'finalizers').length > 0;
}

/** Takes an object out of the store, and with a CustomResourceDefinition all objects of its kind. */
export function finishDeletion(environment: RestEnvironment, kind: ResourceKind, object: KubeObject): KubeObject {
  const { store } = environment;
  const before = store.get(kind.collection, object.metadata);
  if (kind.kind === 'CustomResourceDefinition') {
    const collection = object.metadata.name;
    for (const instance of store.list(collection)) store.delete(collection, instance);
  }
  const deleted = store.delete(kind.collection, object);
  kind.strategy.stored?.(undefined, before);
  return deleted;
}

function checkPreconditions(kind: ResourceKind, object: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = object.metadata;
  if (kind.collection === 'namespaces' && keptNamespaces.has(object.metadata.name)) {
    throw forbidden(kind, object.metadata.name, 'this namespace may not be deleted');
  }
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      kind,
      object.metadata.name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid ?? ''}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      kind,
      object.metadata.name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion ?? ''}). The object might have been modified`,
    );
  }
}

function deletionFinalizers(object: KubeObject, { propagationPolicy }: DeleteOptions): readonly string[] {
  const present = object.metadata.finalizers ?? [];
  if (propagationPolicy === undefined) return present;
  const others = present.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan');
  if (propagationPolicy === 'Foreground') return [...others, 'foregroundDeletion'];
  return propagationPolicy === 'Orphan' ? [...others, 'orphan'] : others;
}

/** Only pods that a kubelet looks after get time to end. */
function gracePeriod(kind: ResourceKind, object: KubeObject, options: DeleteOptions): number {
  if (kind.strategy.graceful !== true || textAt(object, 'spec', 'nodeName') === '') return 0;
  if (['Succeeded', 'Failed'].includes(textAt(object, 'status', 'phase'))) return 0;
  const asked = options.gracePeriodSeconds ?? numberAt(object, 'spec', 'terminationGracePeriodSeconds');
  const running = object.metadata['deletionGracePeriodSeconds'];
  // A second delete may shorten the time, never lengthen it.
  return typeof running === 'number' ? Math.min(running, asked) : asked;
}

function markDeleted(
  environment: RestEnvironment,
  before: KubeObject,
  finalizers: readonly string[],
  grace: number,
): KubeObject {
  const { metadata } = before;
  const again = metadata.deletionTimestamp !== undefined && metadata['deletionGracePeriodSeconds'] === grace;
  if (again && (metadata.finalizers ?? []).join() === finalizers.join()) return before;
  const end = new Date(environment.scheduler.now().getTime() + grace * 1000);
  return {
    ...before,
    metadata: {
      ...without(metadata, 'finalizers'),
      name: metadata.name,
      ...(again ? {} : { deletionTimestamp: timestamp(end), deletionGracePeriodSeconds: grace }),
      ...(metadata.generation === undefined || metadata.deletionTimestamp !== undefined
        ? {}
        : { generation: metadata.generation + 1 }),
      ...(finalizers.length === 0 ? {} : { finalizers: [...finalizers] }),
    },
  };
}
