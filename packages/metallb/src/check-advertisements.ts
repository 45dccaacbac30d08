import type { Problem } from '@iotedge-networking/contract';
import { communityProblem } from './bgp-community.ts';
import { duplicateProblems, selectorListProblems } from './check-lists.ts';
import type { BgpAdvertisement, CommunityList, L2Advertisement, MetalLbConfig, PoolConfig } from './config.ts';
import { placeOf } from './config-place.ts';
import type { Dialect } from './config-place.ts';
import { parsePoolEntry } from './pool-entry.ts';
import { selectsNode, selectsPool } from './pool-selection.ts';
import type { Node } from './pool-selection.ts';

/** Everything wrong with community names. Source: MetalLB internal/config communitiesFromCrs. */
export function communityProblems(lists: readonly CommunityList[], dialect: Dialect): Problem[] {
  const seen = new Set<string>();
  return lists.flatMap((list, index) => {
    const { path } = placeOf(dialect, 'community', index, list.name);
    return list.communities.flatMap(({ name, value }) => {
      const problems: Problem[] = [];
      const cause = communityProblem(value, dialect);
      if (cause !== undefined) {
        const fix = 'Write a:b with two 16-bit numbers, or in the resources large:a:b:c with 32-bit ones.';
        problems.push({ code: 'invalid-community', path, message: `parsing community "${name}": ${cause}`, fix });
      }
      if (seen.has(name)) {
        problems.push({ code: 'duplicate-community', path, message: `duplicate definition of community "${name}"` });
      }
      seen.add(name);
      return problems;
    });
  });
}

/** Everything wrong with layer-2 advertisements. Naming a pool that does not exist is fine. Source: l2AdvertisementFromCR. */
export function l2Problems(advertisements: readonly L2Advertisement[], dialect: Dialect): Problem[] {
  return advertisements.flatMap((advertisement, index) => {
    const { path } = placeOf(dialect, 'l2', index, advertisement.name);
    const { name, preferredNodeSelectors } = advertisement;
    const messages = [
      ...selectionProblems(advertisement),
      ...selectorListProblems(
        preferredNodeSelectors.map(({ preference }) => preference),
        'preferredNodeSelectors',
        `failed to parse preferred node selectors for ${name}`,
      ).filter((message) => !message.startsWith('duplicate')),
    ];
    return messages.map((message) => ({ code: 'invalid-advertisement', path, message }));
  });
}

function selectionProblems(advertisement: L2Advertisement | BgpAdvertisement): string[] {
  const { name, ipAddressPools, ipAddressPoolSelectors, nodeSelectors, serviceSelectors } = advertisement;
  return [
    ...duplicateProblems(ipAddressPools, 'ipAddressPools'),
    ...selectorListProblems(ipAddressPoolSelectors, 'ipAddressPoolSelectors', 'invalid label selector'),
    ...selectorListProblems(nodeSelectors, 'nodeSelectors', `failed to parse node selector for ${name}`),
    ...selectorListProblems(serviceSelectors, 'serviceSelectors', `failed to parse service selector for ${name}`),
  ];
}

/** Everything wrong with BGP advertisements. Source: MetalLB internal/config bgpAdvertisementFromCR, validateBGPAdvPerPool. */
export function bgpProblems(config: MetalLbConfig, dialect: Dialect, nodes?: readonly Node[]): Problem[] {
  const { pools, bgpAdvertisements } = config;
  const aliases = new Set(config.communities.flatMap(({ communities }) => communities.map(({ name }) => name)));
  return bgpAdvertisements.flatMap((advertisement, index) => {
    const { path } = placeOf(dialect, 'bgp', index, advertisement.name);
    const earlier = bgpAdvertisements.slice(0, index);
    const selected = pools.filter((pool) => selectsPool(advertisement, pool));
    const messages = [
      ...duplicateAdvertisementProblems(advertisement, earlier, index),
      ...selectionProblems(advertisement),
      ...duplicateProblems(advertisement.communities, 'community'),
      ...duplicateProblems(advertisement.peers, 'peers'),
      ...lengthProblems(advertisement),
      ...advertisement.communities.flatMap((text) => unknownCommunity(text, aliases, dialect)),
      ...selected.flatMap((pool) => aggregationProblems(advertisement, pool)),
      ...(dialect === 'crd' ? selected.flatMap((pool) => localPrefProblems(advertisement, earlier, pool, nodes)) : []),
    ];
    return messages.map((message) => ({ code: 'invalid-advertisement', path, message }));
  });
}

