import type { Outcome } from '@iotedge-networking/contract';
import {
  EMPTY_CONFIG,
  readConfigMap,
  writeConfigMap,
  type BgpAdvertisement,
  type BgpPeer,
  type L2Advertisement,
  type MetalLbConfig,
  type PoolConfig,
} from '@iotedge-networking/metallb';
import type { MetalLbConfigMap, MetalLbSource } from '../gather/snapshot.ts';
import { POOLS_KEY, type Change } from './change.ts';
import type { PoolPlan } from './pool-plan.ts';
import { areSame } from './device-conditions.ts';
import type { Note } from './device-note.ts';
import { MANAGED_PEERS_ANNOTATION, MANAGED_POOLS_ANNOTATION } from './identity.ts';
import { goDuration, type WantedPeer, type WantedPool, type WantedPools } from './wanted-pools.ts';

type ConfigMapSource = Extract<MetalLbSource, { readonly dialect: 'configmap' }>;

const NOTHING: PoolPlan = { changes: [], stages: [], declaredBefore: [], notes: [] };

/**
 * Plans managed pools up to MetalLB 0.12: one ConfigMap for everybody. Which of its pools and peers are the module's stands in annotations; the others are
 * written back as they are. A text that MetalLB refuses is never written over.
 */
export function planPoolConfigMap(
  wanted: WantedPools,
  { namespace, configMap }: ConfigMapSource,
  present: MetalLbConfig | undefined,
): PoolPlan {
  if (configMap === undefined)
    return refused(`There is no ConfigMap in ${namespace} that may be read; make an empty one named config.`);
  const read =
    configMap.text === undefined ? { ok: true as const, value: EMPTY_CONFIG } : readConfigMap(configMap.text);
  if (!read.ok || (configMap.text !== undefined && present === undefined))
    return refused('The ConfigMap of MetalLB is invalid and is not written over; correct it first.');
  const managed = managedPools(configMap);
  const foreign = foreignPools(wanted.pools, read.value, managed);
  const own = wanted.pools.filter(({ name }) => !foreign.has(name));
  const after = nextConfig({ ...wanted, pools: own }, read.value, { managed, peers: managedPeers(configMap) });
  const annotations = nextAnnotations(own, wanted.peers);
  const text = writeConfigMap(after);
  const plan = { ...NOTHING, declaredBefore: [...managed.values()], notes: [...foreign.values()].flat() };
  if (!text.ok) return { ...plan, ...refused(text.problems[0]?.message ?? '') };
  const stage = readConfigMap(text.value);
  if (!isNews(stage, read.value) && isAnnotated(configMap, annotations)) return plan;
  const { name, resourceVersion } = configMap;
  const common = { service: POOLS_KEY, early: true, namespace, name, resourceVersion, annotations };
  const change: Change = { kind: 'edit-config-map', ...common, text: text.value };
  return { ...plan, changes: [change], stages: [stage] };
}

function refused(message: string): PoolPlan {
  return { ...NOTHING, notes: [{ reason: 'PoolChangeRefused', message }] };
}

function isNews(stage: Outcome<MetalLbConfig>, before: MetalLbConfig): boolean {
  return !stage.ok || JSON.stringify(stage.value) !== JSON.stringify(before);
}

function isAnnotated({ annotations }: MetalLbConfigMap, wanted: Readonly<Record<string, string | null>>): boolean {
  return Object.entries(wanted).every(([key, value]) => (annotations[key] ?? null) === value);
}

function nextAnnotations(pools: readonly WantedPool[], peers: readonly WantedPeer[]): Record<string, string | null> {
  const declared = Object.fromEntries(pools.map(({ name, addresses }) => [name, addresses.join(',')]));
  const addresses = peers.map(({ peerAddress }) => peerAddress).join(',');
  return {
    [MANAGED_POOLS_ANNOTATION]: JSON.stringify(declared),
    [MANAGED_PEERS_ANNOTATION]: addresses === '' ? null : addresses,
  };
}

/** What the module wrote, by its annotation; one that is no JSON was not written by the module. */
function managedPools({ annotations }: MetalLbConfigMap): ReadonlyMap<string, string> {
  try {
    const parsed = JSON.parse(annotations[MANAGED_POOLS_ANNOTATION] ?? '{}') as Readonly<Record<string, unknown>>;
    return new Map(Object.entries(parsed).map(([name, ranges]) => [name, String(ranges)]));
  } catch {
    return new Map();
  }
}

