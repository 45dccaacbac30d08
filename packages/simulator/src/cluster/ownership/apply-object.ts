import { ApiError } from '../api-error.ts';
import { jsonEqual, without } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { StructSchema } from '../schema/field-schema.ts';
import { compareValues, fieldsOf } from './compare-values.ts';
import { emptyFieldSet, intersectionOf, isEmptyFieldSet, printFieldPaths, unionOf } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import {
  disown,
  ownedFields,
  readManagers,
  sameManager,
  sameManagers,
  systemFields,
  withManager,
  withoutSystemFields,
  writeManagers,
} from './managed-fields.ts';
import type { Manager, ManagerId } from './managed-fields.ts';
import { mergeValues, pruneValue } from './merge-values.ts';
import { UntypedItemError } from './path-element.ts';

/** A server-side apply. `live` is undefined when the object does not exist yet; `place` names the object in errors. */
export interface ApplyRequest {
  readonly schema: StructSchema;
  readonly live: KubeObject | undefined;
  readonly applied: KubeObject;
  readonly manager: string;
  readonly subresource: string;
  readonly force: boolean;
  readonly time: string;
  readonly place: string;
}

/**
 * The object after a server-side apply, with its new managedFields, before defaulting (structured-merge-diff `Updater.Apply`). Throws 409 with
 * one cause per field when another manager owns a field that would change, unless forced.
 */
export function applyObject(request: ApplyRequest): KubeObject {
  try {
    return merge(request);
  } catch (error) {
    if (!(error instanceof UntypedItemError)) throw error;
    throw new ApiError(500, '', `failed to create typed patch object (${request.place}): ${error.message}`);
  }
}

function merge(request: ApplyRequest): KubeObject {
  const { schema, live, time } = request;
  const id: ManagerId = {
    manager: request.manager,
    operation: 'Apply',
    apiVersion: request.applied.apiVersion,
    subresource: request.subresource,
  };
  const applied = appliedConfiguration(request.applied);
  const base = live === undefined ? undefined : withoutManagedFields(live);
  const fields = withoutSystemFields(fieldsOf(schema, applied));
  const before = readManagers(live);
  const last = before.find((manager) => sameManager(manager, id))?.fields ?? emptyFieldSet;
  const managers = withManager(adoptUntracked(before, live, request), id, fields, time);
  const merged = mergeValues(schema, base, applied);
  const pruned = pruneValue(schema, merged, last, unionOf(systemFields, ownedFields(managers))) ?? {};
  const comparison = compareValues(schema, base, pruned);
  const changed = unionOf(comparison.added, comparison.modified);
  if (!request.force) refuseConflicts(managers, changed, id);
  const after = disown(disown(managers, changed, id), comparison.removed, id);
  const result = pruned as KubeObject;
  const kept = live !== undefined && jsonEqual(pruned, base) && sameManagers(before, after);
  const managedFields = kept ? live.metadata.managedFields : writeManagers(after);
  return { ...result, metadata: { ...result.metadata, ...(managedFields === undefined ? {} : { managedFields }) } };
}

/** An object nobody tracked so far belongs to `before-first-apply`, so that the first apply cannot take it over unnoticed. */
function adoptUntracked(
  managers: readonly Manager[],
  live: KubeObject | undefined,
  request: ApplyRequest,
): readonly Manager[] {
  if (live === undefined || managers.length > 0) return managers;
  const fields = withoutSystemFields(fieldsOf(request.schema, withoutManagedFields(live)));
  const id: ManagerId = {
    manager: 'before-first-apply',
    operation: 'Update',
    apiVersion: live.apiVersion,
    subresource: '',
  };
  return withManager([], id, fields, request.time);
}

function refuseConflicts(managers: readonly Manager[], changed: FieldSet, id: ManagerId): void {
  const conflicts = managers
    .filter((manager) => !sameManager(manager, id))
    .map((manager) => ({ manager: printManager(manager), fields: intersectionOf(manager.fields, changed) }))
    .filter(({ fields }) => !isEmptyFieldSet(fields))
    .map(({ manager, fields }) => ({ manager, paths: printFieldPaths(fields) }));
  const all = conflicts.flatMap(({ manager, paths }) => paths.map((path) => ({ manager, path })));
  const [first] = all;
  if (first === undefined) return;
  const sorted = conflicts.toSorted((a, b) => (a.manager < b.manager ? -1 : 1));
  const text =
    all.length === 1
      ? `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.path}`
      : `Apply failed with ${all.length} conflicts: ${sorted
          .map(({ manager, paths }) => [`conflicts with ${manager}:`, ...paths.map((path) => `- ${path}`)].join('\n'))
          .join('\n')}`;
  throw new ApiError(409, 'Conflict', text, {
    causes: all.map(({ manager, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${manager}`,
      field: path,
    })),
  });
}

function printManager(manager: Manager): string {
  const name = JSON.stringify(manager.manager);
  const part = manager.subresource === '' ? name : `${name} with subresource ${JSON.stringify(manager.subresource)}`;
  return manager.operation === 'Update' ? `${part} using ${manager.apiVersion}` : part;
}

function appliedConfiguration(object: KubeObject): JsonObject {
  return { ...object, metadata: without(object.metadata, 'managedFields', 'creationTimestamp') };
}

function withoutManagedFields(object: KubeObject): JsonObject {
  return { ...object, metadata: without(object.metadata, 'managedFields') };
}
