/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same value with the keys of every object in order, so that equal content gives equal text. Arrays keep their order. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/** Lays objects over each other, deeply; what comes later wins, arrays and plain values are replaced whole. */
export function mergeObjects(...layers: readonly JsonObject[]): JsonObject {
  const merged = new Map<string, unknown>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const before = merged.get(key);
      merged.set(key, isJsonObject(before) && isJsonObject(value) ? mergeObjects(before, value) : value);
    }
  }
  return Object.fromEntries(merged);
}

/** Leaves out the keys whose value is undefined. */
export function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** Leaves out objects without content: whether the hub keeps or drops them is not to be relied on, so they make no difference. */
export function withoutEmptyObjects(value: object): JsonObject {
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]): [string, unknown] => [
    key,
    isJsonObject(inner) ? withoutEmptyObjects(inner) : inner,
  ]);
  return Object.fromEntries(entries.filter(([, inner]) => !isJsonObject(inner) || Object.keys(inner).length > 0));
}

/** Whether two objects are the same but for objects without content: what {@link withoutEmptyObjects} of both would say, without making copies. */
export function isSameContent(one: JsonObject, other: JsonObject): boolean {
  for (const key of Object.keys(one)) {
    if (Object.hasOwn(other, key) ? !isSameValue(one[key], other[key]) : !isHollow(one[key])) return false;
  }
  return Object.keys(other).every((key) => Object.hasOwn(one, key) || isHollow(other[key]));
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (isJsonObject(one) && isJsonObject(other)) return isSameContent(one, other);
  return typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other);
}

function isHollow(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every(isHollow);
}
