import { forbiddenField, immutable, invalidValue, required, tooLong } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { isJsonObject, jsonEqual } from '../json.ts';
import type { KubeObject, ObjectMeta } from '../object-client.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { labelValue, qualifiedName } from './names.ts';

const annotationLimit = 256 * 1024;

/** The rules of `metadata` that hold for every kind. */
export function validateMetadata(kind: ResourceKind, object: KubeObject): FieldError[] {
  const { metadata } = object;
  return [
    ...validateName(kind, metadata),
    ...labelErrors(metadata.labels, 'metadata.labels'),
    ...annotationErrors(metadata.annotations),
    ...ownerErrors(metadata),
    ...finalizerErrors(metadata),
  ];
}

/** The rules of `metadata` when an object is replaced. */
export function validateMetadataUpdate(kind: ResourceKind, object: KubeObject, before: KubeObject): FieldError[] {
  const errors = validateMetadata(kind, object);
  const old = before.metadata;
  if (object.metadata.name !== old.name) errors.push(immutable('metadata.name', object.metadata.name));
  if (object.metadata.uid !== old.uid) errors.push(immutable('metadata.uid', object.metadata.uid));
  if (old.deletionTimestamp !== undefined) {
    const fresh = (object.metadata.finalizers ?? []).filter((name) => !(old.finalizers ?? []).includes(name));
    if (fresh.length > 0) {
      const list = fresh.map((name) => JSON.stringify(name)).join(', ');
      const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
      errors.push(forbiddenField('metadata.finalizers', detail));
    }
  }
  return errors;
}

function validateName(kind: ResourceKind, metadata: ObjectMeta): FieldError[] {
  const generate = metadata['generateName'];
  if (metadata.name === '') {
    if (typeof generate === 'string' && generate !== '') return [];
    return [required('metadata.name', 'name or generateName is required')];
  }
  const errors = kind.strategy
    .validateName(metadata.name)
    .map((message) => invalidValue('metadata.name', metadata.name, message));
  if (kind.namespaced && (metadata.namespace ?? '') === '') errors.push(required('metadata.namespace'));
  return errors;
}

/** The rules of labels: keys are qualified names, values short. */
export function labelErrors(labels: Readonly<Record<string, string>> | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedName(key).map((message) => invalidValue(field, key, message)),
    ...labelValue(value).map((message) => invalidValue(field, value, message)),
  ]);
}

function annotationErrors(annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) =>
    qualifiedName(key.toLowerCase()).map((message) => invalidValue('metadata.annotations', key, message)),
  );
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return size > annotationLimit ? [...errors, tooLong('metadata.annotations', annotationLimit)] : errors;
}

function ownerErrors(metadata: ObjectMeta): FieldError[] {
  const owners = metadata.ownerReferences ?? [];
  const errors = owners.flatMap((owner, index): FieldError[] => {
    const field = `metadata.ownerReferences[${index}]`;
    return [
      ...(owner.apiVersion ? [] : [invalidValue(`${field}.apiVersion`, owner.apiVersion, 'version must not be empty')]),
      ...(owner.kind ? [] : [invalidValue(`${field}.kind`, owner.kind, 'kind must not be empty')]),
      ...(owner.name ? [] : [invalidValue(`${field}.name`, owner.name, 'name must not be empty')]),
      ...(owner.uid ? [] : [invalidValue(`${field}.uid`, owner.uid, 'uid must not be empty')]),
    ];
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length > 1) {
    const detail = 'Only one reference can have Controller set to true.';
    errors.push(invalidValue('metadata.ownerReferences', controllers, detail));
  }
  return errors;
}

const plainFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function finalizerErrors(metadata: ObjectMeta): FieldError[] {
  return (metadata.finalizers ?? []).flatMap((name) => {
    const errors = qualifiedName(name).map((message) => invalidValue('metadata.finalizers', name, message));
    if (errors.length > 0 || name.includes('/') || plainFinalizers.has(name)) return errors;
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalidValue('metadata.finalizers', name, detail)];
  });
}

/** The rules of a label selector in an object (`matchLabels`, `matchExpressions`). */
export function selectorErrors(selector: unknown, field: string): FieldError[] {
  if (!isJsonObject(selector)) return [];
  const labels = labelErrors(selector['matchLabels'] as Record<string, string> | undefined, `${field}.matchLabels`);
  const expressions = Array.isArray(selector['matchExpressions']) ? selector['matchExpressions'] : [];
  const operators = ['DoesNotExist', 'Exists', 'In', 'NotIn'];
  return [
    ...labels,
    ...expressions.filter(isJsonObject).flatMap((expression, index): FieldError[] => {
      const place = `${field}.matchExpressions[${index}]`;
      const operator = expression['operator'];
      if (!operators.includes(String(operator)))
        return [invalidValue(`${place}.operator`, operator, 'not a valid selector operator')];
      const values = Array.isArray(expression['values']) ? expression['values'] : [];
      const needsValues = operator === 'In' || operator === 'NotIn';
      if (needsValues && values.length === 0) {
        return [required(`${place}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
      }
      if (!needsValues && values.length > 0) {
        return [
          forbiddenField(`${place}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        ];
      }
      return [];
    }),
  ];
}

/** An error when an immutable field changed. */
export function immutableErrors(field: string, now: unknown, before: unknown): FieldError[] {
  return jsonEqual(now, before) ? [] : [immutable(field, now)];
}
