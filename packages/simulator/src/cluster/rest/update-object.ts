import { validateMetadataUpdate } from '../admission/validate-metadata.ts';
import { invalid, notFound } from '../api-error.ts';
import type { FieldError } from '../field-error.ts';
import { jsonEqual, listAt, without } from '../json.ts';
import type { KubeObject, ObjectKey } from '../object-client.ts';
import { readManagers, sameManagers, withManagedFields } from '../ownership/managed-fields.ts';
import { trackUpdate } from '../ownership/track-update.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { timestamp } from '../timing/scheduler.ts';
import { checkIdentity, withSystemMetadata } from './check-update.ts';
import { createObject } from './create-object.ts';
import { finishDeletion } from './delete-object.ts';
import { served, storable } from './rest-environment.ts';
import type { RestEnvironment, WriteOptions } from './rest-environment.ts';

/** A decoded object that replaces a stored one, or its status. */
export interface UpdateRequest {
  readonly kind: ResourceKind;
  readonly key: ObjectKey;
  readonly object: KubeObject;
  readonly subresource?: 'status' | 'finalize';
  readonly tracked?: boolean;
  /** Part of a patch: nothing is demanded of the resourceVersion unless the patch itself set one. */
  readonly patch?: boolean;
  readonly options: WriteOptions;
}

/** Replaces an object. Returns the stored form: the very same as before when nothing changed. */
export function updateObject(environment: RestEnvironment, request: UpdateRequest): KubeObject {
  const { kind, key } = request;
  const before = environment.store.get(kind.collection, key);
  if (before === undefined) {
    if (
      kind.strategy.createOnUpdate === true &&
      request.subresource === undefined &&
      (request.object.metadata.uid ?? '') === ''
    ) {
      return createObject(environment, { ...request, namespace: key.namespace });
    }
    throw notFound(kind, key.name);
  }
  checkIdentity(request, before, environment.features.minor);
  const object = withSystemMetadata(storable(kind, request.object), before);
  const replaced = replacePart(request, object, before);
  if (request.subresource !== 'status') kind.strategy.applyDefaults?.(replaced);
  const managedFields =
    request.tracked === true ? replaced.metadata.managedFields : trackReplace(environment, request, replaced, before);
  const errors = admit(environment, request, replaced, before);
  if (errors.length > 0) throw invalid(kind, key.name, errors);
  return storeUpdate(environment, request, { replaced, before, managedFields });
}

/** What the request may touch comes from the request, the rest from the stored object. */
function replacePart(request: UpdateRequest, object: KubeObject, before: KubeObject): KubeObject {
  if (request.subresource === 'status') {
    return { ...structuredClone(before), metadata: object.metadata, status: object['status'] ?? {} };
  }
  if (request.subresource === 'finalize') {
    return { ...structuredClone(before), metadata: object.metadata, spec: object['spec'] };
  }
  if (!request.kind.subresources.includes('status')) return object;
  const replaced: KubeObject = { ...object };
  delete replaced['status'];
  if (before['status'] !== undefined) replaced['status'] = structuredClone(before['status']);
  return replaced;
}

function trackReplace(
  environment: RestEnvironment,
  request: UpdateRequest,
  after: KubeObject,
  before: KubeObject,
): unknown[] | undefined {
  const { kind, options } = request;
  const id = {
    manager: options.manager,
    operation: 'Update' as const,
    apiVersion: apiVersionOf(kind),
    subresource: request.subresource ?? '',
  };
  const time = timestamp(environment.scheduler.now());
  return trackUpdate({ schema: kind.schema, before: served(kind, before), after: served(kind, after), id, time });
}

function admit(
  environment: RestEnvironment,
  request: UpdateRequest,
  object: KubeObject,
  before: KubeObject,
): readonly FieldError[] {
  const { strategy } = request.kind;
  const metadataErrors = validateMetadataUpdate(request.kind, object, before);
  if (request.subresource === 'finalize') return metadataErrors;
  if (request.subresource === 'status')
    return [...metadataErrors, ...(strategy.prepareForStatusUpdate?.(object, before) ?? [])];
  const admission = { now: environment.scheduler.now(), random: environment.random };
  const errors = [...metadataErrors, ...(strategy.prepareForUpdate?.(object, before, admission) ?? [])];
  if (errors.length > 0) return errors;
  return [...(strategy.validate?.(object) ?? []), ...(strategy.validateUpdate?.(object, before) ?? [])];
}

interface Replacement {
  readonly replaced: KubeObject;
  readonly before: KubeObject;
  readonly managedFields: unknown[] | undefined;
}

function storeUpdate(
  environment: RestEnvironment,
  request: UpdateRequest,
  { replaced, before, managedFields }: Replacement,
): KubeObject {
  const { kind, options } = request;
  const updated: KubeObject = {
    ...replaced,
    metadata: withManagedFields(replaced.metadata, managedFields),
  };
  if (kind.strategy.generation && !jsonEqual(specification(updated), specification(before))) {
    updated.metadata.generation = (before.metadata.generation ?? 0) + 1;
  }
  if (sameObject(updated, before)) return before;
  if (options.dryRun) return updated;
  if (isFinished(kind, updated)) return finishDeletion(environment, kind, updated);
  const stored = environment.store.put(kind.collection, updated);
  kind.strategy.stored?.(stored, before);
  return stored;
}

function specification(object: KubeObject): unknown {
  return without(object, 'metadata', 'status');
}

function sameObject(a: KubeObject, b: KubeObject): boolean {
  const bare = (object: KubeObject): unknown => ({
    ...object,
    metadata: { ...object.metadata, managedFields: undefined },
  });
  return jsonEqual(bare(a), bare(b)) && sameManagers(readManagers(a), readManagers(b));
}

/** An object on its way out goes as soon as its last finalizer is gone. */
function isFinished(kind: ResourceKind, object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp === undefined || (object.metadata.finalizers ?? []).length > 0) return false;
  if (kind.collection === 'namespaces') return listAt(object, 'spec', 'finalizers').length === 0;
  return (object.metadata['deletionGracePeriodSeconds'] ?? 0) === 0;
}
