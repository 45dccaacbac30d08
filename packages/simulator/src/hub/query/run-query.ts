import type { TwinObject } from '@iotedge-networking/contract';
import { evaluateCondition, evaluateOperand } from './evaluate-condition.ts';
import type { Aggregate, Column, Query } from './query-tree.ts';

/** Answers a query from the rows of its source, in their order. */
export function runQuery(query: Query, rows: readonly TwinObject[]): readonly TwinObject[] {
  const { columns, where } = query;
  const matching = where === undefined ? rows : rows.filter((row) => evaluateCondition(where, row) === true);
  const answer = columns === '*' ? matching : project(columns, query, matching);
  return query.top === undefined ? answer : answer.slice(0, query.top);
}

function project(columns: readonly Column[], query: Query, rows: readonly TwinObject[]): readonly TwinObject[] {
  const grouped = query.groupBy.length > 0 || columns.some(({ aggregate }) => aggregate !== undefined);
  if (!grouped) return rows.map((row) => rowOf(columns, [row]));
  if (query.groupBy.length === 0) return [rowOf(columns, rows)];
  const groups = Map.groupBy(rows, (row) => JSON.stringify(query.groupBy.map((key) => evaluateOperand(key, row))));
  return [...groups.values()].map((group) => rowOf(columns, group));
}

function rowOf(columns: readonly Column[], rows: readonly TwinObject[]): TwinObject {
  return Object.fromEntries(
    columns
      .map((column): [string, unknown] => [column.name, valueOf(column, rows)])
      // The service leaves out what a row does not have.
      .filter(([, value]) => value !== undefined),
  );
}

function valueOf({ operand, aggregate }: Column, rows: readonly TwinObject[]): unknown {
  const [first = {}] = rows;
  if (aggregate === undefined) return evaluateOperand(operand, first);
  const values = rows.map((row) => evaluateOperand(operand, row)).filter((value) => value !== undefined);
  if (aggregate === 'count') return values.length;
  return reduceNumbers(
    aggregate,
    values.filter((value) => typeof value === 'number'),
  );
}

function reduceNumbers(aggregate: Exclude<Aggregate, 'count'>, numbers: readonly number[]): number | undefined {
  const sum = numbers.reduce((total, value) => total + value, 0);
  if (aggregate === 'sum') return sum;
  if (numbers.length === 0) return undefined;
  if (aggregate === 'avg') return sum / numbers.length;
  return aggregate === 'min' ? Math.min(...numbers) : Math.max(...numbers);
}
