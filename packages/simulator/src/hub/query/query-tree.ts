/** The tables a query can read. */
export type QuerySource = 'devices' | 'devices.modules' | 'devices.jobs';

/** Comparison signs; `<>` is read as `!=`. */
export type Comparison = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** Something with a value: a constant, a property of the row, a function of such. */
export type Operand =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'path'; readonly names: readonly string[] }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] };

/** A condition; it is true, false or undefined for a row, and only true keeps the row. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly sides: readonly Condition[] }
  | { readonly kind: 'not'; readonly side: Condition }
  | { readonly kind: 'compare'; readonly sign: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'in'; readonly left: Operand; readonly values: readonly Operand[] }
  | { readonly kind: 'value'; readonly operand: Operand };

/** Functions over a group of rows. */
export type Aggregate = 'count' | 'sum' | 'avg' | 'min' | 'max';

/** One column of the answer. */
export interface Column {
  readonly name: string;
  readonly operand: Operand;
  readonly aggregate?: Aggregate | undefined;
}

/** A query taken apart. */
export interface Query {
  /** `*`, or the columns asked for. */
  readonly columns: readonly Column[] | '*';
  readonly top?: number | undefined;
  readonly source: QuerySource;
  readonly where?: Condition | undefined;
  readonly groupBy: readonly Operand[];
}
