import { expandPlaceholders, type Environment } from './environment-placeholders.ts';
import { readPlaceholderValue, resolvePlainScalar } from './plain-scalar.ts';

/** Says that a text is not plain enough, wherever that is found out. */
class NotPlain extends Error {}

interface Line {
  readonly indent: number;
  readonly text: string;
}

interface Cursor {
  readonly lines: readonly string[];
  readonly environment: Environment;
  at: number;
  /** The line at `at`; undefined behind the last. */
  line: Line | undefined;
}

/**
 * Reads the plain YAML in which people and scripts write lists of devices: block and one-line flow collections of simple scalars and comments, placeholders filled in.
 * What it reads, it reads as the yaml library does, many times faster, because nothing remembers positions; anything else (anchors, tags, texts over several lines,
 * escapes, tabs, repeated keys, placeholders without value) gives undefined and is to be read by the library, which also says what is wrong and where.
 */
export function readPlainYaml(
  lines: readonly string[],
  environment: Environment,
): { readonly value: unknown } | undefined {
  const cursor: Cursor = { lines, environment, at: -1, line: undefined };
  try {
    advance(cursor);
    if (cursor.line === undefined) return undefined;
    const value = readBlock(cursor, cursor.line.indent);
    return cursor.at < lines.length ? undefined : { value };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

const NOTHING = /^ *(?:#.*)?$/;

function advance(cursor: Cursor): void {
  for (cursor.at += 1; cursor.at < cursor.lines.length; cursor.at += 1) {
    const raw = cursor.lines[cursor.at] ?? '';
    if (NOTHING.test(raw)) continue;
    let indent = 0;
    while (raw.charCodeAt(indent) === 32) indent += 1;
    cursor.line = { indent, text: raw.slice(indent) };
    return;
  }
  cursor.line = undefined;
}

function readBlock(cursor: Cursor, indent: number): unknown {
  return isItem(cursor.line) ? readSequence(cursor, indent) : readMapping(cursor, indent);
}

function isItem(line: Line | undefined): boolean {
  return line !== undefined && (line.text.startsWith('- ') || line.text === '-');
}

function readSequence(cursor: Cursor, indent: number): readonly unknown[] {
  const items: unknown[] = [];
  while (cursor.line !== undefined && cursor.line.indent === indent && isItem(cursor.line)) {
    const { text } = cursor.line;
    const rest = text.slice(1).trimStart();
    if (rest === '' || isItem({ indent, text: rest })) throw new NotPlain();
    if (ENTRY.test(rest)) {
      const inner = indent + text.length - rest.length;
      cursor.line = { indent: inner, text: rest };
      items.push(readMapping(cursor, inner));
    } else {
      advance(cursor);
      items.push(readInline(cursor, rest));
      refuseDeeper(cursor, indent);
    }
  }
  return items;
}

const ENTRY = /^([A-Za-z_][-A-Za-z0-9_./]*):(?: +(.*))?$/;

function readMapping(cursor: Cursor, indent: number): Readonly<Record<string, unknown>> {
  const mapping: Record<string, unknown> = {};
  while (cursor.line !== undefined && cursor.line.indent === indent && !isItem(cursor.line)) {
    const [, key = '', rest = ''] = ENTRY.exec(cursor.line.text) ?? [];
    refuseKey(mapping, key);
    advance(cursor);
    mapping[key] = rest === '' || rest.startsWith('#') ? readNested(cursor, indent) : readInline(cursor, rest);
    refuseDeeper(cursor, indent);
  }
  return mapping;
}

const ODD_KEYS = new Set(['', '__proto__', 'true', 'false', 'null', 'True', 'False', 'Null', 'TRUE', 'FALSE', 'NULL']);

function refuseKey(mapping: object, key: string): void {
  if (ODD_KEYS.has(key) || Object.hasOwn(mapping, key)) throw new NotPlain();
}

/** What goes on deeper than expected continues a scalar, or is mistaken. */
function refuseDeeper({ line }: Cursor, indent: number): void {
  if (line !== undefined && line.indent > indent) throw new NotPlain();
}

/** The value behind a key at the end of its line; a sequence may stand as deep as its key. */
function readNested(cursor: Cursor, indent: number): unknown {
  const { line } = cursor;
  if (line === undefined) return null;
  if (line.indent > indent) return readBlock(cursor, line.indent);
  return line.indent === indent && isItem(line) ? readSequence(cursor, indent) : null;
}

function readInline(cursor: Cursor, text: string): unknown {
  const flow: Flow = { text, at: 0, environment: cursor.environment };
  const value = /^[[{'"]/.test(text) ? readFlow(flow) : readPlain(flow, BLOCK_SCALAR);
  if (!/^(?: +#.*| *)$/.test(text.slice(flow.at))) throw new NotPlain();
  return value;
}

interface Flow {
  readonly text: string;
  readonly environment: Environment;
  at: number;
}

// A plain scalar begins with a letter or digit, or one of the signs that mean nothing to YAML there, and holds neither ": " nor " #".
const BLOCK_SCALAR = /(?:[A-Za-z0-9_./$(]|-(?=[0-9]))(?:[-A-Za-z0-9_./$(),;@%+=~^{}#]|:(?=[^ ])| (?=[^ #]))*/y;
const FLOW_SCALAR = /(?:[A-Za-z0-9_./$(]|-(?=[0-9]))(?:[-A-Za-z0-9_./$();@%+=~^]|:(?=[A-Za-z0-9/])| (?=[^ #,\]}:]))*/y;
const QUOTED = /'[^'\n]*'|"[^"\\\n]*"/y;
const FLOW_KEY = /([A-Za-z_][-A-Za-z0-9_./]*): +/y;
const BLANKS = / */y;

function readFlow(flow: Flow): unknown {
  const first = flow.text[flow.at];
  if (first === '{') return readFlowMapping(flow);
  if (first === '[') return readFlowSequence(flow);
  if (first !== "'" && first !== '"') return readPlain(flow, FLOW_SCALAR);
  const quoted = take(flow, QUOTED).slice(1, -1);
  return quoted.includes('${') ? filled(quoted, flow.environment) : quoted;
}

function readPlain(flow: Flow, pattern: RegExp): unknown {
  const text = take(flow, pattern).trimEnd();
  if (text.includes('${')) return readPlaceholderValue(filled(text, flow.environment));
  const resolved = resolvePlainScalar(text);
  if (resolved === undefined) throw new NotPlain();
  return resolved;
}

function filled(text: string, environment: Environment): string {
  const expanded = expandPlaceholders(text, environment);
  if (expanded.problems.length > 0) throw new NotPlain();
  return expanded.text;
}

function readFlowMapping(flow: Flow): Readonly<Record<string, unknown>> {
  const mapping: Record<string, unknown> = {};
  readFlowParts(flow, '}', () => {
    const key = take(flow, FLOW_KEY).trimEnd().slice(0, -1);
    refuseKey(mapping, key);
    mapping[key] = readFlow(flow);
  });
  return mapping;
}

function readFlowSequence(flow: Flow): readonly unknown[] {
  const items: unknown[] = [];
  readFlowParts(flow, ']', () => items.push(readFlow(flow)));
  return items;
}

function readFlowParts(flow: Flow, close: string, readPart: () => unknown): void {
  flow.at += 1;
  take(flow, BLANKS);
  while (flow.text[flow.at] !== close) {
    readPart();
    take(flow, BLANKS);
    if (flow.text[flow.at] === close) break;
    if (flow.text[flow.at] !== ',' || flow.text[flow.at + 1] !== ' ') throw new NotPlain();
    flow.at += 1;
    take(flow, BLANKS);
    if (flow.text[flow.at] === close) throw new NotPlain();
  }
  flow.at += 1;
}

function take(flow: Flow, pattern: RegExp): string {
  pattern.lastIndex = flow.at;
  const [found] = pattern.exec(flow.text) ?? [];
  if (found === undefined) throw new NotPlain();
  flow.at += found.length;
  return found;
}
