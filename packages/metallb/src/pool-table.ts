import type { MetalLbConfig, PoolConfig, ServiceAllocation } from './config.ts';
import { isBuggy, minus, plus } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import { anySelectorMatches } from './label-selector.ts';
import type { Labels } from './label-selector.ts';
import type { Behaviour } from './metallb-version.ts';
import { poolCapacity } from './pool-capacity.ts';
import type { Capacity } from './pool-capacity.ts';
import { parsePoolEntry } from './pool-entry.ts';
import type { PoolNetwork } from './pool-entry.ts';

/** A stretch of consecutive addresses of a pool; `position` is how many addresses of its family come before it (R5). */
export interface Segment {
  readonly pool: Pool;
  readonly first: Ip;
  readonly last: Ip;
  readonly position: Ip;
}

/** A pool, ready for allocation. */
export interface Pool {
  readonly config: PoolConfig;
  readonly name: string;
  readonly networks: readonly PoolNetwork[];
  readonly segments: { readonly 4: readonly Segment[]; readonly 6: readonly Segment[] };
  readonly capacity: Capacity;
  /** Namespaces that are pinned by name or by label; undefined when no namespace was meant. */
  readonly namespaces: ReadonlySet<string>;
  readonly selectsAll: boolean;
  /** Smaller first, 0 last. */
  readonly priority: number;
}

/** What a pool's choice of Services looks at. */
export interface Applicant {
  readonly namespace: string;
  readonly labels: Labels;
}

/** A namespace of the cluster with its labels. */
export interface Namespace {
  readonly name: string;
  readonly labels?: Labels;
}

const none: readonly never[] = [];

/** The pools of one configuration with the indexes that allocation needs. */
export class PoolTable {
  readonly pools: readonly Pool[];
  readonly #byName: ReadonlyMap<string, Pool>;
  readonly #byNamespace = new Map<string, Pool[]>();
  readonly #bySelector: readonly Pool[];
  readonly #open: readonly (readonly Pool[])[];
  readonly #sorted: { readonly 4: readonly Segment[]; readonly 6: readonly Segment[] };

  constructor(config: MetalLbConfig, namespaces: readonly Namespace[], behaviour: Behaviour) {
    this.pools = config.pools.map((pool) => buildPool(pool, namespaces, behaviour));
    this.#byName = new Map(this.pools.map((pool) => [pool.name, pool]));
    for (const pool of this.pools) {
      for (const namespace of pool.namespaces) {
        this.#byNamespace.set(namespace, [...(this.#byNamespace.get(namespace) ?? []), pool]);
      }
    }
    this.#bySelector = this.pools.filter(selectsByLabel).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#open = [
      this.pools.filter(({ config: { autoAssign, serviceAllocation } }) => autoAssign && !serviceAllocation),
    ];
    this.#sorted = { 4: sortSegments(this.pools, 4), 6: sortSegments(this.pools, 6) };
  }

  named(name: string): Pool | undefined {
    return this.#byName.get(name);
  }

  /** The one group of pools that any Service may get an address from; MetalLB tries them in random order (R7). */
  get open(): readonly (readonly Pool[])[] {
    return this.#open;
  }

  /**
   * Pools pinned to this Service in the order MetalLB tries them. Groups of more than one are tried in random order.
   * Source: MetalLB internal/allocator pinnedPoolsForService and sortPools.
   */
  pinned(applicant: Applicant): readonly (readonly Pool[])[] {
    const byNamespace = this.#byNamespace.get(applicant.namespace) ?? none;
    if (byNamespace.length + this.#bySelector.length === 0) return none;
    const usable = (pool: Pool): boolean => pool.config.autoAssign && isCompatible(pool, applicant);
    const tries = [
      ...byNamespace.filter(usable).map((pool) => ({ pool, shuffled: true })),
      ...this.#bySelector.filter(usable).map((pool) => ({ pool, shuffled: false })),
    ];
    return groupTies(sortByPriority(tries));
  }

  /** The segment that holds an address, whatever the pool's flags. */
  segmentOf(ip: Ip): Segment | undefined {
    const segments = this.#sorted[typeof ip === 'number' ? 4 : 6];
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const segment = segments[middle];
      if (segment !== undefined && segment.first <= ip) low = middle + 1;
      else high = middle;
    }
    const found = segments[low - 1];
    return found !== undefined && ip <= found.last ? found : undefined;
  }

  /** The one pool that owns all these addresses and may hand them out. Source: MetalLB internal/allocator poolFor. */
  poolOf(ips: readonly Ip[]): Pool | undefined {
    const pool = this.holderOf(ips);
    return pool?.config.avoidBuggyIPs === true && ips.some(isBuggy) ? undefined : pool;
  }

  /** The one pool that all these addresses lie in. Source: MetalLB speaker poolFor. */
  holderOf(ips: readonly Ip[]): Pool | undefined {
    const [first] = ips;
    if (first === undefined) return undefined;
    const owner = this.segmentOf(first)?.pool;
    return ips.every((ip) => ip === first || this.segmentOf(ip)?.pool === owner) ? owner : undefined;
  }
}

