import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { FieldSchema } from '../schema/field-schema.ts';
import type { FieldSet } from './field-set.ts';
import { childItems, isGranular } from './path-element.ts';

/**
 * Lays an applied configuration over the live value: atomic parts are replaced, maps and structs are merged by field, associative lists by key
 * (items keep the live order, new ones follow).
 */
export function mergeValues(schema: FieldSchema, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (!isGranular(schema)) return applied;
  if (Array.isArray(live) && Array.isArray(applied)) return mergeLists(schema, live, applied);
  if (!isJsonObject(live) || !isJsonObject(applied)) return applied;
  const merged: JsonObject = { ...live };
  for (const item of childItems(schema, applied)) {
    const name = item.element.slice(2);
    merged[name] = mergeValues(item.schema, live[name], item.value);
  }
  return merged;
}

function mergeLists(schema: FieldSchema, live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  const changes = new Map(childItems(schema, applied).map((item) => [item.element, item]));
  const kept = childItems(schema, live).map((item) => {
    const change = changes.get(item.element);
    changes.delete(item.element);
    return change === undefined ? item.value : mergeValues(item.schema, item.value, change.value);
  });
  return [...kept, ...[...changes.values()].map((item) => item.value)];
}

/**
 * Removes what an applier owned before (`last`) and neither it nor anybody else owns now (`owned`): fields that left the applied
 * configuration. A part that nobody owns goes together with the defaults inside it.
 */
export function pruneValue(schema: FieldSchema, value: unknown, last: FieldSet, owned: FieldSet): unknown {
  if (!isGranular(schema)) return value;
  const kept = childItems(schema, value).flatMap((item): { element: string; value: unknown }[] => {
    const lastNode = last.children.get(item.element);
    if (lastNode === undefined) return [item];
    const ownedNode = owned.children.get(item.element);
    const gone = item.named ? ownedNode === undefined : lastNode.member && ownedNode?.member !== true;
    if (gone) return [];
    if (ownedNode === undefined) return [item];
    const rest = pruneValue(item.schema, item.value, lastNode, ownedNode);
    return rest === undefined ? [] : [{ element: item.element, value: rest }];
  });
  if (Array.isArray(value)) return emptied(value, kept.length) ? undefined : kept.map((item) => item.value);
  if (!isJsonObject(value)) return value;
  if (emptied(Object.keys(value), kept.length)) return undefined;
  return Object.fromEntries(kept.map((item) => [item.element.slice(2), item.value]));
}

function emptied(before: readonly unknown[], left: number): boolean {
  return before.length > 0 && left === 0;
}
