import type { Comparison, Condition, Operand } from './query-tree.ts';
import type { TokenReader } from './token-reader.ts';

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
]);
const FUNCTIONS = new Set([
  'is_defined',
  'is_null',
  'is_bool',
  'is_number',
  'is_string',
  'is_object',
  'is_array',
  'is_primitive',
  'startswith',
  'endswith',
]);
// Words that end an operand: a property of that name has to be written in [[ ]].
const KEYWORDS = new Set(['select', 'from', 'where', 'group', 'by', 'and', 'or', 'not', 'in', 'as']);
const SIGNS: readonly Comparison[] = ['=', '!=', '<=', '>=', '<', '>'];

/** Reads a condition: OR binds weakest, then AND, then NOT. */
export function parseCondition(reader: TokenReader): Condition {
  const sides = [parseAnd(reader)];
  while (reader.take('or')) sides.push(parseAnd(reader));
  return onlySide(sides) ?? { kind: 'or', sides };
}

function parseAnd(reader: TokenReader): Condition {
  const sides = [parseNot(reader)];
  while (reader.take('and')) sides.push(parseNot(reader));
  return onlySide(sides) ?? { kind: 'and', sides };
}

function onlySide(sides: readonly Condition[]): Condition | undefined {
  return sides.length === 1 ? sides[0] : undefined;
}

function parseNot(reader: TokenReader): Condition {
  if (reader.take('not')) return { kind: 'not', side: parseNot(reader) };
  if (!reader.take('(')) return parseComparison(reader);
  const inner = parseCondition(reader);
  reader.expect(')');
  return inner;
}

function parseComparison(reader: TokenReader): Condition {
  const left = parseOperand(reader);
  if (reader.take('in')) return { kind: 'in', left, values: parseList(reader) };
  if (reader.isWord('not') && reader.isWord('in', 1)) {
    reader.next();
    reader.next();
    return { kind: 'not', side: { kind: 'in', left, values: parseList(reader) } };
  }
  if (reader.take('<>')) return { kind: 'compare', sign: '!=', left, right: parseOperand(reader) };
  const sign = SIGNS.find((candidate) => reader.take(candidate));
  if (sign !== undefined) return { kind: 'compare', sign, left, right: parseOperand(reader) };
  if (left.kind === 'constant' && typeof left.value !== 'boolean') throw reader.problem('Expected a comparison');
  return { kind: 'value', operand: left };
}

function parseList(reader: TokenReader): readonly Operand[] {
  reader.expect('[');
  return parseUntil(reader, ']');
}

function parseUntil(reader: TokenReader, close: string): readonly Operand[] {
  const operands: Operand[] = [];
  if (reader.take(close)) return operands;
  do operands.push(parseOperand(reader));
  while (reader.take(','));
  reader.expect(close);
  return operands;
}

/** Reads a constant, a property path such as `tags.site` or `configurations.[[a b]].status`, or a function call. */
export function parseOperand(reader: TokenReader): Operand {
  const token = reader.peek();
  if (token.kind === 'text') return { kind: 'constant', value: reader.next().value };
  if (token.kind === 'number') return { kind: 'constant', value: Number(reader.next().value) };
  if (token.kind !== 'name') throw reader.problem('Expected a value');
  const word = token.value.toLowerCase();
  if (token.quoted !== true && CONSTANTS.has(word) && !reader.isSign('.', 1)) {
    reader.next();
    return { kind: 'constant', value: CONSTANTS.get(word) };
  }
  if (token.quoted !== true && reader.isSign('(', 1)) return parseCall(reader);
  return { kind: 'path', names: parsePath(reader) };
}

function parseCall(reader: TokenReader): Operand {
  const name = reader.peek().value.toLowerCase();
  if (!FUNCTIONS.has(name)) throw reader.problem('Expected a known function');
  reader.next();
  reader.expect('(');
  return { kind: 'call', name, operands: parseUntil(reader, ')') };
}

function parsePath(reader: TokenReader): readonly string[] {
  const names = [parseName(reader)];
  while (reader.take('.')) names.push(parseName(reader));
  return names;
}

function parseName(reader: TokenReader): string {
  const token = reader.peek();
  const reserved = token.quoted !== true && KEYWORDS.has(token.value.toLowerCase());
  if (token.kind !== 'name' || reserved) throw reader.problem('Expected a property name');
  return reader.next().value;
}
