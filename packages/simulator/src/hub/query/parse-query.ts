import { parseCondition, parseOperand } from './parse-condition.ts';
import { tokenize } from './query-tokens.ts';
import type { Aggregate, Column, Condition, Operand, Query, QuerySource } from './query-tree.ts';
import { TokenReader } from './token-reader.ts';

const AGGREGATES: readonly Aggregate[] = ['count', 'sum', 'avg', 'min', 'max'];

/** Reads a whole query. Throws a QuerySyntaxError. Source: "IoT Hub query language" (Microsoft Learn). */
export function parseQuery(text: string): Query {
  const reader = new TokenReader(tokenize(text));
  reader.expect('select');
  const top = reader.take('top') ? parseCount(reader) : undefined;
  const columns = reader.take('*') ? '*' : parseColumns(reader);
  reader.expect('from');
  const source = parseSource(reader);
  const where = reader.take('where') ? parseCondition(reader) : undefined;
  const groupBy = reader.take('group') ? parseGroupBy(reader) : [];
  requireEnd(reader);
  return { columns, top, source, where, groupBy };
}

/** What a configuration or job is aimed at: which table, and the condition on its rows; no condition means all. */
export interface Target {
  readonly source: QuerySource;
  readonly where?: Condition | undefined;
}

/** Reads a target condition: `*`, a condition on devices, or `from devices.modules where …`. Throws a QuerySyntaxError. */
export function parseTargetCondition(text: string): Target {
  const reader = new TokenReader(tokenize(text));
  if (reader.take('*')) {
    requireEnd(reader);
    return { source: 'devices' };
  }
  if (!reader.take('from')) {
    const where = parseCondition(reader);
    requireEnd(reader);
    return { source: 'devices', where };
  }
  const source = parseSource(reader);
  const where = reader.take('where') ? parseCondition(reader) : undefined;
  requireEnd(reader);
  return { source, where };
}

function parseCount(reader: TokenReader): number {
  const token = reader.peek();
  if (token.kind !== 'number') throw reader.problem('Expected a number after TOP');
  return Number(reader.next().value);
}

function parseSource(reader: TokenReader): QuerySource {
  reader.expect('devices');
  if (!reader.take('.')) return 'devices';
  if (reader.take('modules')) return 'devices.modules';
  if (reader.take('jobs')) return 'devices.jobs';
  throw reader.problem('Expected devices, devices.modules or devices.jobs');
}

function parseColumns(reader: TokenReader): readonly Column[] {
  const columns: Column[] = [];
  do columns.push(parseColumn(reader, columns.length + 1));
  while (reader.take(','));
  return columns;
}

function parseColumn(reader: TokenReader, place: number): Column {
  const aggregate = reader.isSign('(', 1) ? AGGREGATES.find((name) => reader.isWord(name)) : undefined;
  const operand = aggregate === undefined ? parseOperand(reader) : parseAggregate(reader, aggregate);
  const name = reader.take('as') ? reader.next().value : nameOf(operand, aggregate, place);
  return { name, operand, aggregate };
}

// The service names a column without alias after the last part of its path, and an aggregate by its place.
function nameOf(operand: Operand, aggregate: Aggregate | undefined, place: number): string {
  const last = operand.kind === 'path' ? operand.names.at(-1) : undefined;
  return aggregate === undefined && last !== undefined ? last : `$${place}`;
}

function parseAggregate(reader: TokenReader, aggregate: Aggregate): Operand {
  reader.next();
  reader.expect('(');
  const empty = aggregate === 'count' && reader.isSign(')');
  const operand: Operand = empty ? { kind: 'constant', value: 1 } : parseOperand(reader);
  reader.expect(')');
  return operand;
}

function parseGroupBy(reader: TokenReader): readonly Operand[] {
  reader.expect('by');
  const operands = [parseOperand(reader)];
  while (reader.take(',')) operands.push(parseOperand(reader));
  return operands;
}

function requireEnd(reader: TokenReader): void {
  if (reader.peek().kind !== 'end') throw reader.problem('Expected the end of the query');
}
