import { formatAddress, parseAddress } from './address.ts';
import type { Family } from './address.ts';
import type { AddressRange } from './address-range.ts';

/** A network: the addresses that share their first `prefix` bits with `base`. The bits of `base` beyond the prefix are zero. */
export interface Cidr {
  readonly family: Family;
  readonly base: bigint;
  readonly prefix: number;
}

/** Reads `address/prefix`; bits beyond the prefix are set to zero. Returns undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText = '', prefixText = '', ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  if (prefix > bitsOf(address.family)) return undefined;
  const shift = BigInt(bitsOf(address.family) - prefix);
  return { family: address.family, base: (address.value >> shift) << shift, prefix };
}

/** Prints a network as `address/prefix`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.family, value: cidr.base })}/${cidr.prefix}`;
}

/** The range from the first to the last address of the network. */
export function cidrToRange(cidr: Cidr): AddressRange {
  const size = 1n << BigInt(bitsOf(cidr.family) - cidr.prefix);
  return { family: cidr.family, first: cidr.base, last: cidr.base + size - 1n };
}

/** The fewest networks that together hold exactly the addresses of the range, ascending. */
export function rangeToCidrs(range: AddressRange): Cidr[] {
  const bits = bitsOf(range.family);
  const cidrs: Cidr[] = [];
  let first = range.first;
  while (first <= range.last) {
    const hostBits = Math.min(trailingZeros(first, bits), floorLog2(range.last - first + 1n));
    cidrs.push({ family: range.family, base: first, prefix: bits - hostBits });
    first += 1n << BigInt(hostBits);
  }
  return cidrs;
}

function bitsOf(family: Family): number {
  return family === 4 ? 32 : 128;
}

function trailingZeros(value: bigint, bits: number): number {
  if (value === 0n) return bits;
  return floorLog2(value & -value);
}

function floorLog2(value: bigint): number {
  return value.toString(2).length - 1;
}
