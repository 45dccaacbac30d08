import { isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import type { Comparison, Condition, Operand } from './query-tree.ts';

/** Truth of a condition for a row; undefined where a property it needs is absent. Only `true` selects the row. */
export function evaluateCondition(condition: Condition, row: TwinObject): boolean | undefined {
  switch (condition.kind) {
    case 'and':
      return all(condition.sides.map((side) => evaluateCondition(side, row)));
    case 'or':
      return any(condition.sides.map((side) => evaluateCondition(side, row)));
    case 'not':
      return negate(evaluateCondition(condition.side, row));
    case 'compare':
      return compare(condition.sign, evaluateOperand(condition.left, row), evaluateOperand(condition.right, row));
    case 'in': {
      const left = evaluateOperand(condition.left, row);
      return any(condition.values.map((value) => compare('=', left, evaluateOperand(value, row))));
    }
    case 'value': {
      const value = evaluateOperand(condition.operand, row);
      return typeof value === 'boolean' ? value : undefined;
    }
  }
}

function all(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}

function any(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function compare(sign: Comparison, left: unknown, right: unknown): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (sign === '=') return left === right;
  if (sign === '!=') return left !== right;
  const order = orderOf(left, right);
  if (order === undefined) return undefined;
  if (sign === '<') return order < 0;
  if (sign === '>') return order > 0;
  return sign === '<=' ? order <= 0 : order >= 0;
}

function orderOf(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string' || left === right) return left === right ? 0 : undefined;
  return left < right ? -1 : 1;
}

/** Value of an operand for a row; undefined when the property does not exist. */
export function evaluateOperand(operand: Operand, row: TwinObject): unknown {
  switch (operand.kind) {
    case 'constant':
      return operand.value;
    case 'path':
      return valueAt(operand.names, row);
    case 'call':
      return call(
        operand.name,
        operand.operands.map((inner) => evaluateOperand(inner, row)),
      );
  }
}

function valueAt(names: readonly string[], row: TwinObject): unknown {
  let value: unknown = row;
  for (const name of names) {
    if (!isTwinObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

const PREDICATES: Readonly<Record<string, (value: unknown, other: unknown) => boolean | undefined>> = {
  is_defined: (value) => value !== undefined,
  is_null: (value) => value === null,
  is_bool: (value) => typeof value === 'boolean',
  is_number: (value) => typeof value === 'number',
  is_string: (value) => typeof value === 'string',
  is_object: (value) => isTwinObject(value),
  is_array: (value) => Array.isArray(value),
  is_primitive: (value) => value !== undefined && (value === null || typeof value !== 'object'),
  startswith: (value, start) =>
    typeof value === 'string' && typeof start === 'string' ? value.startsWith(start) : undefined,
  endswith: (value, end) => (typeof value === 'string' && typeof end === 'string' ? value.endsWith(end) : undefined),
};

function call(name: string, [first, second]: readonly unknown[]): boolean | undefined {
  return PREDICATES[name]?.(first, second);
}
