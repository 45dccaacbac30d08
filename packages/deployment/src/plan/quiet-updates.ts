import { parseAddress, parseRange, type Family } from '@iotedge-networking/addressing';
import type { LoadBalancerService, MetalLbConfig } from '@iotedge-networking/metallb';
import type { CurrentState } from './current-state.ts';
import type { PoolRanges } from './metallb-settings.ts';
import type { ServiceIntent } from './service-intent.ts';

/** Everything that decides what becomes of the addresses of a device. */
export interface UpdateSituation {
  readonly current: CurrentState;
  /** How MetalLB is to be. */
  readonly config: MetalLbConfig;
  /** The Services that there are to be. */
  readonly intents: readonly ServiceIntent[];
}

/** Situations in which an update changes no address, and nothing else is to be said about them. */
export interface QuietUpdates {
  /** A text that is equal for situations which differ by nothing but where the pools lie: MetalLB decides by order and distance. */
  readonly nameOf: (situation: UpdateSituation) => string;
  readonly has: (name: string) => boolean;
  readonly add: (name: string) => void;
}

/** Situations kept at a time. */
const CAPACITY = 1024;

/** Remembers quiet situations: most updates of a fleet exchange an image and leave every address where it is, which then is played through once. */
export function quietUpdates(): QuietUpdates {
  const numbers = new WeakMap<ServiceIntent, number>();
  let count = 0;
  const numberOf = (intent: ServiceIntent): number => {
    const number = numbers.get(intent) ?? (count += 1);
    numbers.set(intent, number);
    return number;
  };
  const names = new Set<string>();
  return {
    nameOf: (situation) => nameOf(situation, numberOf),
    has: (name) => names.has(name),
    add: (name) => {
      if (names.size >= CAPACITY) names.clear();
      names.add(name);
    },
  };
}

function nameOf({ current, config, intents }: UpdateSituation, numberOf: (intent: ServiceIntent) => number): string {
  const { metallb, hasLoadBalancer, pools, services, deployed } = current;
  const before = [...deployed.values()];
  const next = Object.fromEntries(config.pools.map(({ name, addresses }) => [name, addresses]));
  const place = isFixed(before) || isFixed(intents) ? absolutePlace : placeFrom(basesOf(pools));
  return JSON.stringify([
    [metallb.version, hasLoadBalancer, config.bgpAdvertisements.length],
    [placedPools(pools, place), placedPools(next, place)],
    [before.map(numberOf), intents.map(numberOf)],
    [...services].map(([key, service]) => [key, placedService(service, place), deployed.has(key) ? 0 : service.ports]),
  ]);
}

/** An address that is asked for by name does not move with the pools. */
function isFixed(intents: readonly ServiceIntent[]): boolean {
  return intents.some(({ explicitAddress }) => explicitAddress);
}

/** Where an address is, as a text. */
type Place = (family: Family, value: bigint) => string;

const absolutePlace: Place = (family, value) => `${family} ${value}`;

function placeFrom(bases: Readonly<Partial<Record<Family, bigint>>>): Place {
  return (family, value) => `${family} ${value - (bases[family] ?? 0n)}`;
}

/** The first address of the pools, by family; distances are counted from it. */
function basesOf(pools: PoolRanges): Readonly<Partial<Record<Family, bigint>>> {
  const bases: Partial<Record<Family, bigint>> = {};
  for (const text of Object.values(pools).flat()) {
    const parsed = parseRange(text);
    if (parsed.ok) bases[parsed.range.family] ??= parsed.range.first;
  }
  return bases;
}

function placedPools(pools: PoolRanges, place: Place): readonly unknown[] {
  return Object.entries(pools).map(([name, ranges]) => [name, ...ranges.map((text) => placedRange(text, place))]);
}

function placedRange(text: string, place: Place): string {
  const parsed = parseRange(text);
  if (!parsed.ok) return text;
  const { family, first, last } = parsed.range;
  return `${place(family, first)} ${last - first}`;
}

function placedService({ type, status = [], clusterIPs }: LoadBalancerService, place: Place): string {
  const addresses = status.map((text) => placedAddress(text, place));
  // Which cluster IP it is makes no difference, its family does.
  const families = clusterIPs.map((text) => placedAddress(text, (family) => `${family}`));
  return [type, addresses.join(), families.join()].join(' ');
}

function placedAddress(text: string, place: Place): string {
  const address = parseAddress(text);
  return address === undefined ? text : place(address.family, address.value);
}
