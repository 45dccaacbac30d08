import { applyTwinPatch, isTwinObject, type TwinObject } from '@iotedge-networking/contract';

/** One section of a twin: the values, when each of them was last written, and the count of accepted writes. */
export interface TwinSection {
  readonly values: TwinObject;
  readonly metadata: TwinObject;
  readonly version: number;
}

/** The section of a new twin. */
export function emptySection(now: Date): TwinSection {
  return { values: {}, metadata: stampOf(now, 1), version: 1 };
}

/** Merges `patch` into the section; null removes, and the version grows by one even when no value differs. */
export function patchSection(section: TwinSection, patch: TwinObject, now: Date): TwinSection {
  const version = section.version + 1;
  const values = applyTwinPatch(section.values, patch);
  const metadata = patchMetadata(section.metadata, patch, { values, stamp: stampOf(now, version) });
  return { values, metadata, version };
}

/** Puts `values` in place of the whole section. */
export function replaceSection(section: TwinSection, values: TwinObject, now: Date): TwinSection {
  const version = section.version + 1;
  // Applying to nothing drops nulls, which a whole document may not hold.
  const clean = applyTwinPatch({}, values);
  return { values: clean, metadata: metadataOf(clean, stampOf(now, version)), version };
}

function stampOf(now: Date, version: number): TwinObject {
  return { $lastUpdated: now.toISOString(), $lastUpdatedVersion: version };
}

function metadataOf(values: TwinObject, stamp: TwinObject): TwinObject {
  const children = Object.entries(values).map(([key, value]): [string, TwinObject] => [
    key,
    isTwinObject(value) ? metadataOf(value, stamp) : stamp,
  ]);
  return Object.fromEntries([...Object.entries(stamp), ...children]);
}

function patchMetadata(
  before: TwinObject,
  patch: TwinObject,
  after: { readonly values: TwinObject; readonly stamp: TwinObject },
): TwinObject {
  const merged = new Map(Object.entries({ ...before, ...after.stamp }));
  for (const [key, change] of Object.entries(patch)) {
    const value = Object.hasOwn(after.values, key) ? after.values[key] : undefined;
    const child = merged.get(key);
    if (value === undefined) merged.delete(key);
    else if (!isTwinObject(value) || !isTwinObject(change)) merged.set(key, after.stamp);
    else
      merged.set(key, patchMetadata(isTwinObject(child) ? child : {}, change, { values: value, stamp: after.stamp }));
  }
  return Object.fromEntries(merged);
}
