import type { FieldError } from '../field-error.ts';
import type { KubeObject } from '../object-client.ts';
import type { StructSchema } from '../schema/field-schema.ts';

/** What the rules of a kind may look at besides the object. */
export interface AdmissionEnvironment {
  readonly now: Date;
  /** A number in [0, 1) for every call. */
  readonly random: () => number;
}

/**
 * The rules of one kind, in the order they are called. They change the object they are given; it is their own copy. `before` is the stored
 * object an update would replace.
 */
export interface Strategy {
  /** What is wrong with a name, as one sentence per rule. */
  readonly validateName: (name: string) => readonly string[];
  /** Counts changes of the specification in `metadata.generation`. */
  readonly generation: boolean;
  /** A PUT without resourceVersion is taken. */
  readonly unconditionalUpdate?: boolean;
  /** A PUT to a name that does not exist creates the object. */
  readonly createOnUpdate?: boolean;
  /** DELETE of the whole collection is not offered. */
  readonly noCollectionDelete?: boolean;
  /** Deleted only after a grace period, by somebody who deletes again with grace 0. */
  readonly graceful?: boolean;
  /** Fills in what the client left out, the same on every write. */
  readonly applyDefaults?: (object: KubeObject) => void;
  /** Resets what a creator may not set, and allocates. */
  readonly prepareForCreate?: (object: KubeObject, environment: AdmissionEnvironment) => readonly FieldError[];
  /** Takes over what an updater may not change, and allocates. */
  readonly prepareForUpdate?: (
    object: KubeObject,
    before: KubeObject,
    environment: AdmissionEnvironment,
  ) => readonly FieldError[];
  readonly prepareForStatusUpdate?: (object: KubeObject, before: KubeObject) => readonly FieldError[];
  readonly validate?: (object: KubeObject) => readonly FieldError[];
  readonly validateUpdate?: (object: KubeObject, before: KubeObject) => readonly FieldError[];
  /** Hears of every stored change at once, to keep the books of what is allocated. */
  readonly stored?: (now: KubeObject | undefined, before: KubeObject | undefined) => void;
}

/** One column of `kubectl get`, from a CustomResourceDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** One resource in one version, as discovery lists it. */
export interface ResourceKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Whether clients see it. In process every version can be used, whatever the server's age. */
  readonly served: boolean;
  readonly subresources: readonly Subresource[];
  /** Where the store keeps it: all versions of a resource share one collection. */
  readonly collection: string;
  readonly schema: StructSchema;
  readonly strategy: Strategy;
  /** Custom resources know no strategic merge patch, and print by these columns. */
  readonly custom?: { readonly columns: readonly PrinterColumn[]; readonly storageVersion: string };
  readonly toStorage?: (object: KubeObject) => KubeObject;
  readonly fromStorage?: (object: KubeObject) => KubeObject;
}

/** The parts of an object with a path of their own. */
export type Subresource = 'status' | 'scale' | 'finalize' | 'log' | 'binding' | 'eviction' | 'token' | 'approval';

/** `v1` or `apps/v1`. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
