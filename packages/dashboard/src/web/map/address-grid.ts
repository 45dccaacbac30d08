import {
  addressAt,
  formatAddress,
  parseAddress,
  parseRange,
  rangeContains,
  rangeSize,
  type AddressRange,
} from '@iotedge-networking/addressing';
import type { AddressUse, AddressUseKind } from '../../view/index.ts';

/** How a cell looks: an address that is free or used in one way, or several addresses together. */
export type CellKind = 'free' | 'several' | AddressUseKind;

/** One address, or neighbours that share a cell because there are too many. */
export interface GridCell {
  readonly first: string;
  /** The same as `first` for a single address. */
  readonly last: string;
  readonly kind: CellKind;
  /** Short text in the cell: the end of the address, or nothing when it stands for several. */
  readonly label: string;
  readonly size: number;
  readonly used: number;
  /** How full it is, in eighths, rounded up: 0 only when empty. */
  readonly eighths: number;
  readonly uses: readonly AddressUse[];
}

/** The cells of one range, in order. */
export interface AddressGrid {
  readonly range: string;
  /** Addresses in the range, as a number that may be inexact beyond 2^53. */
  readonly total: number;
  readonly used: number;
  /** Addresses per cell; a power of two. */
  readonly perCell: number;
  readonly cells: readonly GridCell[];
}

const MOST_USES_SHOWN = 200;

/**
 * Lays a range out as cells, one per address as long as they are at most `maxCells`; beyond that, neighbours share a cell, and it says how full it is. Costs
 * O(cells + uses), however large the range.
 */
export function addressGrid(rangeText: string, uses: readonly AddressUse[], maxCells: number): AddressGrid | undefined {
  const parsed = parseRange(rangeText);
  if (!parsed.ok) return undefined;
  const { range } = parsed;
  const size = rangeSize(range);
  const perCell = cellSize(size, maxCells);
  const buckets = distribute(range, perCell, uses);
  const count = Number((size + perCell - 1n) / perCell);
  const cells = Array.from({ length: count }, (_, index) =>
    cellAt(range, { perCell, index }, buckets.get(index) ?? []),
  );
  const used = [...buckets.values()].reduce((sum, bucket) => sum + bucket.length, 0);
  return { range: rangeText, total: Number(size), used, perCell: Number(perCell), cells };
}

function cellSize(size: bigint, maxCells: number): bigint {
  let perCell = 1n;
  while (size > perCell * BigInt(maxCells)) perCell *= 2n;
  return perCell;
}

function distribute(
  range: AddressRange,
  perCell: bigint,
  uses: readonly AddressUse[],
): ReadonlyMap<number, readonly AddressUse[]> {
  const buckets = new Map<number, AddressUse[]>();
  for (const use of uses) {
    const address = parseAddress(use.address);
    if (address === undefined || !rangeContains(range, address)) continue;
    const index = Number((address.value - range.first) / perCell);
    const bucket = buckets.get(index);
    if (bucket === undefined) buckets.set(index, [use]);
    else bucket.push(use);
  }
  return buckets;
}

function cellAt(
  range: AddressRange,
  { perCell, index }: { readonly perCell: bigint; readonly index: number },
  uses: readonly AddressUse[],
): GridCell {
  const start = range.first + BigInt(index) * perCell;
  const end = start + perCell - 1n < range.last ? start + perCell - 1n : range.last;
  const first = formatAddress(addressAt(range.family, start));
  const size = Number(end - start) + 1;
  return {
    first,
    last: formatAddress(addressAt(range.family, end)),
    kind: kindOf(size, uses),
    label: perCell === 1n ? first.slice(Math.max(first.lastIndexOf('.'), first.lastIndexOf(':')) + 1) : '',
    size,
    used: uses.length,
    eighths: Math.ceil((uses.length * 8) / size),
    uses: uses.slice(0, MOST_USES_SHOWN),
  };
}

function kindOf(size: number, uses: readonly AddressUse[]): CellKind {
  const [only] = uses;
  if (only === undefined) return 'free';
  if (uses.some((use) => use.kind === 'conflict')) return 'conflict';
  return size === 1 ? only.kind : 'several';
}

/** Where an arrow key, Home or End leads from a cell; the same index when there is nothing in that direction. Undefined for other keys. */
export function moveInGrid(
  key: string,
  index: number,
  { count, columns }: { readonly count: number; readonly columns: number },
): number | undefined {
  const target = TARGETS[key]?.(index, columns, count);
  if (target === undefined) return undefined;
  return target < 0 || target >= count ? index : target;
}

const TARGETS: Readonly<Record<string, ((index: number, columns: number, count: number) => number) | undefined>> = {
  ArrowRight: (index) => index + 1,
  ArrowLeft: (index) => index - 1,
  ArrowDown: (index, columns) => index + columns,
  ArrowUp: (index, columns) => index - columns,
  PageDown: (index, columns, count) => Math.min(index + 8 * columns, count - 1),
  PageUp: (index, columns) => Math.max(index - 8 * columns, 0),
  Home: () => 0,
  End: (_index, _columns, count) => count - 1,
};
