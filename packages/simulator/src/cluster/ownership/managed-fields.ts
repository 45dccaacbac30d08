import { isJsonObject, jsonEqual } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject, ObjectMeta } from '../object-client.ts';
import {
  differenceOf,
  emptyFieldSet,
  fieldSet,
  fieldSetFromJson,
  fieldSetToJson,
  sameFieldSet,
  unionOf,
} from './field-set.ts';
import type { FieldSet } from './field-set.ts';

/** One entry of `metadata.managedFields`, its fields read. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
}

/** Who writes: what distinguishes one entry of managedFields from another. */
export type ManagerId = Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** Reads `metadata.managedFields`. */
export function readManagers(object: KubeObject | undefined): readonly Manager[] {
  return (object?.metadata.managedFields ?? []).filter(isJsonObject).flatMap((entry): Manager[] => {
    if (entry['operation'] !== 'Apply' && entry['operation'] !== 'Update') return [];
    return [
      {
        manager: textOf(entry['manager']),
        operation: entry['operation'],
        apiVersion: textOf(entry['apiVersion']),
        subresource: textOf(entry['subresource']),
        time: textOf(entry['time']),
        fields: fieldSetFromJson(entry['fieldsV1']),
      },
    ];
  });
}

/** Writes `metadata.managedFields`: appliers first, then by time, name and version. */
export function writeManagers(managers: readonly Manager[]): JsonObject[] {
  const order = (manager: Manager): string =>
    [manager.operation, manager.time, manager.manager, manager.apiVersion, manager.subresource].join('\u0000');
  return managers
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((manager) => ({
      manager: manager.manager,
      operation: manager.operation,
      apiVersion: manager.apiVersion,
      time: manager.time,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldSetToJson(manager.fields),
      ...(manager.subresource === '' ? {} : { subresource: manager.subresource }),
    }));
}

/** Whether two ids mean the same entry. The version of an applier does not count. */
export function sameManager(a: ManagerId, b: ManagerId): boolean {
  const sameVersion = a.operation === 'Apply' || a.apiVersion === b.apiVersion;
  return a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource && sameVersion;
}

/** Takes fields away from all managers but one; entries without fields vanish. */
export function disown(managers: readonly Manager[], fields: FieldSet, except: ManagerId): readonly Manager[] {
  return managers
    .map((manager) =>
      sameManager(manager, except) ? manager : { ...manager, fields: differenceOf(manager.fields, fields) },
    )
    .filter((manager) => manager.fields.children.size > 0 || sameManager(manager, except));
}

/** Replaces one manager's fields, with a new time only when they changed. An empty set removes the entry. */
export function withManager(
  managers: readonly Manager[],
  id: ManagerId,
  fields: FieldSet,
  time: string,
): readonly Manager[] {
  const present = managers.find((manager) => sameManager(manager, id));
  const others = managers.filter((manager) => manager !== present);
  if (fields.children.size === 0) return others;
  const unchanged =
    present !== undefined && present.apiVersion === id.apiVersion && sameFieldSet(present.fields, fields);
  return [...others, { ...id, time: unchanged ? present.time : time, fields }];
}

/** The fields that anybody owns. */
export function ownedFields(managers: readonly Manager[]): FieldSet {
  return managers.reduce((union, manager) => unionOf(union, manager.fields), emptyFieldSet);
}

/** Whether two states of managedFields say the same, times aside. */
export function sameManagers(a: readonly Manager[], b: readonly Manager[]): boolean {
  const plain = (managers: readonly Manager[]): unknown =>
    writeManagers(managers.map((entry) => ({ ...entry, time: '' })));
  return jsonEqual(plain(a), plain(b));
}

const systemMetadata = [
  'name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'generation', 'managedFields', 'resourceVersion', 'deletionTimestamp',
  'deletionGracePeriodSeconds', 'generateName',
]; // prettier-ignore
/** The fields that nobody owns because the system does: apiVersion, kind and the identity in metadata. */
export const systemFields: FieldSet = fieldSet(false, [
  ['f:apiVersion', fieldSet(true)],
  ['f:kind', fieldSet(true)],
  ['f:metadata', fieldSet(true, systemMetadata.map((name): [string, FieldSet] => [`f:${name}`, fieldSet(true)]))],
]); // prettier-ignore

/** Leaves out the fields that the system owns. */
export function withoutSystemFields(fields: FieldSet): FieldSet {
  return differenceOf(fields, systemFields);
}

/** Metadata with these managedFields, or with none. */
export function withManagedFields(metadata: ObjectMeta, managedFields: unknown[] | undefined): ObjectMeta {
  const rest: ObjectMeta = { ...metadata };
  delete rest.managedFields;
  return managedFields === undefined ? rest : { ...rest, managedFields };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
