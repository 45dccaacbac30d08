/** A twin section or a part of it: objects keyed by name, with plain values. */
export interface TwinObject {
  readonly [key: string]: unknown;
}

/** True for a JSON object, false for null, arrays and plain values. */
export function isTwinObject(value: unknown): value is TwinObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Applies a twin patch as the hub does (RFC 7396): objects merge, null removes, anything else replaces, arrays whole.
 * Returns a new document; neither argument is changed. `$version` and `$metadata` pass like any other key.
 */
export function applyTwinPatch(document: TwinObject, patch: TwinObject): TwinObject {
  const merged = new Map(Object.entries(document));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (isTwinObject(value)) {
      const before = merged.get(key);
      merged.set(key, applyTwinPatch(isTwinObject(before) ? before : {}, value));
    } else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/**
 * The smallest patch that turns `from` into `to`: unchanged parts are absent, vanished keys are null. Undefined when nothing differs.
 * `applyTwinPatch(from, diffTwin(from, to))` equals `to` for documents without null values.
 */
export function diffTwin(from: TwinObject, to: TwinObject): TwinObject | undefined {
  const patch: [string, unknown][] = [];
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch.push([key, null]);
  for (const [key, value] of Object.entries(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    const change = isTwinObject(before) && isTwinObject(value) ? diffTwin(before, value) : changed(before, value);
    if (change !== undefined) patch.push([key, change]);
  }
  return patch.length === 0 ? undefined : Object.fromEntries(patch);
}

function changed(before: unknown, value: unknown): unknown {
  return JSON.stringify(before) === JSON.stringify(value) ? undefined : value;
}
