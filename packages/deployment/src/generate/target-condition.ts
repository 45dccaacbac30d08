/** What a target condition is asked about a device of network.yaml. */
export interface TargetedDevice {
  readonly id: string;
  readonly tags: Readonly<Record<string, unknown>>;
}

/** A target condition that was understood. */
export interface TargetCondition {
  /** Whether it also asks for reported properties, which only the hub knows. */
  readonly needsReported: boolean;
  /** Whether it selects a device, as far as id and tags tell. */
  readonly selects: (device: TargetedDevice) => boolean;
}

/** As in SQL, a comparison with something that is not there is neither true nor false. */
type Truth = boolean | undefined;

type Test = (device: TargetedDevice) => Truth;

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  needsReported: boolean;
}

const TOKEN = /\s*('(?:[^']|'')*'|"[^"]*"|<=|>=|!=|<>|[=<>()[\],*]|[A-Za-z_$][\w$.-]*|-?\d+(?:\.\d+)?)/y;

class Misunderstood extends Error {}

/**
 * Reads the target condition of a deployment: `*`, or comparisons of `deviceId`, `tags.…` and `properties.reported.…` with literals, joined by AND, OR, NOT and
 * parentheses, and IN. Undefined for anything else; the hub may understand more. Source: IoT Hub query language, "Target condition".
 */
export function readTargetCondition(text: string): TargetCondition | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  if (tokens.join('') === '*') return { needsReported: false, selects: () => true };
  const cursor: Cursor = { tokens, at: 0, needsReported: false };
  try {
    const test = readOr(cursor);
    if (cursor.at < tokens.length) return undefined;
    return { needsReported: cursor.needsReported, selects: (device) => test(device) === true };
  } catch (error) {
    if (error instanceof Misunderstood) return undefined;
    throw error;
  }
}

function tokenize(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text);
    if (found === null) return undefined;
    tokens.push(found[1] ?? '');
  }
  return tokens;
}

function peek(cursor: Cursor): string {
  return cursor.tokens[cursor.at] ?? '';
}

function take(cursor: Cursor, word?: string): string {
  const token = peek(cursor);
  if (token === '' || (word !== undefined && token.toUpperCase() !== word)) throw new Misunderstood();
  cursor.at += 1;
  return token;
}

function takes(cursor: Cursor, word: string): boolean {
  const there = peek(cursor).toUpperCase() === word;
  if (there) cursor.at += 1;
  return there;
}

function readOr(cursor: Cursor): Test {
  const tests = [readAnd(cursor)];
  while (takes(cursor, 'OR')) tests.push(readAnd(cursor));
  return (device) => either(tests, device, true);
}

function readAnd(cursor: Cursor): Test {
  const tests = [readNot(cursor)];
  while (takes(cursor, 'AND')) tests.push(readNot(cursor));
  return (device) => either(tests, device, false);
}

/** OR is decided by one true, AND by one false; without that, one unknown makes all unknown. */
function either(tests: readonly Test[], device: TargetedDevice, decisive: boolean): Truth {
  const results = tests.map((test) => test(device));
  if (results.includes(decisive)) return decisive;
  return results.includes(undefined) ? undefined : !decisive;
}

function readNot(cursor: Cursor): Test {
  if (takes(cursor, 'NOT')) {
    const inner = readNot(cursor);
    return (device) => negated(inner(device));
  }
  if (!takes(cursor, '(')) return readComparison(cursor);
  const inner = readOr(cursor);
  take(cursor, ')');
  return inner;
}

function negated(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function readComparison(cursor: Cursor): Test {
  const value = readProperty(cursor);
  const negative = takes(cursor, 'NOT');
  if (negative || peek(cursor).toUpperCase() === 'IN') {
    take(cursor, 'IN');
    const list = readList(cursor);
    return (device) => {
      const found = value(device);
      if (found === undefined) return undefined;
      return list.includes(found) !== negative;
    };
  }
  const operator = take(cursor);
  const literal = readLiteral(cursor);
  const compare = COMPARISONS[operator];
  if (compare === undefined) throw new Misunderstood();
  return (device) => {
    const found = value(device);
    if (found === undefined || typeof found !== typeof literal) return undefined;
    return compare(found as string, literal as string);
  };
}

const COMPARISONS: Readonly<Record<string, (one: string, other: string) => boolean>> = {
  '=': (one, other) => one === other,
  '!=': (one, other) => one !== other,
  '<>': (one, other) => one !== other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
};

function readProperty(cursor: Cursor): (device: TargetedDevice) => unknown {
  const name = take(cursor);
  if (name === 'deviceId') return ({ id }) => id;
  const [root, ...steps] = name.split('.');
  while (takes(cursor, '[')) {
    steps.push(...unquoted(take(cursor)));
    take(cursor, ']');
  }
  if (steps.length === 0) throw new Misunderstood();
  if (root === 'tags') return ({ tags }) => steps.reduce<unknown>(property, tags);
  if (root !== 'properties' || steps[0] !== 'reported') throw new Misunderstood();
  cursor.needsReported = true;
  return () => undefined;
}

function property(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[step];
}

function readList(cursor: Cursor): readonly unknown[] {
  take(cursor, '[');
  const list = [readLiteral(cursor)];
  while (takes(cursor, ',')) list.push(readLiteral(cursor));
  take(cursor, ']');
  return list;
}

function readLiteral(cursor: Cursor): string | number | boolean | null {
  const token = take(cursor);
  const [text] = unquoted(token);
  if (text !== undefined) return text;
  const word = token.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  const number = Number(token);
  if (Number.isNaN(number)) throw new Misunderstood();
  return number;
}

function unquoted(token: string): readonly string[] {
  if (token.startsWith("'")) return [token.slice(1, -1).replaceAll("''", "'")];
  return token.startsWith('"') ? [token.slice(1, -1)] : [];
}

/** A condition for exactly these devices, as part of a target condition. */
export function devicesCondition(ids: readonly string[]): string {
  return `deviceId IN [${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(', ')}]`;
}

/** A condition without these devices; the same where there are none. */
export function conditionWithout(condition: string, ids: readonly string[]): string {
  if (ids.length === 0) return condition;
  const without = `NOT (${devicesCondition(ids)})`;
  return condition.trim() === '*' ? without : `(${condition}) AND ${without}`;
}
