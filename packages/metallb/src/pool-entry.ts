import { cidrToRange, formatCidr, parseAddress, rangeToCidrs } from '@iotedge-networking/addressing';
import type { Address, Cidr } from '@iotedge-networking/addressing';
import { ipText, parseIp, toIp } from './ip-number.ts';
import type { Ip } from './ip-number.ts';

/**
 * One network of a pool. `maskBits` of `maskWidth` is the mask as MetalLB sees it: for an IPv4-mapped network such as
 * `::ffff:10.0.0.0/120` that is 120 of 128, although the network holds IPv4 addresses.
 */
export interface PoolNetwork {
  readonly first: Ip;
  readonly last: Ip;
  readonly maskBits: number;
  readonly maskWidth: 32 | 128;
  readonly text: string;
}

/** The networks of one `addresses` entry, ascending, or why MetalLB refuses it, in MetalLB's words. */
export type PoolEntry =
  { readonly ok: true; readonly networks: readonly PoolNetwork[] } | { readonly ok: false; readonly problem: string };

/**
 * Reads one entry of a pool's `addresses` (R1, R2): with a dash a range, its ends trimmed, else a network, not trimmed.
 * Source: MetalLB internal/config ParseCIDR, Go net.ParseCIDR and net.ParseIP.
 */
export function parsePoolEntry(text: string): PoolEntry {
  return text.includes('-') ? parseRangeEntry(text) : parseNetworkEntry(text);
}

function parseNetworkEntry(text: string): PoolEntry {
  const slash = text.indexOf('/');
  const address = parseAddress(text.slice(0, Math.max(slash, 0)));
  const digits = text.slice(slash + 1);
  const width = address?.family === 4 ? 32 : 128;
  if (address === undefined || !/^\d+$/.test(digits) || Number(digits) > width) {
    return { ok: false, problem: `invalid CIDR "${text}"` };
  }
  return { ok: true, networks: [networkOf(address, Number(digits))] };
}

function networkOf({ family, value }: Address, prefix: number): PoolNetwork {
  const width = family === 4 ? 32 : 128;
  const shift = BigInt(width - prefix);
  const { first, last } = cidrToRange({ family, base: (value >> shift) << shift, prefix });
  const isMapped = typeof toIp(family, first) === 'number' && family === 6;
  const shown: Cidr = isMapped
    ? { family: 4, base: first & 0xffffffffn, prefix: prefix - 96 }
    : { family, base: first, prefix };
  return {
    first: toIp(family, first),
    last: toIp(family, last),
    maskBits: prefix,
    maskWidth: width,
    text: formatCidr(shown),
  };
}

function parseRangeEntry(text: string): PoolEntry {
  const dash = text.indexOf('-');
  const [startText, endText] = [text.slice(0, dash), text.slice(dash + 1)];
  const start = parseIp(startText.trim());
  if (start === undefined) return refuse(text, `invalid start IP "${startText}"`);
  const end = parseIp(endText.trim());
  if (end === undefined) return refuse(text, `invalid end IP "${endText}"`);
  if (sortValue(start) > sortValue(end)) {
    return refuse(text, `start IP "${ipText(start)}" is after the end IP "${ipText(end)}"`);
  }
  if (typeof start !== typeof end) return { ok: true, networks: [] };
  const family = typeof start === 'number' ? 4 : 6;
  const cidrs = rangeToCidrs({ family, first: BigInt(start), last: BigInt(end) });
  return { ok: true, networks: cidrs.map((cidr) => networkOf({ family, value: cidr.base }, cidr.prefix)) };
}

/** Ends are compared as 16 bytes, IPv4 in its mapped form. */
function sortValue(ip: Ip): bigint {
  return typeof ip === 'number' ? (0xffffn << 32n) | BigInt(ip) : ip;
}

function refuse(text: string, cause: string): PoolEntry {
  return { ok: false, problem: `invalid IP range "${text}": ${cause}` };
}
