import { applyTwinPatch, type TwinObject } from '@iotedge-networking/contract';

/** The desired section as far as it is known. */
export interface KnownDesired {
  /** `$version`; 0 while nothing is known. */
  readonly version: number;
  /** Without `$version` and `$metadata`. */
  readonly document: TwinObject;
}

/** Nothing is known yet. */
export const UNKNOWN_DESIRED: KnownDesired = { version: 0, document: {} };

/** What became of something received. `read-again` means that the whole section has to be read. */
export interface Received {
  readonly known: KnownDesired;
  readonly outcome: 'taken' | 'stale' | 'read-again';
}

/**
 * A whole section was read. `patched` says that a patch came while it was being read: the answer may then be older than the patch, or mixed with it by
 * the SDK's own cache. A section without `$version` is edgeHub's empty twin while it is offline: unknown, not empty.
 */
export function receiveSection(known: KnownDesired, section: TwinObject, patched: boolean): Received {
  const version = versionOf(section);
  if (patched) return { known, outcome: 'read-again' };
  if (version === undefined) return { known, outcome: 'stale' };
  return { known: { version, document: withoutSystemKeys(section) }, outcome: 'taken' };
}

/** A patch came: the next in line is taken, an older one passed over, and a gap means that another was lost. */
export function receivePatch(known: KnownDesired, patch: TwinObject): Received {
  const version = versionOf(patch);
  if (version === undefined || known.version === 0 || version > known.version + 1)
    return { known, outcome: 'read-again' };
  if (version <= known.version) return { known, outcome: 'stale' };
  return { known: { version, document: applyTwinPatch(known.document, withoutSystemKeys(patch)) }, outcome: 'taken' };
}

function versionOf({ $version }: TwinObject): number | undefined {
  return typeof $version === 'number' ? $version : undefined;
}

function withoutSystemKeys(section: TwinObject): TwinObject {
  return Object.fromEntries(Object.entries(section).filter(([key]) => !key.startsWith('$')));
}
