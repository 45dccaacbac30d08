import { isJsonObject, jsonEqual } from '../json.ts';
import type { FieldSchema } from '../schema/field-schema.ts';
import { emptyFieldSet, fieldSet } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { childItems, isGranular, printElement } from './path-element.ts';
import type { ChildItem } from './path-element.ts';

/** How one object differs from another, as sets of paths. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const same: Comparison = { added: emptyFieldSet, modified: emptyFieldSet, removed: emptyFieldSet };

/** Every path that a value sets: its leaves, and the items of its lists and maps. */
export function fieldsOf(schema: FieldSchema, value: unknown, path = ''): FieldSet {
  if (!isGranular(schema) || isEmptyValue(value)) return fieldSet(true);
  return fieldSet(
    false,
    childItems(schema, value, path).map((item) => {
      const inner = fieldsOf(item.schema, item.value, path + printElement(item.element));
      return [item.element, fieldSet(inner.member || !item.named, inner.children)];
    }),
  );
}

/** Compares two values of one schema the way structured-merge-diff does. Undefined stands for an absent value. */
export function compareValues(schema: FieldSchema, before: unknown, after: unknown): Comparison {
  if (before === after || jsonEqual(before, after)) return same;
  if (!isGranular(schema) || !isContainer(before, schema) || !isContainer(after, schema)) {
    return compareLeaves(schema, before, after);
  }
  const old = itemsByElement(schema, before);
  const fresh = itemsByElement(schema, after);
  const parts = [...new Set([...old.keys(), ...fresh.keys()])].map((element): [string, Comparison] => {
    const item = fresh.get(element) ?? old.get(element);
    if (item === undefined) return [element, same];
    return [element, compareValues(item.schema, old.get(element)?.value, fresh.get(element)?.value)];
  });
  return {
    added: fieldSet(false, parts.map(([element, part]) => [element, part.added])),
    modified: fieldSet(false, parts.map(([element, part]) => [element, part.modified])),
    removed: fieldSet(false, parts.map(([element, part]) => [element, part.removed])),
  }; // prettier-ignore
}

function compareLeaves(schema: FieldSchema, before: unknown, after: unknown): Comparison {
  if (before === undefined) return { ...same, added: presentFields(schema, after) };
  if (after === undefined) return { ...same, removed: presentFields(schema, before) };
  return { ...same, modified: fieldSet(true) };
}

// A list or map that appears as a whole is itself new; a struct is always there.
function presentFields(schema: FieldSchema, value: unknown): FieldSet {
  if (!isGranular(schema) || isEmptyValue(value)) return fieldSet(true);
  const children = childItems(schema, value).map((item): [string, FieldSet] => {
    const inner = presentFields(item.schema, item.value);
    return [item.element, fieldSet(inner.member || !item.named, inner.children)];
  });
  return fieldSet(schema.type !== 'struct', children);
}

function itemsByElement(schema: FieldSchema, value: unknown): Map<string, ChildItem> {
  return new Map(childItems(schema, value).map((item) => [item.element, item]));
}

function isContainer(value: unknown, schema: FieldSchema): boolean {
  return schema.type === 'list' ? Array.isArray(value) : isJsonObject(value);
}

function isEmptyValue(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
