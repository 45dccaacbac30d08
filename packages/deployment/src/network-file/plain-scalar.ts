import { isScalar, parseDocument } from 'yaml';

const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;
const DECIMAL = /^-?(?:0|[1-9]\d{0,8})\.\d{1,6}$/;
// What YAML 1.2 may take for something else than text, apart from the simple numbers and booleans.
const ODD =
  /^(?:[-+]?(?:\.?\d[\d.]*|\d+\.?\d*)(?:[eE][-+]?\d+)?|0[xo][\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|~|[Nn]ull|NULL|True|TRUE|False|FALSE)$/;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The value of a plain scalar by the core schema of YAML 1.2; undefined where only a full reader can say. */
export function resolvePlainScalar(text: string): string | number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  if (INTEGER.test(text) || DECIMAL.test(text)) return Number(text);
  return ODD.test(text) && !ADDRESS.test(text) ? undefined : text;
}

/** The value of a plain scalar whose placeholders have been filled in: what reads as a number, a boolean or nothing is one, anything else stays text. */
export function readPlaceholderValue(text: string): unknown {
  const read = parseDocument(text, { prettyErrors: false }).contents;
  return isScalar(read) && read.type === 'PLAIN' && typeof read.value !== 'string' ? read.value : text;
}
