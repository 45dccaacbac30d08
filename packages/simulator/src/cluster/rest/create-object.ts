import { generatedName } from '../admission/names.ts';
import { validateMetadata } from '../admission/validate-metadata.ts';
import { ApiError, alreadyExists, invalid } from '../api-error.ts';
import type { FieldError } from '../field-error.ts';
import { without } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { withManagedFields } from '../ownership/managed-fields.ts';
import { trackUpdate } from '../ownership/track-update.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { timestamp } from '../timing/scheduler.ts';
import { checkNamespace, settleNamespace } from './check-namespace.ts';
import { served, storable } from './rest-environment.ts';
import type { RestEnvironment, WriteOptions } from './rest-environment.ts';

/** A decoded object to be created. `tracked` says that its managedFields are settled already, as after an apply. */
export interface CreateRequest {
  readonly kind: ResourceKind;
  readonly namespace?: string;
  readonly object: KubeObject;
  readonly tracked?: boolean;
  readonly options: WriteOptions;
}

const systemMetadata = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'resourceVersion',
];

/** Creates an object: namespace, name, defaults, ownership, admission, validation, storage, in this order. Returns the stored form. */
export function createObject(environment: RestEnvironment, request: CreateRequest): KubeObject {
  const { kind, options } = request;
  const { store } = environment;
  const object = storable(kind, request.object);
  settleIdentity(environment, request, object);
  const now = environment.scheduler.now();
  kind.strategy.applyDefaults?.(object);
  const managedFields =
    request.tracked === true ? object.metadata.managedFields : trackCreate(kind, object, options, timestamp(now));
  const errors = admit(environment, kind, object, now);
  if (errors.length > 0) throw invalid(kind, object.metadata.name, errors);
  if (store.get(kind.collection, object.metadata) !== undefined) throw alreadyExists(kind, object.metadata.name);
  const { generation } = kind.strategy;
  const metadata = {
    ...without(object.metadata, 'managedFields', 'generation'),
    name: object.metadata.name,
    uid: environment.uid(),
    creationTimestamp: timestamp(now),
    ...(generation ? { generation: 1 } : {}),
  };
  const created: KubeObject = { ...object, metadata: withManagedFields(metadata, managedFields) };
  if (options.dryRun) return created;
  const stored = store.put(kind.collection, created);
  kind.strategy.stored?.(stored, undefined);
  return stored;
}

function settleIdentity(
  { store, random }: RestEnvironment,
  { kind, namespace }: CreateRequest,
  object: KubeObject,
): void {
  if ((object.metadata.resourceVersion ?? '') !== '') {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  settleNamespace(kind, object, namespace);
  checkNamespace(store, kind, object);
  for (const field of systemMetadata) Reflect.deleteProperty(object.metadata, field);
  const base = object.metadata['generateName'];
  if (object.metadata.name === '' && typeof base === 'string' && base !== '') {
    object.metadata.name = generatedName(base, random);
  }
}

function admit({ random }: RestEnvironment, kind: ResourceKind, object: KubeObject, now: Date): readonly FieldError[] {
  const { prepareForCreate, validate } = kind.strategy;
  const errors = [...validateMetadata(kind, object), ...(prepareForCreate?.(object, { now, random }) ?? [])];
  return errors.length > 0 ? errors : (validate?.(object) ?? []);
}

function trackCreate(
  kind: ResourceKind,
  object: KubeObject,
  options: WriteOptions,
  time: string,
): unknown[] | undefined {
  const after = { ...served(kind, object) };
  if (kind.subresources.includes('status')) delete after['status'];
  const id = {
    manager: options.manager,
    operation: 'Update' as const,
    apiVersion: apiVersionOf(kind),
    subresource: '',
  };
  return trackUpdate({ schema: kind.schema, before: undefined, after, id, time });
}
