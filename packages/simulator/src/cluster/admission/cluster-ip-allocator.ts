import { cidrToRange, formatAddress, parseAddress, parseCidr } from '@iotedge-networking/addressing';
import type { AddressRange } from '@iotedge-networking/addressing';

/** Keeps the books of the cluster IPs of one address family. */
export interface ClusterIpAllocator {
  readonly family: 'IPv4' | 'IPv6';
  readonly subnet: string;
  /** An address nobody has; undefined when all are taken. */
  next(random: () => number): string | undefined;
  /** Why an address asked for cannot be given; undefined when it can. */
  refusal(address: string): string | undefined;
  take(address: string): void;
  release(address: string): void;
}

/** Makes the allocator of a subnet. The network address and (IPv4) the broadcast address are never given. */
export function clusterIpAllocator(subnet: string): ClusterIpAllocator {
  const cidr = parseCidr(subnet);
  if (cidr === undefined) throw new Error(`the cluster IP subnet "${subnet}" is not a network such as 172.28.0.0/16`);
  const range = cidrToRange(cidr);
  const usable = { family: cidr.family, first: range.first + 1n, last: range.last - (cidr.family === 4 ? 1n : 0n) };
  const taken = new Set<string>();
  return {
    family: cidr.family === 4 ? 'IPv4' : 'IPv6',
    subnet,
    next: (random) => pick(usable, taken, random),
    refusal: (text) => {
      const address = parseAddress(text);
      const inside = address !== undefined && address.family === cidr.family && holds(usable, address.value);
      if (!inside) return `provided IP is not in the valid range. The range of valid IPs is ${subnet}`;
      return taken.has(formatAddress(address)) ? 'provided IP is already allocated' : undefined;
    },
    take: (address) => void taken.add(canonical(address)),
    release: (address) => void taken.delete(canonical(address)),
  };
}

/** The n-th address of a subnet: 1 is the `kubernetes` Service's, 10 by convention that of the cluster's DNS. */
export function addressOfSubnet(subnet: string, offset: number): string {
  const cidr = parseCidr(subnet);
  if (cidr === undefined) throw new Error(`"${subnet}" is not a network`);
  return formatAddress({ family: cidr.family, value: cidr.base + BigInt(offset) });
}

// The lower part of the subnet is for addresses chosen by people (KEP-3070): min(max(16, size / 16), 256).
function pick(range: AddressRange, taken: ReadonlySet<string>, random: () => number): string | undefined {
  const size = Number(minimum(range.last - range.first + 1n, 1n << 32n));
  const band = size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256);
  const start = band + Math.floor(random() * (size - band));
  for (let step = 0; step < size; step++) {
    const offset = step < size - band ? band + ((start - band + step) % (size - band)) : size - 1 - step;
    const address = formatAddress({ family: range.family, value: range.first + BigInt(offset) });
    if (!taken.has(address)) return address;
  }
  return undefined;
}

function holds(range: AddressRange, value: bigint): boolean {
  return value >= range.first && value <= range.last;
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function canonical(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}
