import { numberOf } from './json-node.ts';
import type { JsonNode } from './json-node.ts';

/**
 * .NET's `int.TryParse`: blanks around, a sign, leading zeros and up to 32 bit are accepted (rules 7 and 8); undefined for
 * anything else.
 */
export function parseInt32(text: string): number | undefined {
  const match = /^[\t-\r ]*([-+]?\d+)[\t-\r ]*\0*$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]);
  return value >= -2147483648 && value <= 2147483647 ? value + 0 : undefined;
}

/**
 * The text that .NET makes of a value held as JToken (everything inside k8s-experimental and the unmodelled keys): booleans are
 * capitalised, fractions are printed by `double.ToString`. Null for null; undefined for objects and lists, which do not convert.
 */
export function tokenText(node: JsonNode): string | null | undefined {
  switch (node.kind) {
    case 'string':
      return node.value;
    case 'boolean':
      return node.value ? 'True' : 'False';
    case 'null':
      return null;
    case 'number':
      return numberText(node.text);
    default:
      return undefined;
  }
}

function numberText(text: string): string {
  if (/^-?\d+$/.test(text) && !/^0\d/.test(text)) return BigInt(text).toString();
  return doubleText(numberOf(text));
}

// double.ToString switches to scientific notation from 1E+15 upwards and from 1E-05 downwards; JavaScript later.
function doubleText(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e15)) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits}E${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}
