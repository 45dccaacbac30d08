import { isBuggy } from './ip-number.ts';
import type { PoolNetwork } from './pool-entry.ts';

/** How many addresses a pool counts as its own, per family, as the pool's status shows it. */
export interface Capacity {
  readonly ipv4: bigint;
  readonly ipv6: bigint;
}

const endless = (1n << 63n) - 1n;

/**
 * Counts a pool as MetalLB does (R4): .0 and .255 count unless `avoidBuggyIPs`; IPv6 networks of /66 and wider count as the
 * greatest 64-bit integer, and sums wrap around like 64-bit integers; a lone buggy address counts −1.
 * Source: MetalLB internal/allocator poolCount.
 */
export function poolCapacity(networks: readonly PoolNetwork[], avoidBuggyIPs: boolean): Capacity {
  let ipv4 = 0n;
  let ipv6 = 0n;
  for (const network of networks) {
    if (network.maskWidth - network.maskBits >= 62) {
      ipv6 = endless;
      continue;
    }
    const size = networkSize(network) - (avoidBuggyIPs ? buggyCount(network) : 0n);
    if (typeof network.first === 'number') ipv4 = BigInt.asIntN(64, ipv4 + size);
    else ipv6 = BigInt.asIntN(64, ipv6 + size);
  }
  return { ipv4, ipv6 };
}

function networkSize(network: PoolNetwork): bigint {
  return 1n << BigInt(network.maskWidth - network.maskBits);
}

function buggyCount(network: PoolNetwork): bigint {
  if (network.maskBits <= 24) return 1n << BigInt(25 - network.maskBits);
  return (isBuggy(network.first) ? 1n : 0n) + (isBuggy(network.last) ? 1n : 0n);
}
