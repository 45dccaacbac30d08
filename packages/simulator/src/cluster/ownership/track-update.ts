import { without } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { StructSchema } from '../schema/field-schema.ts';
import { compareValues } from './compare-values.ts';
import { differenceOf, emptyFieldSet, unionOf } from './field-set.ts';
import {
  disown,
  readManagers,
  sameManager,
  withManager,
  withoutSystemFields,
  writeManagers,
} from './managed-fields.ts';
import type { ManagerId } from './managed-fields.ts';
import { UntypedItemError } from './path-element.ts';

/** A write that is no apply: whose it is and what it turned into what. */
export interface TrackedUpdate {
  readonly schema: StructSchema;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
  readonly id: ManagerId;
  readonly time: string;
}

/**
 * The managedFields after a create, update or patch: the writer owns what it changed or added, everybody loses what went away, and others lose
 * what the writer changed (structured-merge-diff `Updater.Update`).
 */
export function trackUpdate(update: TrackedUpdate): unknown[] | undefined {
  const { schema, before, after, id, time } = update;
  const managers = readManagers(before);
  // managedFields reset by the client: `[{}]` clears them, a missing list keeps them.
  const reset = after.metadata.managedFields;
  if (reset?.length === 1 && Object.keys(reset[0] ?? {}).length === 0) return undefined;
  try {
    const comparison = compareValues(schema, before === undefined ? undefined : bare(before), bare(after));
    const changed = withoutSystemFields(unionOf(comparison.added, comparison.modified));
    const lost = unionOf(changed, comparison.removed);
    const own = managers.find((manager) => sameManager(manager, id))?.fields ?? emptyFieldSet;
    const fields = unionOf(differenceOf(own, comparison.removed), changed);
    return writeManagers(withManager(disown(managers, lost, id), id, fields, time));
  } catch (error) {
    // The real server skips tracking for an object whose associative lists cannot be keyed (duplicate keys, missing keys).
    if (error instanceof UntypedItemError) return before?.metadata.managedFields;
    throw error;
  }
}

function bare(object: KubeObject): unknown {
  return { ...object, metadata: without(object.metadata, 'managedFields') };
}
