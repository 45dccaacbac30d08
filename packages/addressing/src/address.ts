/** The version of the Internet Protocol an address belongs to. */
export type Family = 4 | 6;

/** One address. `value` is the address read as an unsigned number, network byte order: 10.0.0.1 is 0x0a000001n. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

const highestOf: Readonly<Record<Family, bigint>> = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n };
const mappedPrefix = 0xffffn;

/** The address with this number. Throws a RangeError when the number is outside the family: that is a bug of the caller. */
export function addressAt(family: Family, value: bigint): Address {
  if (value < 0n || value > highestOf[family]) {
    throw new RangeError(`${value} is not an IPv${family} address: expected 0 to ${highestOf[family]}`);
  }
  return { family, value };
}

/**
 * Reads one address, strictly: IPv4 as a dotted quad without leading zeros, IPv6 in any valid text form (RFC 4291), no zone
 * id, no blanks around. IPv4-mapped IPv6 stays IPv6. Returns undefined for anything else.
 */
export function parseAddress(text: string): Address | undefined {
  const family = text.includes(':') ? 6 : 4;
  const value = family === 6 ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? undefined : { family, value };
}

/** Prints an address: IPv4 as a dotted quad, IPv6 as in RFC 5952 (IPv4-mapped addresses with the dotted quad at the end). */
export function formatAddress(address: Address): string {
  if (address.family === 4) return formatIpv4(address.value);
  if (address.value >> 32n === mappedPrefix) return `::ffff:${formatIpv4(address.value & highestOf[4])}`;
  return formatIpv6(address.value);
}

/** Orders addresses for `sort`: IPv4 before IPv6, then by number. Zero exactly for equal addresses. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

const QUAD = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function parseIpv4(text: string): bigint | undefined {
  const match = QUAD.exec(text);
  if (match === null) return undefined;
  const [a, b, c, d] = [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])];
  if (a > 255 || b > 255 || c > 255 || d > 255) return undefined;
  return BigInt(((a * 256 + b) * 256 + c) * 256 + d);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? joinGroups(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return joinGroups([...head, ...zeros, ...tail]);
}

/** The 16-bit groups of one side of `::`; a dotted quad may stand at the very end of the address. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const quad = parseIpv4(part);
      if (quad === undefined) return undefined;
      groups.push(Number(quad >> 16n), Number(quad & 0xffffn));
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function joinGroups(groups: readonly number[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function formatIpv4(value: bigint): string {
  const number = Number(value);
  return [24, 16, 8, 0].map((shift) => String((number >>> shift) & 255)).join('.');
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  const { start, length } = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
