import { addressAt, formatAddress, parseAddress } from '@iotedge-networking/addressing';
import type { Family } from '@iotedge-networking/addressing';

/**
 * An address inside the model: IPv4 as a number, IPv6 as a bigint, so that the hot path of IPv4 allocates nothing and the
 * two families never collide as map keys. IPv4-mapped IPv6 is IPv4, as it is in MetalLB (R2).
 */
export type Ip = number | bigint;

const mapped = 0xffffn;

/** Reads one address the way Go's net.ParseIP does. */
export function parseIp(text: string): Ip | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const address = parseAddress(text);
  return address === undefined ? undefined : toIp(address.family, address.value);
}

/** Reads a dotted quad digit by digit: most addresses that the model meets are of this kind, many of them again and again. */
function parseIpv4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit === DOT && octet >= 0) {
      value = value * 256 + octet;
      octet = -1;
      dots += 1;
    } else {
      octet = withDigit(octet, digit);
      if (octet > 255) return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : undefined;
}

const DOT = '.'.charCodeAt(0) - 48;

/** An octet with one more digit; above 255 when that is no octet, as with a leading zero. */
function withDigit(octet: number, digit: number): number {
  if (digit < 0 || digit > 9 || octet === 0) return 256;
  return octet < 0 ? digit : octet * 10 + digit;
}

/** The addresses among the texts. */
export function parseIps(texts: readonly string[]): Ip[] {
  return texts.map(parseIp).filter((ip) => ip !== undefined);
}

/** The model's form of an address. */
export function toIp(family: Family, value: bigint): Ip {
  if (family === 4) return Number(value);
  return value >> 32n === mapped ? Number(value & 0xffffffffn) : value;
}

/** Prints an address as MetalLB writes it into a Service's status. */
export function ipText(ip: Ip): string {
  if (typeof ip === 'bigint') return formatAddress(addressAt(6, ip));
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
}

/** The family an address belongs to. */
export function ipFamily(ip: Ip): Family {
  return typeof ip === 'number' ? 4 : 6;
}

/** Sum of two numbers of one kind. */
export function plus(a: Ip, b: Ip): Ip {
  return typeof a === 'number' && typeof b === 'number' ? a + b : BigInt(a) + BigInt(b);
}

/** Difference of two numbers of one kind. */
export function minus(a: Ip, b: Ip): Ip {
  return typeof a === 'number' && typeof b === 'number' ? a - b : BigInt(a) - BigInt(b);
}

/** IPv4 addresses ending in 0 or 255, which `avoidBuggyIPs` never hands out. */
export function isBuggy(ip: Ip): boolean {
  if (typeof ip === 'bigint') return false;
  const last = ip & 255;
  return last === 0 || last === 255;
}
