import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';

/** Applies a JSON merge patch (RFC 7396). Returns a new value. */
export function mergePatch(original: unknown, patch: JsonObject): JsonObject {
  const result: JsonObject = isJsonObject(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = isJsonObject(value) ? mergePatch(result[key], value) : value;
  }
  return result;
}
