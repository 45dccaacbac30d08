import { formatAddress, parseAddress } from './address.ts';
import type { AddressRange } from './address-range.ts';
import { cidrToRange, parseCidr } from './cidr.ts';

/** A range that was read, or one sentence about what is wrong with the text and what to write instead. */
export type ParsedRange =
  | { readonly ok: true; readonly range: AddressRange; readonly hostBits?: true }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads `first-last` (blanks around the dash are tolerated), `address/prefix` or a bare address. Bits of an address beyond its
 * prefix are set to zero and reported as `hostBits`, because the author probably meant something narrower.
 */
export function parseRange(text: string): ParsedRange {
  const trimmed = text.trim();
  if (trimmed === '') return refuse('the range is empty: write first-last, address/prefix or one address');
  if (trimmed.includes('-')) return parseFirstLast(trimmed);
  return trimmed.includes('/') ? parseNetwork(trimmed) : parseSingle(trimmed);
}

function parseFirstLast(text: string): ParsedRange {
  const dash = text.indexOf('-');
  const firstText = text.slice(0, dash).trim();
  const lastText = text.slice(dash + 1).trim();
  const first = parseAddress(firstText);
  if (first === undefined) return refuse(`"${firstText}" in "${text}" is not an address: write both ends in full`);
  const last = parseAddress(lastText);
  if (last === undefined) return refuse(`"${lastText}" in "${text}" is not an address: write both ends in full`);
  if (first.family !== last.family) {
    return refuse(`"${text}" mixes IPv4 and IPv6: write one range for each`);
  }
  if (first.value > last.value) {
    return refuse(`"${text}" ends before it starts: write ${formatAddress(last)}-${formatAddress(first)}`);
  }
  return { ok: true, range: { family: first.family, first: first.value, last: last.value } };
}

function parseNetwork(text: string): ParsedRange {
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    return refuse(`"${text}" is not a network: write address/prefix, such as 10.0.0.0/24 or fd00::/120`);
  }
  const range = cidrToRange(cidr);
  const written = parseAddress(text.slice(0, text.indexOf('/')));
  return written?.value === cidr.base ? { ok: true, range } : { ok: true, range, hostBits: true };
}

function parseSingle(text: string): ParsedRange {
  const address = parseAddress(text);
  if (address === undefined) {
    return refuse(`"${text}" is not an address: write first-last, address/prefix or one address`);
  }
  return { ok: true, range: { family: address.family, first: address.value, last: address.value } };
}

function refuse(problem: string): ParsedRange {
  return { ok: false, problem };
}
