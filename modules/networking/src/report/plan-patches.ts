import { diffTwin, isTwinObject, utf8Length, type TwinObject } from '@iotedge-networking/contract';

/** Bytes of JSON text that one patch may have; edgeHub refuses patches above 32 KiB, and refuses them silently. */
export const PATCH_BYTES = 31 * 1024;

/** How deep a patch may be cut: `services.<namespace>.<name>` is the smallest part that stays whole. */
const PART_DEPTH = 3;

/**
 * The smallest patches that turn what the hub is known to hold into the report, in order; empty when nothing differs. What vanishes goes first, so that the
 * section never grows past the larger of both documents.
 */
export function planPatches(
  confirmed: TwinObject,
  report: TwinObject,
  limit: number = PATCH_BYTES,
): readonly TwinObject[] {
  const whole = diffTwin(confirmed, report);
  if (whole === undefined) return [];
  if (textSize(whole) <= limit) return [whole];
  const parts = [...partsOf(whole, PART_DEPTH)].sort((a, b) => Number(b.removal) - Number(a.removal));
  const patches: TwinObject[] = [];
  let size = limit;
  for (const { patch } of parts) {
    const bytes = textSize(patch);
    if (size + bytes > limit) {
      patches.push(patch);
      size = bytes;
    } else {
      addToPatch(patches.at(-1) as MutableObject, patch);
      size += bytes;
    }
  }
  return patches;
}

function textSize(value: unknown): number {
  return utf8Length(JSON.stringify(value));
}

interface Part {
  readonly patch: TwinObject;
  readonly removal: boolean;
}

function* partsOf(patch: TwinObject, depth: number): Iterable<Part> {
  for (const [key, value] of Object.entries(patch)) {
    if (depth > 1 && isTwinObject(value) && Object.keys(value).length > 0) {
      for (const part of partsOf(value, depth - 1)) yield { ...part, patch: { [key]: part.patch } };
    } else yield { patch: { [key]: value }, removal: value === null };
  }
}

type MutableObject = Record<string, unknown>;

/** Puts another part into a patch, which is changed; unlike applying it to a document, null stays. */
function addToPatch(patch: MutableObject, part: TwinObject): void {
  for (const [key, value] of Object.entries(part)) {
    const present = patch[key];
    if (isTwinObject(present) && isTwinObject(value)) addToPatch(present, value);
    else patch[key] = value;
  }
}

/**
 * What the hub holds, as read back, with our own spelling of dates: layers on the way may write the same moment differently, and that is no difference.
 */
export function adoptReadBack(confirmed: TwinObject, readBack: TwinObject): TwinObject {
  return Object.fromEntries(
    Object.entries(readBack)
      .filter(([key]) => !key.startsWith('$'))
      .map(([key, value]) => [key, adoptValue(confirmed[key], value)]),
  );
}

function adoptValue(ours: unknown, theirs: unknown): unknown {
  if (isTwinObject(ours) && isTwinObject(theirs)) return adoptReadBack(ours, theirs);
  return sameMoment(ours, theirs) ? ours : theirs;
}

const DATE = /^\d{4}-\d{2}-\d{2}T/;

function sameMoment(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || !DATE.test(a)) return false;
  return Date.parse(a) === Date.parse(b);
}
