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
  const keyOf = (kind: ResourceKind, key: ObjectKey): ObjectKey =>
    kind.namespaced ? { name: key.name, namespace: key.namespace ?? 'default' } : { name: key.name };
  const answer = (kind: ResourceKind, object: KubeObject): KubeObject => structuredClone(served(kind, object));
  const update = (ref: ResourceRef, body: KubeObject, subresource?: 'status' | 'finalize'): KubeObject => {
    const kind = kindOf(ref);
    const object = decodeBody(kind, body, options);
    return answer(
      kind,
      updateObject(environment, { kind, key: keyOf(kind, object.metadata), object, subresource, options }),
    );
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
      const object = decodeBody(kind, body, options);
      return answer(kind, createObject(environment, { kind, object, options }));
    },
    update: (ref, object) => update(ref, object),
    updateStatus: (ref, object) => {
      const kind = kindOf(ref);
      const { name, resourceVersion = '' } = object.metadata;
      const stored = environment.store.get(kind.collection, keyOf(kind, object.metadata));
      if (stored === undefined) throw notFound(kind, name);
      return update(ref, { ...object, metadata: { ...stored.metadata, resourceVersion } }, 'status');
    },
    finalize: (object) => update({ group: '', version: 'v1', plural: 'namespaces' }, object, 'finalize'),
    bind: (key, nodeName) => {
      const pod = environment.store.get('pods', key);
      if (pod === undefined) throw notFound({ group: '', plural: 'pods' }, key.name);
      environment.store.put('pods', boundPod(pod, nodeName, timestamp(environment.scheduler.now())));
    },
    patch: (ref, key, patch) => localPatch({ environment, options }, kindOf(ref), keyOf(kindOf(ref), key), patch),
    remove: (ref, key, deleteOptions = { gracePeriodSeconds: 0 }) => {
      const kind = kindOf(ref);
      deleteObject(environment, kind, keyOf(kind, key), deleteOptions);
    },
    watch: (ref, listener) =>
      watchObjects(environment, kindOf(ref), { selection: {}, start: { from: 'present' } }, (event: ObjectEvent) =>
        listener({ type: event.type, object: structuredClone(event.object) }),
      ),
  };
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
    return structuredClone(updateObject(environment, { kind, key, object, options: own }));
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
  return structuredClone(served(kind, object));
}
