import type { DeviceComputeNetwork } from '@iotedge-networking/contract';
import { addressSet, formatRange, parseRange } from '@iotedge-networking/addressing';
import { canonicalRanges, type PoolRanges } from './metallb-settings.ts';
import type { PlanChange } from './plan-change.ts';

/** The pools as they will be, and how that differs from now. */
export interface NextPools {
  readonly pools: PoolRanges;
  readonly changes: readonly PlanChange[];
}

/**
 * The pools that network.yaml declares, beside those that the device reports. Where it declares none, the device's stay. On a managed device the one pool may
 * have any name: the pool `default` of network.yaml is that one.
 */
export function nextPools(compute: DeviceComputeNetwork, reported: PoolRanges): NextPools {
  const declared = renamed(compute.externalServiceIps, reported);
  if (Object.keys(declared).length === 0) return { pools: reported, changes: [] };
  const pools = compute.managePools ? declared : { ...reported, ...declared };
  const names = [...new Set([...Object.keys(reported), ...Object.keys(pools)])].sort();
  const by = compute.managePools ? ('module' as const) : ('operator' as const);
  const changes = names.flatMap((pool): readonly PlanChange[] => {
    const from = reported[pool] ?? [];
    const to = pools[pool] ?? [];
    return merged(from).join() === merged(to).join()
      ? []
      : [{ kind: 'pool-changed', pool, from: canonicalRanges(from), to: canonicalRanges(to), by }];
  });
  return { pools, changes };
}

function renamed(declared: PoolRanges, reported: PoolRanges): PoolRanges {
  const [only, ...others] = Object.keys(reported);
  const isPlain = Object.keys(declared).join() === 'default' && declared.default !== undefined;
  if (!isPlain || only === undefined || others.length > 0) return declared;
  return { [only]: declared.default ?? [] };
}

/** Ranges in one form however they are cut. */
function merged(ranges: readonly string[]): readonly string[] {
  const parsed = ranges.flatMap((text) => {
    const one = parseRange(text);
    return one.ok ? [one.range] : [];
  });
  return addressSet(parsed).ranges.map(formatRange);
}
