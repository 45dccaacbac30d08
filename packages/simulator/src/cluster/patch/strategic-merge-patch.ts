import { badRequest, internalError } from '../api-error.ts';
import { isJsonObject, jsonEqual } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { FieldSchema, ListSchema } from '../schema/field-schema.ts';

const deleteFromPrimitive = '$deleteFromPrimitiveList/';
const setElementOrder = '$setElementOrder/';

/** Applies a strategic merge patch (kubernetes apimachinery `strategicpatch`). Returns a new value; `original` stays as it is. */
export function strategicMergePatch(schema: FieldSchema, original: JsonObject, patch: JsonObject): JsonObject {
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  if (patch['$patch'] === 'delete') return {};
  const start = retained(schema, original, patch);
  const result: JsonObject = { ...start };
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$patch' || key === '$retainKeys') continue;
    if (key.startsWith(deleteFromPrimitive)) deletePrimitives(result, key.slice(deleteFromPrimitive.length), value);
    else if (!key.startsWith(setElementOrder)) patchField(result, key, value, { schema, patch });
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(setElementOrder)) orderList(result, key.slice(setElementOrder.length), value, schema);
  }
  return result;
}

function patchField(
  result: JsonObject,
  key: string,
  value: unknown,
  owner: { schema: FieldSchema; patch: JsonObject },
): void {
  const field = fieldOf(owner.schema, key);
  const present = result[key];
  if (value === null) {
    Reflect.deleteProperty(result, key);
  } else if (isJsonObject(value)) {
    result[key] = strategicMergePatch(field, isJsonObject(present) ? present : {}, value);
  } else if (Array.isArray(value)) {
    result[key] = mergeLists(field, Array.isArray(present) ? present : [], value);
  } else {
    result[key] = value;
  }
}

function fieldOf(schema: FieldSchema, key: string): FieldSchema {
  if (schema.type === 'struct') return schema.fields.get(key) ?? { type: 'any' };
  return schema.type === 'map' ? schema.values : { type: 'any' };
}

function retained(schema: FieldSchema, original: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch['$retainKeys'];
  if (!Array.isArray(keys) || schema.type !== 'struct') return original;
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
}

function mergeLists(field: FieldSchema, original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const items = patch.filter(
    (item) => !(isJsonObject(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1),
  );
  if (field.type !== 'list' || field.patchStrategy === undefined || items.length < patch.length) {
    return items.map((item) => stripDirectives(item));
  }
  if (field.patchMergeKey === undefined) return mergePrimitives(original, items);
  return mergeByKey(field, field.patchMergeKey, original, items);
}

function mergePrimitives(original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const added = patch.filter((item, index) => !original.includes(item) && patch.indexOf(item) === index);
  return [...original, ...added];
}

function mergeByKey(
  field: ListSchema,
  mergeKey: string,
  original: readonly unknown[],
  patch: readonly unknown[],
): unknown[] {
  let result = [...original];
  for (const item of patch) {
    if (!isJsonObject(item)) throw badRequest(`expected an object in the list merged by ${mergeKey}`);
    const key = item[mergeKey];
    if (key === undefined) {
      throw internalError(`map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`);
    }
    const index = result.findIndex((candidate) => isJsonObject(candidate) && jsonEqual(candidate[mergeKey], key));
    const present = result[index];
    if (item['$patch'] === 'delete') {
      result = result.filter((candidate) => !(isJsonObject(candidate) && jsonEqual(candidate[mergeKey], key)));
    } else if (isJsonObject(present)) {
      result[index] = strategicMergePatch(field.items, present, item);
    } else {
      result.push(strategicMergePatch(field.items, {}, item));
    }
  }
  return result;
}

function deletePrimitives(result: JsonObject, key: string, values: unknown): void {
  const present = result[key];
  if (Array.isArray(present) && Array.isArray(values)) {
    result[key] = present.filter((item) => !values.includes(item));
  }
}

/** Puts the items named by `$setElementOrder` into that order; items it does not name stay where they stand, relative to those before them. */
function orderList(result: JsonObject, key: string, order: unknown, schema: FieldSchema): void {
  const present = result[key];
  const field = fieldOf(schema, key);
  if (!Array.isArray(present) || !Array.isArray(order)) return;
  const mergeKey = field.type === 'list' ? field.patchMergeKey : undefined;
  const keyOf = (item: unknown): string =>
    JSON.stringify(mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : item);
  const wanted = new Map((order as unknown[]).map((item, index) => [keyOf(item), index]));
  const rank: { item: unknown; at: number }[] = [];
  let last = -1;
  for (const item of present as unknown[]) {
    const index = wanted.get(keyOf(item));
    // An item unknown to the order (added by the server) keeps its place behind the one before it.
    rank.push({ item, at: index ?? last + 0.5 });
    last = index ?? last;
  }
  result[key] = rank.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
}

function stripDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripDirectives);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !key.startsWith('$') || key === '$ref' || key === '$schema');
  return Object.fromEntries(kept.map(([key, item]) => [key, stripDirectives(item)]));
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

function goMap(object: JsonObject): string {
  const entries = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  const printed = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return `map[${entries.map(([key, value]) => `${key}:${printed(value)}`).join(' ')}]`;
}
