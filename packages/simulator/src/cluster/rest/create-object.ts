import { generatedName } from '../admission/names.ts';
import { validateMetadata } from '../admission/validate-metadata.ts';
import { ApiError, alreadyExists, invalid } from '../api-error.ts';
import type { KubeObject } from '../object-client.ts';
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

const systemMetadata = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'resourceVersion'];

/** Creates an object: namespace, name, defaults, admission, validation, ownership, storage, in this order. Returns the stored form. */
export function createObject(environment: RestEnvironment, request: CreateRequest): KubeObject {
  const { kind, options } = request;
  const { store, scheduler, random } = environment;
  const object = storable(kind, request.object);
  if ((object.metadata.resourceVersion ?? '') !== '') {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  settleNamespace(kind, object, request.namespace);
  checkNamespace(store, kind, object);
  for (const field of systemMetadata) Reflect.deleteProperty(object.metadata, field);
  const base = object.metadata['generateName'];
  if (object.metadata.name === '' && typeof base === 'string' && base !== '') object.metadata.name = generatedName(base, random);
  const now = scheduler.now();
  kind.strategy.applyDefaults?.(object);
  const managedFields = request.tracked === true ? object.metadata.managedFields : trackCreate(kind, object, options, timestamp(now));
  const errors = [
    ...validateMetadata(kind, object),
    ...(kind.strategy.prepareForCreate?.(object, { now, random }) ?? []),
  ];
  if (errors.length === 0) errors.push(...(kind.strategy.validate?.(object) ?? []));
  if (errors.length > 0) throw invalid(kind, object.metadata.name, errors);
  if (store.get(kind.collection, object.metadata) !== undefined) throw alreadyExists(kind, object.metadata.name);
  const { managedFields: _, generation: __, ...metadata } = object.metadata;
  const created: KubeObject = {
    ...object,
    metadata: {
      ...metadata,
      uid: environment.uid(),
      creationTimestamp: timestamp(now),
      ...(kind.strategy.generation ? { generation: 1 } : {}),
      ...(managedFields === undefined ? {} : { managedFields }),
    },
  };
  if (options.dryRun) return created;
  const stored = store.put(kind.collection, created);
  kind.strategy.stored?.(stored, undefined);
  return stored;
}

function trackCreate(kind: ResourceKind, object: KubeObject, options: WriteOptions, time: string): unknown[] | undefined {
  const after = { ...served(kind, object) };
  if (kind.subresources.includes('status')) delete after['status'];
  const id = { manager: options.manager, operation: 'Update' as const, apiVersion: apiVersionOf(kind), subresource: '' };
  return trackUpdate({ schema: kind.schema, before: undefined, after, id, time });
}
