/** One key of an object with its value; `offset` is where the key's quotation mark stands. */
export interface JsonMember {
  readonly key: string;
  readonly offset: number;
  readonly value: JsonTree;
}

/** A JSON value that knows where it stands in its text. */
export type JsonTree =
  | { readonly kind: 'object'; readonly offset: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly offset: number; readonly items: readonly JsonTree[] }
  | { readonly kind: 'scalar'; readonly offset: number; readonly value: string | number | boolean | null };

/** A JSON text that was read, or the first thing that is wrong with it. */
export type JsonReading =
  | { readonly ok: true; readonly tree: JsonTree }
  | { readonly ok: false; readonly offset: number; readonly message: string };

/** Deeper than any manifest, and shallow enough for the stack. */
const DEEPEST = 200;

const BLANK = /[ \t\n\r]*/y;
// Finds where a string ends; JSON.parse judges what is in it.
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

interface Cursor {
  readonly text: string;
  offset: number;
  depth: number;
}

class Unreadable extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Reads a text as strictly as JSON.parse does and keeps the positions; a byte order mark in front is allowed. */
export function readJson(text: string): JsonReading {
  const cursor: Cursor = { text, offset: text.startsWith('\ufeff') ? 1 : 0, depth: 0 };
  try {
    skipBlanks(cursor);
    const tree = readValue(cursor);
    if (cursor.offset < text.length) throw unexpected(cursor, 'the end of the text');
    return { ok: true, tree };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, offset: error.offset, message: error.message };
  }
}

/** The plain value; of a repeated key the last one counts, as with JSON.parse. */
export function plainValue(tree: JsonTree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'array') return tree.items.map(plainValue);
  return Object.fromEntries(tree.members.map(({ key, value }) => [key, plainValue(value)]));
}

function readValue(cursor: Cursor): JsonTree {
  const { offset } = cursor;
  const first = cursor.text[offset];
  if (first === '{' || first === '[') return readCollection(cursor, first);
  const token = take(cursor, STRING) ?? take(cursor, NUMBER) ?? take(cursor, WORD);
  if (token === undefined) throw unexpected(cursor, 'a value');
  skipBlanks(cursor);
  return { kind: 'scalar', offset, value: parseToken(token, offset) };
}

function readCollection(cursor: Cursor, open: '{' | '['): JsonTree {
  const { offset } = cursor;
  cursor.depth += 1;
  if (cursor.depth > DEEPEST) throw new Unreadable(`The text nests deeper than ${DEEPEST} levels.`, offset);
  const close = open === '{' ? '}' : ']';
  skip(cursor);
  const members: JsonMember[] = [];
  const items: JsonTree[] = [];
  while (cursor.text[cursor.offset] !== close) {
    if (open === '{') members.push(readMember(cursor));
    else items.push(readValue(cursor));
    if (cursor.text[cursor.offset] === ',') readComma(cursor, close);
    else if (cursor.text[cursor.offset] !== close) throw unexpected(cursor, `"," or "${close}"`);
  }
  skip(cursor);
  cursor.depth -= 1;
  return open === '{' ? { kind: 'object', offset, members } : { kind: 'array', offset, items };
}

function readComma(cursor: Cursor, close: string): void {
  const { offset } = cursor;
  skip(cursor);
  if (cursor.text[cursor.offset] === close) throw new Unreadable(`A comma stands before "${close}".`, offset);
}

function readMember(cursor: Cursor): JsonMember {
  const { offset } = cursor;
  const key = take(cursor, STRING);
  if (key === undefined) throw unexpected(cursor, 'a key in double quotes');
  skipBlanks(cursor);
  if (cursor.text[cursor.offset] !== ':') throw unexpected(cursor, '":"');
  skip(cursor);
  return { key: String(parseToken(key, offset)), offset, value: readValue(cursor) };
}

function parseToken(token: string, offset: number): string | number | boolean | null {
  try {
    return JSON.parse(token) as string | number | boolean | null;
  } catch {
    throw new Unreadable(STRING_TROUBLE, offset);
  }
}

function skip(cursor: Cursor): void {
  cursor.offset += 1;
  skipBlanks(cursor);
}

function skipBlanks(cursor: Cursor): void {
  take(cursor, BLANK);
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.offset;
  const [found] = pattern.exec(cursor.text) ?? [];
  cursor.offset += found?.length ?? 0;
  return found;
}

function unexpected({ text, offset }: Cursor, expected: string): Unreadable {
  const found = Array.from(text.slice(offset, offset + 2))[0];
  if (found === undefined) return new Unreadable(`The text ends where ${expected} was expected.`, offset);
  if (found === '"') return new Unreadable(isString(expected) ? STRING_TROUBLE : misplaced(found, expected), offset);
  if (text.startsWith('//', offset) || text.startsWith('/*', offset))
    return new Unreadable('JSON has no comments.', offset);
  return new Unreadable(misplaced(found, expected), offset);
}

const STRING_TROUBLE = 'The text in quotes does not end, or holds a line break or an escape that JSON does not know.';

function isString(expected: string): boolean {
  return expected === 'a value' || expected.startsWith('a key');
}

function misplaced(found: string, expected: string): string {
  return `${JSON.stringify(found)} stands where ${expected} was expected.`;
}