/** Where an address stands in its pool's order. */
export function positionIn(segment: Segment, ip: Ip): Ip {
  return plus(segment.position, minus(ip, segment.first));
}

/** Whether a pool may serve this Service at all: namespaces and selectors both have to agree (R7, R9). */
export function isCompatible(pool: Pool, applicant: Applicant): boolean {
  const allocation = pool.config.serviceAllocation;
  if (allocation === undefined) return true;
  if (pool.namespaces.size > 0 && !pool.namespaces.has(applicant.namespace)) return false;
  if (allocation.serviceSelectors.length === 0) return true;
  return anySelectorMatches(allocation.serviceSelectors, applicant.labels);
}

function selectsByLabel(pool: Pool): boolean {
  return pool.selectsAll || (pool.config.serviceAllocation?.serviceSelectors.length ?? 0) > 0;
}

function buildPool(config: PoolConfig, namespaces: readonly Namespace[], behaviour: Behaviour): Pool {
  const networks = config.addresses.flatMap((entry) => {
    const parsed = parsePoolEntry(entry);
    return parsed.ok ? parsed.networks : [];
  });
  const allocation = config.serviceAllocation;
  const pool = {
    config,
    name: config.name,
    networks,
    capacity: poolCapacity(networks, config.avoidBuggyIPs),
    namespaces: allocation === undefined ? new Set<string>() : pinnedNamespaces(allocation, namespaces),
    priority: allocation?.priority ?? 0,
    selectsAll: allocation !== undefined && behaviour.emptyAllocationMatchesAll && namesNobody(allocation),
    segments: { 4: [] as Segment[], 6: [] as Segment[] },
  };
  for (const network of networks) addNetwork(pool, network);
  return pool;
}

function namesNobody({ namespaces, namespaceSelectors, serviceSelectors }: ServiceAllocation): boolean {
  return namespaces.length + namespaceSelectors.length + serviceSelectors.length === 0;
}

function pinnedNamespaces(allocation: ServiceAllocation, namespaces: readonly Namespace[]): Set<string> {
  const selected = namespaces.filter(({ labels = {} }) => anySelectorMatches(allocation.namespaceSelectors, labels));
  return new Set([...allocation.namespaces, ...selected.map(({ name }) => name)]);
}

/** Neighbouring networks of one entry become one segment. */
function addNetwork(pool: Pool & { segments: { 4: Segment[]; 6: Segment[] } }, { first, last }: PoolNetwork): void {
  const segments = pool.segments[typeof first === 'number' ? 4 : 6];
  const before = segments.at(-1);
  const one = typeof first === 'number' ? 1 : 1n;
  if (before === undefined) {
    segments.push({ pool, first, last, position: minus(first, first) });
  } else if (plus(before.last, one) === first) {
    segments[segments.length - 1] = { ...before, last };
  } else {
    segments.push({ pool, first, last, position: plus(positionIn(before, before.last), one) });
  }
}

function sortSegments(pools: readonly Pool[], family: 4 | 6): Segment[] {
  return pools.flatMap(({ segments }) => segments[family]).sort((a, b) => (a.first < b.first ? -1 : 1));
}

interface Try {
  readonly pool: Pool;
  readonly shuffled: boolean;
}

/**
 * The insertion sort that Go's sort.Slice does for up to twelve items, with MetalLB's comparison, which is no order: pools
 * without a priority change places whenever they meet and so end up last, reversed.
 */
function sortByPriority(tries: Try[]): Try[] {
  for (let end = 1; end < tries.length; end += 1) {
    for (let index = end; index > 0; index -= 1) {
      const [before, item] = tries.slice(index - 1, index + 1);
      if (before === undefined || item === undefined || !comesFirst(priorityOf(item), priorityOf(before))) break;
      tries.splice(index - 1, 2, item, before);
    }
  }
  return tries;
}

function priorityOf({ pool }: Try): number {
  return pool.priority;
}

function comesFirst(a: number, b: number): boolean {
  if (a > 0 && b > 0) return a < b;
  return !(a === 0 && b > 0);
}

/** Pools found by namespace come out of a Go map in random order; those of equal priority stay a group. */
function groupTies(tries: readonly Try[]): Pool[][] {
  const groups: Pool[][] = [];
  let previous: Try | undefined;
  for (const item of tries) {
    const tied = previous?.shuffled === true && item.shuffled && priorityOf(previous) === priorityOf(item);
    if (tied) groups.at(-1)?.push(item.pool);
    else groups.push([item.pool]);
    previous = item;
  }
  return groups;
}
