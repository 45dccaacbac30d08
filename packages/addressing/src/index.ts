export { addressAt, compareAddresses, formatAddress, parseAddress } from './address.ts';
export type { Address, Family } from './address.ts';
export {
  formatRange,
  iterateRange,
  rangeContains,
  rangeIntersection,
  rangeSize,
  rangesOverlap,
} from './address-range.ts';
export type { AddressRange } from './address-range.ts';
export { addressSet } from './address-set.ts';
export type { AddressSet } from './address-set.ts';
export { cidrToRange, formatCidr, parseCidr, rangeToCidrs } from './cidr.ts';
export type { Cidr } from './cidr.ts';
export { parseRange } from './parse-range.ts';
export type { ParsedRange } from './parse-range.ts';
