import type { Problem } from '@iotedge-networking/contract';
import type { PoolConfig, ServiceAllocation } from './config.ts';
import { placeOf } from './config-place.ts';
import type { Dialect, Place } from './config-place.ts';
import { selectorListProblems } from './check-lists.ts';
import { parsePoolEntry } from './pool-entry.ts';
import type { PoolNetwork } from './pool-entry.ts';

interface OwnedNetwork {
  readonly pool: string;
  readonly network: PoolNetwork;
}

/** Everything wrong with the pools, in the order MetalLB finds it (R1–R3). Source: internal/config poolsFor. */
export function poolProblems(pools: readonly PoolConfig[], dialect: Dialect): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const mayOverlap = anyOverlap(pools.flatMap(networksOf));
  for (const [index, pool] of pools.entries()) {
    const place = placeOf(dialect, 'pool', index, pool.name);
    problems.push(...singlePoolProblems(pool, place));
    if (seen.has(pool.name)) {
      const message = `duplicate definition of pool "${pool.name}"`;
      problems.push({ code: 'duplicate-pool', path: place.path, message, fix: 'Give every pool its own name.' });
    }
    seen.add(pool.name);
    if (mayOverlap)
      problems.push(...overlapProblems(networksOf(pool), pools.slice(0, index).flatMap(networksOf), place.path));
  }
  return problems;
}

function singlePoolProblems(pool: PoolConfig, { path, parsing }: Place): Problem[] {
  const report = (code: string, message: string, fix?: string): Problem => ({
    code,
    path,
    message: parsing + message,
    fix,
  });
  if (pool.name === '') return [report('missing-name', 'missing pool name')];
  if (pool.addresses.length === 0) {
    return [report('no-addresses', 'pool has no prefixes defined', 'Write at least one range or CIDR.')];
  }
  const entries = pool.addresses.flatMap((entry) => {
    const parsed = parsePoolEntry(entry);
    if (parsed.ok) return [];
    const fix = 'Write address/prefix or first-last, both ends in full; one address alone is a/32 or a-a.';
    return [report('invalid-addresses', `invalid CIDR "${entry}" in pool "${pool.name}": ${parsed.problem}`, fix)];
  });
  const allocation = pool.serviceAllocation === undefined ? [] : allocationProblems(pool.serviceAllocation, pool.name);
  return [...entries, ...allocation.map((message) => report('invalid-service-allocation', message))];
}

function allocationProblems(allocation: ServiceAllocation, pool: string): string[] {
  const { namespaces, namespaceSelectors, serviceSelectors } = allocation;
  return [
    ...(new Set(namespaces).size < namespaces.length ? ['duplicate definition in namespaces field'] : []),
    ...selectorListProblems(
      namespaceSelectors,
      'namespaceSelectors',
      `invalid namespace label selector in ip pool ${pool}`,
    ),
    ...selectorListProblems(serviceSelectors, 'serviceSelectors', `invalid service label selector in ip pool ${pool}`),
  ];
}

function networksOf(pool: PoolConfig): OwnedNetwork[] {
  return pool.addresses.flatMap((entry) => {
    const parsed = parsePoolEntry(entry);
    return parsed.ok ? parsed.networks.map((network) => ({ pool: pool.name, network })) : [];
  });
}

/** One problem per network that meets an earlier one; of several earlier ones the first written is named. */
function overlapProblems(own: readonly OwnedNetwork[], before: readonly OwnedNetwork[], path: string): Problem[] {
  return own.flatMap(({ network, pool }, index) => {
    const earlier = [...before, ...own.slice(0, index)].find((other) => meets(other.network, network));
    if (earlier === undefined) return [];
    const message = `CIDR "${network.text}" in pool "${pool}" overlaps with already defined CIDR "${earlier.network.text}"`;
    const fix = `Take the common addresses out of "${pool}" or of "${earlier.pool}".`;
    return [{ code: 'overlapping-pools', path, message, fix }];
  });
}

function anyOverlap(owned: readonly OwnedNetwork[]): boolean {
  const sorted = owned.map(({ network }) => network).sort(compareNetworks);
  return sorted.some((network, index) => {
    const next = sorted[index + 1];
    return next !== undefined && meets(network, next);
  });
}

function compareNetworks(a: PoolNetwork, b: PoolNetwork): number {
  if (typeof a.first !== typeof b.first) return typeof a.first === 'number' ? -1 : 1;
  if (a.first === b.first) return 0;
  return a.first < b.first ? -1 : 1;
}

function meets(a: PoolNetwork, b: PoolNetwork): boolean {
  return typeof a.first === typeof b.first && a.first <= b.last && b.first <= a.last;
}
