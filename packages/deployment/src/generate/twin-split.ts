import { isJsonObject, type JsonObject } from './sorted-json.ts';

/** Desired properties of several devices, taken apart into what all of them have and what is one device's own. */
export interface TwinSplit {
  /** What is the same on every device, by path below `properties.desired`: as few paths as possible, none of them above anything of a device's own. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** What remains for one device: its desired properties without those that are shared. */
  readonly ownOf: (desired: JsonObject) => JsonObject;
}

/** A value that all have, or an object of which all have these children. */
type Common = { readonly value: unknown } | { readonly children: ReadonlyMap<string, Common> };

/**
 * Splits desired properties. Laying `shared` and a device's own part over each other gives its desired properties again, and no path of one is above or below a path of
 * the other, so that whoever writes the one never touches the other. `isOwn` says which paths are a device's own even where all happen to have the
 * same value. The cost is linear, and what several devices hold as one object is compared once.
 */
export function splitTwins(desireds: readonly JsonObject[], isOwn: (path: string) => boolean = () => false): TwinSplit {
  const [first = {}, ...others] = desireds;
  let common: Common = { value: first };
  for (const other of others) common = intersect(common, other) ?? { children: new Map() };
  const kept = withoutOwn(common, '', isOwn) ?? { children: new Map<string, Common>() };
  // The root itself is never one path: its parts are written one by one, beside those of the devices.
  const root: Common = 'children' in kept ? kept : { children: childrenOf(kept.value) };
  return { shared: Object.fromEntries(pathsOf(root, '')), ownOf: (desired) => subtract(desired, root) as JsonObject };
}

function intersect(common: Common, other: unknown): Common | undefined {
  if ('value' in common) {
    if (isSame(common.value, other)) return common;
    if (!isJsonObject(common.value)) return undefined;
    return intersect({ children: childrenOf(common.value) }, other);
  }
  if (!isJsonObject(other)) return undefined;
  const children = new Map<string, Common>();
  for (const [key, child] of common.children) {
    const found = Object.hasOwn(other, key) ? intersect(child, other[key]) : undefined;
    if (found !== undefined) children.set(key, found);
  }
  return children.size === 0 ? undefined : { children };
}

function childrenOf(value: unknown): ReadonlyMap<string, Common> {
  return new Map(Object.entries(isJsonObject(value) ? value : {}).map(([key, inner]) => [key, { value: inner }]));
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isJsonObject(one) || !isJsonObject(other)) return JSON.stringify(one) === JSON.stringify(other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}

function withoutOwn(common: Common, path: string, isOwn: (path: string) => boolean): Common | undefined {
  if (path !== '' && isOwn(path)) return undefined;
  if ('value' in common && !isJsonObject(common.value)) return common;
  const children = 'value' in common ? childrenOf(common.value) : common.children;
  const kept = new Map<string, Common>();
  let changed = false;
  for (const [key, child] of children) {
    const inner = withoutOwn(child, path === '' ? key : `${path}.${key}`, isOwn);
    if (inner !== undefined) kept.set(key, inner);
    changed ||= inner !== child;
  }
  if (!changed) return common;
  return kept.size === 0 ? undefined : { children: kept };
}

function pathsOf(common: Common, path: string): readonly (readonly [string, unknown])[] {
  if ('value' in common) return [[path, common.value]];
  return [...common.children].flatMap(([key, child]) => pathsOf(child, path === '' ? key : `${path}.${key}`));
}

function subtract(value: unknown, common: Common): unknown {
  if ('value' in common) return undefined;
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const child = common.children.get(key);
    const rest = child === undefined ? inner : subtract(inner, child);
    return rest === undefined || (child !== undefined && isEmptyObject(rest)) ? [] : [[key, rest]];
  });
  return Object.fromEntries(entries);
}

function isEmptyObject(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}
