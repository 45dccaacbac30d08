import type { TwinObject } from '@iotedge-networking/contract';
import { evaluateCondition, evaluateOperand } from './evaluate-condition.ts';
import type { Aggregate, Column, Query } from './query-tree.ts';

/** One page of an answer, and where in the source the next one begins; undefined when nothing follows. */
export interface QueryPage {
  readonly rows: readonly TwinObject[];
  readonly next?: number;
}

/**
 * Answers one page of a query that keeps rows as they are, without looking at more of the source than the page needs: `rowAt` is asked from
 * `start` on. Only for queries without TOP, groups and aggregates, which have to see every row.
 */
export function runPage(
  query: Query,
  source: { readonly length: number; readonly rowAt: (index: number) => TwinObject },
  { start, size }: { readonly start: number; readonly size: number },
): QueryPage {
  const rows: TwinObject[] = [];
  const { where, columns } = query;
  for (let index = start; index < source.length; index += 1) {
    const row = source.rowAt(index);
    if (where !== undefined && evaluateCondition(where, row) !== true) continue;
    if (rows.length === size) return { rows, next: index };
    rows.push(columns === '*' ? row : rowOf(columns, [row]));
  }
  return { rows };
}

/** Whether an answer has to see every row of its source before its first page. */
export function needsEveryRow({ columns, top, groupBy }: Query): boolean {
  const aggregates = columns !== '*' && columns.some(({ aggregate }) => aggregate !== undefined);
  return aggregates || groupBy.length > 0 || top !== undefined;
}

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
  const values: [string, unknown][] = [];
  for (const column of columns) {
    const value = valueOf(column, rows);
    // The service leaves out what a row does not have.
    if (value !== undefined) values.push([column.name, value]);
  }
  return Object.fromEntries(values);
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
