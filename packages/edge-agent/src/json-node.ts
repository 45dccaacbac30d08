/** One key of an object as it was written. */
export interface JsonEntry {
  readonly key: string;
  readonly value: JsonNode;
}

/**
 * A JSON value that keeps what JavaScript objects lose: the order of integer-like keys, repeated keys and the spelling of numbers
 * (rule 22).
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly entries: readonly JsonEntry[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

export const NULL_NODE: JsonNode = { kind: 'null' };

/** Turns a parsed JSON value into a node. What JSON cannot say (undefined, functions) becomes null. */
export function nodeFromJson(value: unknown): JsonNode {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'number') return { kind: 'number', text: String(value) };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (Array.isArray(value)) return { kind: 'array', items: value.map(nodeFromJson) };
  if (typeof value !== 'object' || value === null) return NULL_NODE;
  return { kind: 'object', entries: Object.entries(value).map(([key, item]) => ({ key, value: nodeFromJson(item) })) };
}

/** The plain value of a node; repeated keys: the last wins. Integer-like keys move to the front, as JavaScript has it. */
export function jsonFromNode(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, jsonFromNode(value)]));
    case 'array':
      return node.items.map(jsonFromNode);
    case 'number':
      return numberOf(node.text);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

/** The number that Newtonsoft reads from a literal: `0x` is hexadecimal, another leading zero is octal. */
export function numberOf(text: string): number {
  if (/^0x/i.test(text)) return Number.parseInt(text, 16);
  return /^0\d/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

/** Sets a key: a repeated one keeps its place and takes the new value, as .NET dictionaries do. */
export function setEntry(entries: JsonEntry[], key: string, value: JsonNode): void {
  const index = entries.findIndex((entry) => entry.key === key);
  if (index < 0) entries.push({ key, value });
  else entries[index] = { key, value };
}

/** Removes repeated keys at every depth: first place, last value (rule 19). */
export function withoutRepeats(node: JsonNode): JsonNode {
  if (node.kind === 'array') return { kind: 'array', items: node.items.map(withoutRepeats) };
  if (node.kind !== 'object') return node;
  const entries: JsonEntry[] = [];
  for (const { key, value } of node.entries) setEntry(entries, key, withoutRepeats(value));
  return { kind: 'object', entries };
}

/** The entries of an object node; nothing for any other kind. */
export function entriesOf(node: JsonNode | undefined): readonly JsonEntry[] {
  return node?.kind === 'object' ? node.entries : [];
}

/** The value of a key spelled exactly so; the last one when it is repeated. */
export function valueOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return entriesOf(node).findLast((entry) => entry.key === key)?.value;
}

/** The text of a string node; null for any other kind. */
export function stringOf(node: JsonNode | undefined): string | null {
  return node?.kind === 'string' ? node.value : null;
}
