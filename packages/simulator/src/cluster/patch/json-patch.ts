import { applyPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import { ApiError, badRequest } from '../api-error.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';

/** Applies a JSON patch (RFC 6902) as a whole or not at all. A failed `test` or a missing path is a 422, as the real server answers. */
export function jsonPatch(original: JsonObject, operations: unknown): JsonObject {
  if (!Array.isArray(operations)) {
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  }
  const object = structuredClone(original);
  const outcomes = applyPatch(object, operations as Operation[]);
  const failed = outcomes.findIndex((outcome) => outcome !== null);
  if (failed >= 0) throw refusal((operations as unknown[])[failed]);
  return object;
}

function refusal(operation: unknown): ApiError {
  const op = isJsonObject(operation) ? String(operation['op']) : '';
  const path = isJsonObject(operation) ? String(operation['path']) : '';
  const why =
    op === 'test'
      ? `testing value ${path} failed: test failed`
      : `${op} operation does not apply: doc is missing path: ${path}: missing value`;
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${why}`, {});
}
