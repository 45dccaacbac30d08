import { notFound, unknownResource } from './api-error.ts';
import type { KubeObject, ObjectClient, ObjectEvent, ObjectKey, ObjectPatch, ResourceRef } from './object-client.ts';
import { boundPod } from './rest/bound-pod.ts';
import { createObject } from './rest/create-object.ts';
import { decodeBody } from './rest/decode-body.ts';
import { deleteObject } from './rest/delete-object.ts';
import type { DeleteOptions } from './rest/delete-object.ts';
import { listObjects } from './rest/list-objects.ts';
import { patchObject } from './rest/patch-object.ts';
import { served } from './rest/rest-environment.ts';
import type { RestEnvironment, WriteOptions } from './rest/rest-environment.ts';
import { withScale } from './rest/scale.ts';
import { updateObject } from './rest/update-object.ts';
import { watchObjects } from './rest/watch-objects.ts';
import type { ResourceKind } from './scheme/resource-kind.ts';
import { timestamp } from './timing/scheduler.ts';

/** The in-process client with what only the control plane itself needs. */
export interface ControlPlaneClient extends ObjectClient {
  /** Deletes with options; without any it deletes at once (grace 0), as `ObjectClient` says. */
  remove(ref: ResourceRef, key: ObjectKey, options?: DeleteOptions): void;
  /** Writes the `finalize` part of a namespace. */
  finalize(namespace: KubeObject): KubeObject;
  /** Assigns a pod to a node, as the scheduler does. */
  bind(pod: ObjectKey, nodeName: string): void;
}

/** Makes an in-process client that writes as the given field manager. */
export function localClient(environment: RestEnvironment, manager: string): ControlPlaneClient {
  const options: WriteOptions = { manager, dryRun: false, fieldValidation: 'Ignore', warn: () => undefined };
  const kindOf = (ref: ResourceRef): ResourceKind => {
    const kind = environment.registry.findAny(ref);
    if (kind === undefined) throw unknownResource();
    return kind;
  };
  const update = (ref: ResourceRef, body: KubeObject, subresource?: 'status' | 'finalize'): KubeObject => {
    const kind = kindOf(ref);
    const object = decodeBody(kind, body, options);
    const key = keyOf(kind, object.metadata);
    return answer(kind, updateObject(environment, { kind, key, object, subresource, options }));
  };
  return {
    get: (ref, key) => {
      const kind = kindOf(ref);
      const found = environment.store.get(kind.collection, keyOf(kind, key));
      return found === undefined ? undefined : answer(kind, found);
    },
    list: (ref, query = {}) => structuredClone(listObjects(environment, kindOf(ref), query).items),
    create: (ref, body) => {
      const kind = kindOf(ref);
      return answer(kind, createObject(environment, { kind, object: decodeBody(kind, body, options), options }));
    },
    update: (ref, object) => update(ref, object),
    updateStatus: (ref, object) => update(ref, withStoredMetadata(environment, kindOf(ref), object), 'status'),
    finalize: (object) => update(namespaces, object, 'finalize'),
    bind: (key, nodeName) => bindPod(environment, key, nodeName),
    patch: (ref, key, patch) => {
      const kind = kindOf(ref);
      const stored = localPatch({ environment, options }, kind, keyOf(kind, key), patch);
      return answer(kind, stored);
    },
    remove: (ref, key, deleteOptions = { gracePeriodSeconds: 0 }) => {
      const kind = kindOf(ref);
      deleteObject(environment, kind, keyOf(kind, key), deleteOptions);
    },
    watch: (ref, listener) => {
      const copied = ({ type, object }: ObjectEvent): void => listener({ type, object: structuredClone(object) });
      return watchObjects(environment, kindOf(ref), { selection: {}, start: { from: 'present' } }, copied);
    },
  };
}

const namespaces: ResourceRef = { group: '', version: 'v1', plural: 'namespaces' };

function keyOf(kind: ResourceKind, { name, namespace }: ObjectKey): ObjectKey {
  return kind.namespaced ? { name, namespace: namespace ?? 'default' } : { name };
}

function answer(kind: ResourceKind, object: KubeObject): KubeObject {
  return structuredClone(served(kind, object));
}

/** A status update in process replaces the status and nothing else; a resourceVersion in it is still checked. */
function withStoredMetadata(environment: RestEnvironment, kind: ResourceKind, object: KubeObject): KubeObject {
  const { name, resourceVersion = '' } = object.metadata;
  const stored = environment.store.get(kind.collection, keyOf(kind, object.metadata));
  if (stored === undefined) throw notFound(kind, name);
  return { ...object, metadata: { ...stored.metadata, resourceVersion } };
}

function bindPod({ store, scheduler }: RestEnvironment, key: ObjectKey, nodeName: string): void {
  const pod = store.get('pods', key);
  if (pod === undefined) throw notFound({ group: '', plural: 'pods' }, key.name);
  store.put('pods', boundPod(pod, nodeName, timestamp(scheduler.now())));
}

function localPatch(
  { environment, options }: { environment: RestEnvironment; options: WriteOptions },
  kind: ResourceKind,
  key: ObjectKey,
  patch: ObjectPatch,
): KubeObject {
  const own = patch.fieldManager === undefined ? options : { ...options, manager: patch.fieldManager };
  if (patch.subresource === 'scale') {
    const stored = environment.store.get(kind.collection, key);
    if (stored === undefined) throw notFound(kind, key.name);
    const object = withScale(served(kind, stored), patch.body);
    return updateObject(environment, { kind, key, object, options: own });
  }
  const { object } = patchObject(environment, {
    kind,
    key,
    patch: patch.kind,
    body: patch.body,
    subresource: patch.subresource,
    force: patch.force,
    options: own,
  });
  return object;
}
