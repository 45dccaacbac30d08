/** The type of one field, as far as decoding, patching, ownership and OpenAPI need it. */
export type FieldSchema = ScalarSchema | AnySchema | MapSchema | ListSchema | StructSchema;

/** A single value. `int-or-string` and `quantity` take numbers and texts. */
export interface ScalarSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'int-or-string' | 'quantity';
  readonly format?: string;
}

/** A value of any shape, never looked into. */
export interface AnySchema {
  readonly type: 'any';
}

/** An object with arbitrary keys. Atomic: owned and replaced as a whole by server-side apply. */
export interface MapSchema {
  readonly type: 'map';
  readonly values: FieldSchema;
  readonly atomic?: boolean;
}

/** A list. `listType` is what server-side apply goes by, `patchMergeKey` and `patchStrategy` what strategic merge patch goes by. */
export interface ListSchema {
  readonly type: 'list';
  readonly items: FieldSchema;
  readonly listType: 'atomic' | 'set' | 'map';
  readonly keys?: readonly string[];
  readonly keyDefaults?: Readonly<Record<string, string>>;
  readonly patchMergeKey?: string;
  readonly patchStrategy?: 'merge' | 'merge,retainKeys';
}

/** An object with known fields. `openEnded`: unknown fields are kept. */
export interface StructSchema {
  readonly type: 'struct';
  /** The name of the definition, `V1ServicePort`; `''` for a nameless part of a custom resource. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly atomic?: boolean;
  readonly openEnded?: boolean;
  /** Strategic merge patch drops the fields that the patch's `$retainKeys` does not name. */
  readonly retainKeys?: boolean;
}

/** A schema that accepts and keeps everything. */
export const anySchema: AnySchema = { type: 'any' };