/** In the resources two advertisements differ by name at least; in the ConfigMap those of one pool have none. */
function duplicateAdvertisementProblems(
  own: BgpAdvertisement,
  earlier: readonly BgpAdvertisement[],
  index: number,
): string[] {
  const text = (advertisement: BgpAdvertisement): string =>
    JSON.stringify({ ...advertisement, name: advertisement.name.replace(/#\d+$/, '') });
  const twin = earlier.findIndex((other) => text(other) === text(own));
  if (twin < 0) return [];
  return [`duplicate definition of bgpadvertisements. advertisement ${twin + 1} and ${index + 1} are equal`];
}

function lengthProblems({
  name,
  aggregationLength,
  aggregationLengthV6,
  serviceSelectors,
}: BgpAdvertisement): string[] {
  const exclusive = (field: string): string =>
    `serviceSelectors and ${field} are mutually exclusive, both cannot be set in ${name}`;
  const selects = serviceSelectors.length > 0;
  return [
    ...(selects && aggregationLength !== 32 ? [exclusive('aggregationLength')] : []),
    ...(selects && aggregationLengthV6 !== 128 ? [exclusive('aggregationLengthV6')] : []),
    ...(aggregationLength > 32 ? [`invalid aggregation length ${aggregationLength} for IPv4`] : []),
    ...(aggregationLengthV6 > 128 ? [`invalid aggregation length ${aggregationLengthV6} for IPv6`] : []),
  ];
}

function unknownCommunity(text: string, aliases: ReadonlySet<string>, dialect: Dialect): string[] {
  const cause = aliases.has(text) ? undefined : communityProblem(text, dialect);
  return cause === undefined ? [] : [`invalid community "${text}" in BGP advertisement: ${cause}`];
}

/** An entry's widest network must not be narrower than what it is rolled up to. */
function aggregationProblems(advertisement: BgpAdvertisement, pool: PoolConfig): string[] {
  return pool.addresses.flatMap((entry) => {
    const parsed = parsePoolEntry(entry);
    const [network] = parsed.ok ? parsed.networks : [];
    if (!parsed.ok || network === undefined) return [];
    const isIpv4 = typeof network.first === 'number';
    const longest = isIpv4 ? advertisement.aggregationLength : advertisement.aggregationLengthV6;
    const lowest = Math.min(...parsed.networks.map(({ maskBits }) => maskBits));
    if (longest >= lowest) return [];
    return [
      `invalid aggregation length ${longest}: prefix ${lowest} in this pool is more specific than the aggregation length ` +
        `for addresses ${entry} of pool ${pool.name}`,
    ];
  });
}

/** Two local preferences for one BGP update; possible only where the advertisements meet in pool, lengths, peers and nodes. */
function localPrefProblems(
  own: BgpAdvertisement,
  earlier: readonly BgpAdvertisement[],
  pool: PoolConfig,
  nodes: readonly Node[] | undefined,
): string[] {
  const rival = earlier.find((other) => {
    const sameUpdate = selectsPool(other, pool) && !lengthsDiffer(own, other, pool) && !peersDiffer(own, other);
    return sameUpdate && own.localPref !== other.localPref && meetOnNode(own, other, nodes);
  });
  if (rival === undefined) return [];
  return [
    `invalid local preference ${own.localPref}: local preferernce ${rival.localPref} was already set for the same type of ` +
      'BGP update. Check existing BGP advertisements with common pools and aggregation lengths',
  ];
}

function peersDiffer(own: BgpAdvertisement, other: BgpAdvertisement): boolean {
  return own.peers.length > 0 && other.peers.length > 0 && !own.peers.some((peer) => other.peers.includes(peer));
}

/** Advertisements for selected Services never meet; without knowledge of the nodes only unrestricted ones surely do. */
function meetOnNode(own: BgpAdvertisement, other: BgpAdvertisement, nodes: readonly Node[] | undefined): boolean {
  if (own.serviceSelectors.length > 0 || other.serviceSelectors.length > 0) return false;
  if (nodes === undefined) return own.nodeSelectors.length === 0 && other.nodeSelectors.length === 0;
  return nodes.some((node) => selectsNode(own.nodeSelectors, node) && selectsNode(other.nodeSelectors, node));
}

function lengthsDiffer(own: BgpAdvertisement, other: BgpAdvertisement, pool: PoolConfig): boolean {
  const families = new Set(pool.addresses.map((entry) => (entry.includes(':') ? 6 : 4)));
  const v4 = own.aggregationLength !== other.aggregationLength;
  const v6 = own.aggregationLengthV6 !== other.aggregationLengthV6;
  return families.size === 2 ? v4 && v6 : families.has(6) ? v6 : v4;
}
