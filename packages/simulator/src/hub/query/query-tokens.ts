/** One word of a query, with its place for messages. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign' | 'end';
  /** The word; for text the content without quotes, for a bracketed name the content of the brackets. */
  readonly value: string;
  /** Place in the query, counted from 1. */
  readonly column: number;
  /** True for a name in [[ ]]: it is never a keyword. */
  readonly quoted?: boolean;
}

/** A query that cannot be read: what is wrong and where. */
export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';
  constructor(message: string, column: number) {
    super(`${message} at column ${column}`);
  }
}

// Order matters: two-character signs before one-character ones, and [[name]] before [.
const WORDS =
  /\s+|(?<quoted>\[\[(?<inner>[^\]]+)\]\])|(?<name>[A-Za-z_$][A-Za-z0-9_$]*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<single>'(?:[^']|'')*')|(?<double>"(?:[^"]|"")*")|(?<sign><=|>=|!=|<>|[=<>().,*[\]])/y;

/** Splits a query of the IoT Hub query language into words. */
export function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = [];
  WORDS.lastIndex = 0;
  while (WORDS.lastIndex < query.length) {
    const at = WORDS.lastIndex;
    const match = WORDS.exec(query);
    if (match === null) throw new QuerySyntaxError(`Unexpected character '${query[at] ?? ''}'`, at + 1);
    const token = tokenOf(match.groups ?? {}, at + 1);
    if (token !== undefined) tokens.push(token);
  }
  return [...tokens, { kind: 'end', value: 'end of query', column: query.length + 1 }];
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, column: number): Token | undefined {
  const { inner, name, number, single, double, sign } = groups;
  if (inner !== undefined) return { kind: 'name', value: inner, column, quoted: true };
  if (name !== undefined) return { kind: 'name', value: name, column };
  if (number !== undefined) return { kind: 'number', value: number, column };
  if (single !== undefined) return { kind: 'text', value: single.slice(1, -1).replaceAll("''", "'"), column };
  if (double !== undefined) return { kind: 'text', value: double.slice(1, -1).replaceAll('""', '"'), column };
  return sign === undefined ? undefined : { kind: 'sign', value: sign, column };
}
