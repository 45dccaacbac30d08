import type { Address } from './address.ts';
import { iterateRange, rangeContains, rangeSize } from './address-range.ts';
import type { AddressRange } from './address-range.ts';

/** A set of addresses that never changes. Every operation costs O(n log n) in ranges at most, whatever their sizes. */
export interface AddressSet {
  /** Disjoint, not even adjacent, IPv4 first, ascending. */
  readonly ranges: readonly AddressRange[];
  /** How many addresses are in the set. */
  readonly count: bigint;
  has(address: Address): boolean;
  union(other: AddressSet): AddressSet;
  intersection(other: AddressSet): AddressSet;
  /** The addresses of this set that are not in the other. */
  difference(other: AddressSet): AddressSet;
  /** The addresses in ascending order, made one by one. */
  iterate(): Iterable<Address>;
}

/** The set of all addresses in these ranges, which may overlap and come in any order. */
export function addressSet(ranges: Iterable<AddressRange>): AddressSet {
  return setOf(merge([...ranges].sort(compareRanges)));
}

function setOf(ranges: readonly AddressRange[]): AddressSet {
  return {
    ranges,
    count: ranges.reduce((sum, range) => sum + rangeSize(range), 0n),
    has: (address) => hasAddress(ranges, address),
    union: (other) => addressSet([...ranges, ...other.ranges]),
    intersection: (other) => setOf(sweep(ranges, other.ranges, (inThis, inOther) => inThis && inOther)),
    difference: (other) => setOf(sweep(ranges, other.ranges, (inThis, inOther) => inThis && !inOther)),
    iterate: () => iterateAll(ranges),
  };
}

function compareRanges(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first === b.first) return 0;
  return a.first < b.first ? -1 : 1;
}

function merge(sorted: readonly AddressRange[]): AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of sorted) {
    const before = merged.at(-1);
    if (before?.family === range.family && range.first <= before.last + 1n) {
      merged[merged.length - 1] = { ...before, last: before.last > range.last ? before.last : range.last };
    } else {
      merged.push(range);
    }
  }
  return merged;
}

function hasAddress(ranges: readonly AddressRange[], address: Address): boolean {
  const wanted: AddressRange = { family: address.family, first: address.value, last: address.value };
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range !== undefined && compareRanges(range, wanted) <= 0) low = middle + 1;
    else high = middle;
  }
  const candidate = ranges[low - 1];
  return candidate !== undefined && rangeContains(candidate, address);
}

interface Edge {
  readonly family: AddressRange['family'];
  readonly first: bigint;
  readonly last: bigint;
  readonly mine: boolean;
  readonly opens: boolean;
}

/** Walks the edges of both sets upwards and keeps the stretches where `keep` holds. */
function sweep(
  mine: readonly AddressRange[],
  others: readonly AddressRange[],
  keep: (inMine: boolean, inOther: boolean) => boolean,
): AddressRange[] {
  const edges = [...edgesOf(mine, true), ...edgesOf(others, false)].sort(compareRanges);
  const kept: AddressRange[] = [];
  let inMine = false;
  let inOther = false;
  let start: Edge | undefined;
  for (const edge of edges) {
    if (start !== undefined && keep(inMine, inOther) && start.first < edge.first) {
      kept.push({ family: edge.family, first: start.first, last: edge.first - 1n });
    }
    if (edge.mine) inMine = edge.opens;
    else inOther = edge.opens;
    start = edge;
  }
  return merge(kept);
}

function edgesOf(ranges: readonly AddressRange[], mine: boolean): Edge[] {
  return ranges.flatMap(({ family, first, last }) => [
    { family, first, last: first, mine, opens: true },
    { family, first: last + 1n, last: last + 1n, mine, opens: false },
  ]);
}

function* iterateAll(ranges: readonly AddressRange[]): Iterable<Address> {
  for (const range of ranges) yield* iterateRange(range);
}
