import { NULL_NODE } from './json-node.ts';
import type { JsonEntry, JsonNode } from './json-node.ts';

/** What the reader made of a text. `value` is undefined for a text of blanks and comments only. */
export type LenientJson =
  | { readonly ok: true; readonly value: JsonNode | undefined; readonly repeatedKeys: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly offset: number };

interface Cursor {
  readonly text: string;
  readonly repeatedKeys: string[];
  at: number;
  problem: { readonly message: string; readonly offset: number } | undefined;
}

// .NET's idea of white space, which differs from JavaScript's \s in U+0085 and U+FEFF.
const BLANK = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const NAME_CHARACTER = /[\p{L}\p{Nd}_$]/u;
const BASED_NUMBER = /^0(x[\da-f]+|[0-7]+)$/i;
const DECIMAL_NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const LITERALS: Readonly<Record<string, JsonNode>> = {
  true: { kind: 'boolean', value: true },
  false: { kind: 'boolean', value: false },
  null: NULL_NODE,
  undefined: NULL_NODE,
  NaN: { kind: 'string', value: 'NaN' },
  Infinity: { kind: 'string', value: 'Infinity' },
  '-Infinity': { kind: 'string', value: '-Infinity' },
};
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '/': '/',
};
const DEEPEST = 500;

/**
 * Reads JSON the way the agent's Newtonsoft reader does (rule 19): comments, single quotes, bare keys and trailing commas are
 * accepted, text after the end is not; keys keep their order and their repetitions.
 */
export function readLenientJson(text: string): LenientJson {
  const cursor: Cursor = { text, repeatedKeys: [], at: 0, problem: undefined };
  skipBlanks(cursor);
  const value = cursor.at < text.length ? readValue(cursor, 0) : undefined;
  skipBlanks(cursor);
  if (cursor.problem === undefined && cursor.at < text.length) fail(cursor, 'Text after the end of the JSON value');
  if (cursor.problem !== undefined) return { ok: false, ...cursor.problem };
  return { ok: true, value, repeatedKeys: cursor.repeatedKeys };
}

function fail(cursor: Cursor, message: string): void {
  cursor.problem ??= { message: `${message} at character ${cursor.at}.`, offset: cursor.at };
}

function peek(cursor: Cursor): string {
  return cursor.text.charAt(cursor.at);
}

function skipBlanks(cursor: Cursor): void {
  while (cursor.problem === undefined && cursor.at < cursor.text.length) {
    if (BLANK.test(peek(cursor))) cursor.at += 1;
    else if (peek(cursor) === '/') skipComment(cursor);
    else return;
  }
}

function skipComment(cursor: Cursor): void {
  const opening = cursor.text.slice(cursor.at, cursor.at + 2);
  if (opening === '//') {
    const end = cursor.text.slice(cursor.at).search(/[\r\n]/);
    cursor.at = end < 0 ? cursor.text.length : cursor.at + end;
    return;
  }
  const end = opening === '/*' ? cursor.text.indexOf('*/', cursor.at + 2) : -1;
  if (end < 0) fail(cursor, 'A comment that is not closed');
  else cursor.at = end + 2;
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  const first = peek(cursor);
  if (depth > DEEPEST) fail(cursor, 'Objects nested too deeply');
  else if (first === '{') return readObject(cursor, depth);
  else if (first === '[') return readArray(cursor, depth);
  else if (first === '"' || first === "'") return { kind: 'string', value: readString(cursor) };
  else if (/[-.\d]/.test(first) && !cursor.text.startsWith('-I', cursor.at)) return readNumber(cursor);
  else return readLiteral(cursor);
  return NULL_NODE;
}

