import { badRequest, conflict, invalid } from '../api-error.ts';
import { immutable, invalidValue } from '../field-error.ts';
import type { KubeObject, ObjectKey, ObjectMeta } from '../object-client.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';

/** What an update says about which object it means, and in which state. */
export interface UpdateIdentity {
  readonly kind: ResourceKind;
  readonly key: ObjectKey;
  readonly object: KubeObject;
  readonly patch?: boolean;
}

/** Refuses an update that means another object, or an older state of it. `minor` is the server's version. */
export function checkIdentity(update: UpdateIdentity, before: KubeObject, minor: number): void {
  checkPlace(update);
  checkUid(update, before, minor);
  const { kind, key, object } = update;
  const { resourceVersion = '' } = object.metadata;
  if (resourceVersion !== '') {
    if (resourceVersion !== before.metadata.resourceVersion) throw conflict(kind, key.name);
  } else if (kind.strategy.unconditionalUpdate !== true && update.patch !== true) {
    throw invalid(kind, key.name, [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]);
  }
}

function checkPlace({ kind, key, object }: UpdateIdentity): void {
  const { name, namespace = '' } = object.metadata;
  if (name !== '' && name !== key.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${key.name})`);
  }
  if (kind.namespaced && namespace !== '' && namespace !== key.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

function checkUid({ kind, key, object, patch }: UpdateIdentity, before: KubeObject, minor: number): void {
  const { uid = '' } = object.metadata;
  if (uid === '' || uid === before.metadata.uid) return;
  // 1.20 reads a uid in a patch as a change of an immutable field, later versions as a precondition.
  if (patch === true && minor <= 20) throw invalid(kind, key.name, [immutable('metadata.uid', uid)]);
  const present = before.metadata.uid ?? '';
  throw conflict(kind, key.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present}`);
}

const keptMetadata = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'namespace',
  'name',
  'generateName',
];

/** The object with everything in its metadata that only the system may set, as it is stored. */
export function withSystemMetadata(object: KubeObject, before: KubeObject): KubeObject {
  const metadata: ObjectMeta = { ...object.metadata, resourceVersion: before.metadata.resourceVersion };
  for (const field of keptMetadata) {
    if (before.metadata[field] === undefined) Reflect.deleteProperty(metadata, field);
    else metadata[field] = before.metadata[field];
  }
  Reflect.deleteProperty(metadata, 'selfLink');
  if (metadata.managedFields === undefined && before.metadata.managedFields !== undefined) {
    metadata.managedFields = structuredClone(before.metadata.managedFields);
  }
  return { ...object, metadata };
}
