import { addressSet, formatRange, parseRange, rangeSize, type AddressRange } from '@iotedge-networking/addressing';

/** Where addresses are looked for. */
export interface FreeRangeRequest {
  /** Range or network to stay in. */
  readonly within: string;
  /** Ranges to stay out of. */
  readonly avoid: readonly string[];
  readonly size: number;
  /** The nearest place to the start of this range is taken. */
  readonly near: string;
}

/** `size` neighbouring addresses that are free, as near as possible to where they were meant; undefined when there are none. */
export function freeRange({ within, avoid, size, near }: FreeRangeRequest): string | undefined {
  const space = rangesOf([within]);
  const gaps = addressSet(space).difference(addressSet(rangesOf(avoid))).ranges;
  const wanted = rangesOf([near])[0]?.first ?? space[0]?.first ?? 0n;
  const length = BigInt(size);
  const places = gaps
    .filter((gap) => rangeSize(gap) >= length)
    .map((gap) => ({ gap, first: clamp(wanted, gap.first, gap.last - length + 1n) }))
    .sort((a, b) => Number(distance(a.first, wanted) - distance(b.first, wanted)) || Number(b.first - a.first));
  const [best] = places;
  if (best === undefined) return undefined;
  return formatRange({ family: best.gap.family, first: best.first, last: best.first + length - 1n });
}

/** The largest part of a range that lies within one range and outside others; undefined when nothing is left. */
export function largestPart(text: string, within: string | undefined, avoid: readonly string[]): string | undefined {
  const own = addressSet(rangesOf([text]));
  const inside = within === undefined ? own : own.intersection(addressSet(rangesOf([within])));
  const [best] = [...inside.difference(addressSet(rangesOf(avoid))).ranges].sort((a, b) =>
    rangeSize(a) > rangeSize(b) ? -1 : 1,
  );
  return best === undefined ? undefined : formatRange(best);
}

/** How many addresses a text holds; 0 when it is no range. */
export function sizeOf(text: string): number {
  return Number(addressSet(rangesOf([text])).count);
}

function rangesOf(texts: readonly string[]): readonly AddressRange[] {
  return texts.flatMap((text) => {
    const parsed = parseRange(text);
    return parsed.ok ? [parsed.range] : [];
  });
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low) return low;
  return value > high ? high : value;
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