function readObject(cursor: Cursor, depth: number): JsonNode {
  const entries: JsonEntry[] = [];
  const keys = new Set<string>();
  cursor.at += 1;
  skipBlanks(cursor);
  while (cursor.problem === undefined && peek(cursor) !== '}') {
    const key = readKey(cursor);
    if (keys.has(key)) cursor.repeatedKeys.push(key);
    keys.add(key);
    skipBlanks(cursor);
    entries.push({ key, value: readValue(cursor, depth + 1) });
    readComma(cursor, '}');
  }
  cursor.at += 1;
  return { kind: 'object', entries };
}

function readArray(cursor: Cursor, depth: number): JsonNode {
  const items: JsonNode[] = [];
  cursor.at += 1;
  skipBlanks(cursor);
  while (cursor.problem === undefined && peek(cursor) !== ']') {
    items.push(peek(cursor) === ',' ? NULL_NODE : readValue(cursor, depth + 1));
    readComma(cursor, ']');
  }
  cursor.at += 1;
  return { kind: 'array', items };
}

function readComma(cursor: Cursor, close: string): void {
  skipBlanks(cursor);
  if (peek(cursor) === ',') {
    cursor.at += 1;
    skipBlanks(cursor);
  } else if (peek(cursor) !== close) fail(cursor, `Expected "," or "${close}"`);
}

function readKey(cursor: Cursor): string {
  const quoted = peek(cursor) === '"' || peek(cursor) === "'";
  const key = quoted ? readString(cursor) : readBareKey(cursor);
  while (BLANK.test(peek(cursor))) cursor.at += 1;
  if (peek(cursor) === ':') cursor.at += 1;
  else fail(cursor, 'Expected ":" after a key');
  return key;
}

function readBareKey(cursor: Cursor): string {
  const start = cursor.at;
  while (NAME_CHARACTER.test(peek(cursor))) cursor.at += 1;
  if (cursor.at === start) fail(cursor, 'Expected a key');
  return cursor.text.slice(start, cursor.at);
}

function readString(cursor: Cursor): string {
  const quote = peek(cursor);
  let value = '';
  cursor.at += 1;
  while (cursor.problem === undefined && peek(cursor) !== quote) {
    if (cursor.at >= cursor.text.length) fail(cursor, 'A text that is not closed');
    else if (peek(cursor) === '\\') value += readEscape(cursor);
    else {
      value += peek(cursor);
      cursor.at += 1;
    }
  }
  cursor.at += 1;
  return value;
}

function readEscape(cursor: Cursor): string {
  const letter = cursor.text.charAt(cursor.at + 1);
  const code = /^u([\da-f]{4})/i.exec(cursor.text.slice(cursor.at + 1, cursor.at + 6));
  const plain = ESCAPES[letter];
  if (plain !== undefined) cursor.at += 2;
  else if (code !== null) cursor.at += 6;
  else fail(cursor, 'A bad escape sequence');
  return plain ?? String.fromCharCode(Number.parseInt(code?.[1] ?? '', 16));
}

function readNumber(cursor: Cursor): JsonNode {
  const start = cursor.at;
  while (/[-+.\dxa-f]/i.test(peek(cursor))) cursor.at += 1;
  const text = cursor.text.slice(start, cursor.at);
  const readable = /^0[^.e]/i.test(text) ? BASED_NUMBER.test(text) : DECIMAL_NUMBER.test(text);
  if (!readable || !endsHere(cursor)) fail(cursor, 'A number that cannot be read');
  return { kind: 'number', text };
}

function readLiteral(cursor: Cursor): JsonNode {
  const name = cursor.text.slice(cursor.at, cursor.at + 12).replace(/^(-?[A-Za-z]*)[\s\S]*$/, '$1');
  const value = Object.hasOwn(LITERALS, name) ? LITERALS[name] : undefined;
  if (value !== undefined) cursor.at += name.length;
  if (value === undefined || !endsHere(cursor)) fail(cursor, 'An unexpected character');
  return value ?? NULL_NODE;
}

function endsHere(cursor: Cursor): boolean {
  const next = peek(cursor);
  return next === '' || /[,}\]/]/.test(next) || BLANK.test(next);
}