function managedPeers({ annotations }: MetalLbConfigMap): ReadonlySet<string> {
  return new Set((annotations[MANAGED_PEERS_ANNOTATION] ?? '').split(',').filter((peer) => peer !== ''));
}

/** Wanted pools that stand there already as somebody else's, with a note for each that differs. */
function foreignPools(
  wanted: readonly WantedPool[],
  { pools }: MetalLbConfig,
  managed: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Note[]> {
  return new Map(
    wanted.flatMap(({ name, addresses }): readonly (readonly [string, readonly Note[]])[] => {
      const actual = managed.has(name) ? undefined : pools.find((pool) => pool.name === name);
      if (actual === undefined) return [];
      if (areSame(actual.addresses.join(','), addresses.join(','))) return [[name, []]];
      const message = `Pool ${name} exists, belongs to somebody else and differs from the document; it is not touched.`;
      return [[name, [{ reason: 'PoolChangeRefused', message }]]];
    }),
  );
}

/** Pools keep their place in the text, and what else was said of them. */
function nextConfig(
  wanted: WantedPools,
  config: MetalLbConfig,
  { managed, peers }: { readonly managed: ReadonlyMap<string, string>; readonly peers: ReadonlySet<string> },
): MetalLbConfig {
  const names = new Set(wanted.pools.map(({ name }) => name));
  const isOthers = (name: string): boolean => !managed.has(name) && !names.has(name);
  const kept = config.pools.flatMap((pool): readonly PoolConfig[] => {
    const own = wanted.pools.find(({ name }) => name === pool.name);
    if (own === undefined) return isOthers(pool.name) ? [pool] : [];
    return [areSame(pool.addresses.join(','), own.addresses.join(',')) ? pool : { ...pool, addresses: own.addresses }];
  });
  const added = wanted.pools.filter(({ name }) => !config.pools.some((pool) => pool.name === name));
  const isOthersAdvertisement = ({ ipAddressPools: [pool = ''] }: L2Advertisement | BgpAdvertisement) => isOthers(pool);
  const byBgp = wanted.announce === 'bgp';
  return {
    ...config,
    pools: [...kept, ...added.map(newPool)],
    l2Advertisements: [
      ...config.l2Advertisements.filter(isOthersAdvertisement),
      ...(byBgp ? [] : wanted.pools.map(({ name }) => layer2Of(name))),
    ],
    bgpAdvertisements: [
      ...config.bgpAdvertisements.filter(isOthersAdvertisement),
      ...(byBgp ? wanted.pools.map(({ name }) => bgpOf(name)) : []),
    ],
    peers: nextPeers(wanted.peers, config.peers, peers),
  };
}

function nextPeers(
  wanted: readonly WantedPeer[],
  present: readonly BgpPeer[],
  managed: ReadonlySet<string>,
): readonly BgpPeer[] {
  const addresses = new Set(wanted.map(({ peerAddress }) => peerAddress));
  const others = present.filter(({ peerAddress = '' }) => !managed.has(peerAddress) && !addresses.has(peerAddress));
  const own = wanted.map(({ peerAddress, peerAsn, selfAsn, holdTimeSeconds }): BgpPeer => {
    const before = present.find((peer) => peer.peerAddress === peerAddress);
    const holdTime = holdTimeSeconds === undefined ? before?.holdTime : goDuration(holdTimeSeconds);
    return { ...(before ?? newPeer(peerAddress)), peerASN: peerAsn, myASN: selfAsn, holdTime };
  });
  return [...others, ...own];
}

function newPool({ name, addresses }: WantedPool): PoolConfig {
  return { name, labels: {}, addresses, autoAssign: true, avoidBuggyIPs: false };
}

function newPeer(peerAddress: string): BgpPeer {
  const flags = { enableGracefulRestart: false, ebgpMultiHop: false, disableMP: false, dualStackAddressFamily: false };
  return { name: peerAddress, myASN: 0, peerASN: 0, peerAddress, nodeSelectors: [], ...flags };
}

function selection(name: string) {
  return { name, ipAddressPools: [name], ipAddressPoolSelectors: [], nodeSelectors: [], serviceSelectors: [] };
}

function layer2Of(name: string): L2Advertisement {
  return { ...selection(name), interfaces: [], preferredNodeSelectors: [] };
}

function bgpOf(name: string): BgpAdvertisement {
  const defaults = { aggregationLength: 32, aggregationLengthV6: 128, localPref: 0, communities: [], peers: [] };
  return { ...selection(name), ...defaults };
}
