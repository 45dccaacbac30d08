import { addressAt, formatAddress } from './address.ts';
import type { Address, Family } from './address.ts';

/** All addresses from `first` to `last`, both included, of one family. `first` is never above `last`. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** Prints a range as `first-last`, also for a single address, the one form that the device and MetalLB both accept. */
export function formatRange(range: AddressRange): string {
  const first = formatAddress(addressAt(range.family, range.first));
  return `${first}-${formatAddress(addressAt(range.family, range.last))}`;
}

/** How many addresses the range holds. */
export function rangeSize(range: AddressRange): bigint {
  return range.last - range.first + 1n;
}

/** Whether every address of `inner` (an address or a range) lies in `range`. */
export function rangeContains(range: AddressRange, inner: Address | AddressRange): boolean {
  const [first, last] = 'value' in inner ? [inner.value, inner.value] : [inner.first, inner.last];
  return range.family === inner.family && range.first <= first && last <= range.last;
}

/** Whether the two ranges have an address in common. */
export function rangesOverlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The addresses the two ranges have in common, or undefined when there are none. */
export function rangeIntersection(a: AddressRange, b: AddressRange): AddressRange | undefined {
  if (!rangesOverlap(a, b)) return undefined;
  const first = a.first > b.first ? a.first : b.first;
  const last = a.last < b.last ? a.last : b.last;
  return { family: a.family, first, last };
}

/** The addresses of the range in ascending order, made one by one. */
export function* iterateRange(range: AddressRange): Iterable<Address> {
  for (let value = range.first; value <= range.last; value += 1n) yield { family: range.family, value };
}
