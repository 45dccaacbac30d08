import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { printElement } from './path-element.ts';

/**
 * A set of field paths, as server-side apply keeps them (`FieldsV1`): a tree whose edges are path elements (`f:name` a field,
 * `k:{"port":80,"protocol":"TCP"}` a list item by key, `v:"x"` a set member) and whose nodes say whether the path to them belongs to the set.
 */
export interface FieldSet {
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** The set without any path. */
export const emptyFieldSet: FieldSet = { member: false, children: new Map() };

/** A set node; nodes without content are left out of their parents by `withChildren`. */
export function fieldSet(member: boolean, children: Iterable<readonly [string, FieldSet]> = []): FieldSet {
  return { member, children: new Map([...children].filter(([, child]) => !isEmptyFieldSet(child))) };
}

/** Whether the set holds no path. */
export function isEmptyFieldSet(set: FieldSet): boolean {
  return !set.member && set.children.size === 0;
}

/** The paths in either set. */
export function unionOf(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptyFieldSet(a)) return b;
  return isEmptyFieldSet(b) ? a : combine(a, b, unionOf, (inA, inB) => inA || inB);
}

/** The paths in both sets. */
export function intersectionOf(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptyFieldSet(a) || isEmptyFieldSet(b)) return emptyFieldSet;
  return combine(a, b, intersectionOf, (inA, inB) => inA && inB);
}

/** The paths of the first set that are not in the second. */
export function differenceOf(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptyFieldSet(a) || isEmptyFieldSet(b)) return a;
  return combine(a, b, differenceOf, (inA, inB) => inA && !inB);
}

type Operation = (a: FieldSet, b: FieldSet) => FieldSet;

function combine(
  a: FieldSet,
  b: FieldSet,
  operation: Operation,
  keep: (inA: boolean, inB: boolean) => boolean,
): FieldSet {
  const names = new Set([...a.children.keys(), ...b.children.keys()]);
  const children = [...names].map((name): [string, FieldSet] => [
    name,
    operation(a.children.get(name) ?? emptyFieldSet, b.children.get(name) ?? emptyFieldSet),
  ]);
  return fieldSet(keep(a.member, b.member), children);
}

/** Whether the sets hold the same paths. */
export function sameFieldSet(a: FieldSet, b: FieldSet): boolean {
  if (a.member !== b.member || a.children.size !== b.children.size) return false;
  return [...a.children].every(([name, child]) => {
    const other = b.children.get(name);
    return other !== undefined && sameFieldSet(child, other);
  });
}

/** Reads the `FieldsV1` form. A leaf is `{}`; a node with children is itself in the set when it has a `.` child. */
export function fieldSetFromJson(json: unknown): FieldSet {
  if (!isJsonObject(json)) return emptyFieldSet;
  return fieldSet(
    false,
    Object.entries(json)
      .filter(([name]) => name !== '.')
      .map(([name, value]) => [name, nodeFromJson(value)]),
  );
}

function nodeFromJson(json: unknown): FieldSet {
  const children = isJsonObject(json) ? Object.entries(json) : [];
  if (children.length === 0) return fieldSet(true);
  const member = children.some(([name]) => name === '.');
  return fieldSet(
    member,
    children.filter(([name]) => name !== '.').map(([name, value]) => [name, nodeFromJson(value)]),
  );
}

/** Writes the `FieldsV1` form, keys sorted. */
export function fieldSetToJson(set: FieldSet): JsonObject {
  const json: JsonObject = {};
  for (const [name, child] of [...set.children].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const inner = fieldSetToJson(child);
    json[name] = child.member && child.children.size > 0 ? { '.': {}, ...inner } : inner;
  }
  return json;
}

/** Every path of the set, printed as in conflict messages: `.spec.ports[port=80,protocol="TCP"].targetPort`. */
export function printFieldPaths(set: FieldSet, prefix = ''): string[] {
  const own = set.member && prefix !== '' ? [prefix] : [];
  const sorted = [...set.children].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...own, ...sorted.flatMap(([name, child]) => printFieldPaths(child, prefix + printElement(name)))];
}
