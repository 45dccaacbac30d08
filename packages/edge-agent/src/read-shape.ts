import { formatPath } from './finding.ts';
import type { PathStep } from './finding.ts';
import { NULL_NODE, entriesOf, numberOf, setEntry, withoutRepeats } from './json-node.ts';
import type { JsonEntry, JsonNode } from './json-node.ts';
import { parseInt32 } from './dotnet-text.ts';

/** The type of a modelled field, as far as Newtonsoft cares. */
export type Shape = Scalar | { readonly list: Shape } | { readonly map: Shape } | { readonly fields: Fields };
export type Fields = Readonly<Record<string, Shape>>;
type Scalar = 'text' | 'flag' | 'flag?' | 'empty-object' | 'restart-kind' | Integer;
type Integer = 'int64' | 'int64?' | 'uint64' | 'uint16';

/** What reading notes down: the first wrong type, and every number or boolean that became text (rule 21). */
export interface ReadNotes {
  wrongType: { readonly at: readonly PathStep[]; readonly message: string } | undefined;
  readonly coerced: { readonly at: readonly PathStep[]; readonly from: 'number' | 'boolean'; readonly text: string }[];
}

interface Place {
  readonly at: readonly PathStep[];
  readonly notes: ReadNotes;
}

const INTEGER_LIMITS: Readonly<Record<Integer, readonly [number, number]>> = {
  int64: [-(2 ** 63), 2 ** 63],
  'int64?': [-(2 ** 63), 2 ** 63],
  uint64: [0, 2 ** 64],
  uint16: [0, 65535.4],
};
// Newtonsoft compares with the names of the enum members; its JsonProperty spellings ("on-failure") are unknown to it.
const RESTART_KINDS = ['undefined', 'no', 'always', 'onfailure', 'unlessstopped'];

/**
 * Reads a value into a typed field as Newtonsoft does (rules 19–21): modelled keys match in any case and are returned in their
 * own spelling, a repeated map or object merges, a repeated list grows, anything else is replaced; `""` is null for everything
 * that can be null. The first wrong type is noted and the result is then of no use.
 */
export function readShape(shape: Shape, node: JsonNode, place: Place, existing?: JsonNode): JsonNode {
  if (typeof shape === 'string') return readScalar(shape, node, place);
  if (node.kind === 'null' || (node.kind === 'string' && node.value === '')) return NULL_NODE;
  if ('list' in shape) return readList(shape.list, node, place, existing);
  if (node.kind !== 'object') return wrongType(place, node, 'an object');
  if ('map' in shape) return readMap(shape.map, node.entries, place, existing);
  return readFields(shape.fields, node.entries, place, existing);
}

function readList(item: Shape, node: JsonNode, place: Place, existing: JsonNode | undefined): JsonNode {
  if (node.kind !== 'array') return wrongType(place, node, 'a list');
  const before = existing?.kind === 'array' ? existing.items : [];
  const added = node.items.map((value, index) => readShape(item, value, inside(place, index)));
  return { kind: 'array', items: [...before, ...added] };
}

function readMap(item: Shape, read: readonly JsonEntry[], place: Place, existing: JsonNode | undefined): JsonNode {
  const entries = [...entriesOf(existing)];
  for (const { key, value } of read) setEntry(entries, key, readShape(item, value, inside(place, key)));
  return { kind: 'object', entries };
}

function readFields(
  fields: Fields,
  read: readonly JsonEntry[],
  place: Place,
  existing: JsonNode | undefined,
): JsonNode {
  const entries = [...entriesOf(existing)];
  for (const { key, value } of read) {
    const name = fieldName(fields, key);
    const shape = fields[name ?? ''];
    if (name === undefined || shape === undefined) setEntry(entries, key, withoutRepeats(value));
    else {
      const before = entries.find((entry) => entry.key === name)?.value;
      setEntry(entries, name, readShape(shape, value, inside(place, key), before));
    }
  }
  return { kind: 'object', entries };
}

function fieldName(fields: Fields, key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  return Object.keys(fields).find((name) => name.toLowerCase() === key.toLowerCase());
}

function readScalar(shape: Scalar, node: JsonNode, place: Place): JsonNode {
  if (shape === 'text') return readText(node, place);
  if (shape === 'empty-object') return node.kind === 'object' ? node : wrongType(place, node, 'an object');
  if (shape === 'restart-kind') return readRestartKind(node, place);
  const nothing = node.kind === 'null' || (node.kind === 'string' && node.value === '');
  if (nothing && shape.endsWith('?')) return NULL_NODE;
  if (nothing) return wrongType(place, node, 'a value');
  return shape === 'flag' || shape === 'flag?' ? readFlag(node, place) : readInteger(shape, node, place);
}

function readText(node: JsonNode, place: Place): JsonNode {
  if (node.kind === 'object' || node.kind === 'array') return wrongType(place, node, 'a text');
  if (node.kind !== 'number' && node.kind !== 'boolean') return node;
  const text = node.kind === 'number' ? node.text : String(node.value);
  place.notes.coerced.push({ at: place.at, from: node.kind, text });
  return { kind: 'string', value: text };
}

function readFlag(node: JsonNode, place: Place): JsonNode {
  if (node.kind === 'boolean') return node;
  if (node.kind === 'number') return { kind: 'boolean', value: numberOf(node.text) !== 0 };
  const text = node.kind === 'string' ? node.value.trim().toLowerCase() : '';
  return text === 'true' || text === 'false'
    ? { kind: 'boolean', value: text === 'true' }
    : wrongType(place, node, 'true or false');
}

function readInteger(shape: Integer, node: JsonNode, place: Place): JsonNode {
  const [least, most] = INTEGER_LIMITS[shape];
  const value = integerValue(node);
  return value !== undefined && value >= least && value <= most ? node : wrongType(place, node, 'a whole number');
}

function integerValue(node: JsonNode): number | undefined {
  if (node.kind === 'number') return numberOf(node.text);
  if (node.kind === 'boolean') return Number(node.value);
  return node.kind === 'string' && /^\s*[-+]?\d+\s*$/.test(node.value) ? Number(node.value) : undefined;
}

function readRestartKind(node: JsonNode, place: Place): JsonNode {
  if (node.kind === 'number') return node;
  const text = node.kind === 'string' ? node.value.trim() : '';
  const known = RESTART_KINDS.includes(text.toLowerCase()) || parseInt32(text) !== undefined;
  return known ? node : wrongType(place, node, 'no, always, onFailure or unlessStopped');
}

function inside(place: Place, step: PathStep): Place {
  return { ...place, at: [...place.at, step] };
}

function wrongType(place: Place, node: JsonNode, expected: string): JsonNode {
  const message = `${formatPath(place.at)} is ${describe(node)}, expected ${expected}.`;
  place.notes.wrongType ??= { at: place.at, message };
  return NULL_NODE;
}

const KINDS: Readonly<Record<JsonNode['kind'], string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
};

function describe(node: JsonNode): string {
  return KINDS[node.kind];
}
