import { cidrToRange, formatAddress, formatCidr, parseAddress, parseCidr } from '@iotedge-networking/addressing';
import type { AddressRange } from '@iotedge-networking/addressing';

/** Gives pods their addresses as Calico's IPAM does: each node owns blocks of 64 addresses, taken from the pod subnet when needed. */
export interface PodAddressPool {
  /** A free address from the node's blocks, or undefined when the subnet is used up. */
  allocate(node: string): string | undefined;
  /** Takes an address that a pod already has (after a restart of the simulator). False when it is outside the subnet or taken. */
  reserve(node: string, ip: string): boolean;
  /** Gives an address back. It goes to the end of the block's queue, so that it is not reused at once. */
  release(ip: string): void;
  /** The blocks in use, with the node that owns each: `172.27.0.0/26`. */
  blocks(): readonly { readonly cidr: string; readonly node: string }[];
}

interface Block {
  readonly first: bigint;
  readonly node: string;
  readonly free: bigint[];
  readonly used: Set<bigint>;
}

const blockPrefix = 26;
const blockBits = 6n;
const blockSize = 1n << blockBits;

/** A pool over the pod subnet, an IPv4 network such as 172.27.0.0/16. Throws when the text is not a network of at least one /26. */
export function podAddressPool(subnet: string): PodAddressPool {
  const cidr = parseCidr(subnet);
  if (cidr?.family !== 4 || cidr.prefix > blockPrefix) {
    throw new Error(
      `The pod subnet "${subnet}" is not an IPv4 network of at least 64 addresses, such as 172.27.0.0/16`,
    );
  }
  return new BlockPool(cidrToRange(cidr));
}

class BlockPool implements PodAddressPool {
  readonly #subnet: AddressRange;
  readonly #blocks = new Map<bigint, Block>();

  constructor(subnet: AddressRange) {
    this.#subnet = subnet;
  }

  allocate(node: string): string | undefined {
    const block = this.#roomFor(node);
    const value = block?.free.shift();
    if (block === undefined || value === undefined) return undefined;
    block.used.add(value);
    return formatAddress({ family: 4, value });
  }

  reserve(node: string, ip: string): boolean {
    const value = parseAddress(ip)?.value;
    if (value === undefined || value < this.#subnet.first || value > this.#subnet.last) return false;
    const first = this.#blockOf(value);
    const block = this.#blocks.get(first) ?? this.#claim(node, first);
    const index = block.free.indexOf(value);
    if (index < 0) return false;
    block.free.splice(index, 1);
    block.used.add(value);
    return true;
  }

  release(ip: string): void {
    const value = parseAddress(ip)?.value;
    const block = value === undefined ? undefined : this.#blocks.get(this.#blockOf(value));
    if (value !== undefined && block?.used.delete(value) === true) block.free.push(value);
  }

  blocks(): { cidr: string; node: string }[] {
    return [...this.#blocks.values()].map(({ first, node }) => ({
      cidr: formatCidr({ family: 4, base: first, prefix: blockPrefix }),
      node,
    }));
  }

  #blockOf(value: bigint): bigint {
    return this.#subnet.first + (((value - this.#subnet.first) >> blockBits) << blockBits);
  }

  #claim(node: string, first: bigint): Block {
    const all = Array.from({ length: Number(blockSize) }, (_, index) => first + BigInt(index));
    // The subnet's own first address stays unused: many tools read it as the network, not as a host.
    const free = all.filter((value) => value !== this.#subnet.first);
    const block = { first, node, free, used: new Set<bigint>() };
    this.#blocks.set(first, block);
    return block;
  }

  /** A block of the node with room, a new block, or when no block is left one of another node. */
  #roomFor(node: string): Block | undefined {
    const own = [...this.#blocks.values()].find((block) => block.node === node && block.free.length > 0);
    if (own !== undefined) return own;
    for (let first = this.#subnet.first; first <= this.#subnet.last; first += blockSize) {
      if (!this.#blocks.has(first)) return this.#claim(node, first);
    }
    return [...this.#blocks.values()].find((block) => block.free.length > 0);
  }
}
