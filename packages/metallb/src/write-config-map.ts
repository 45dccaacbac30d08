import type { Outcome, Problem } from '@iotedge-networking/contract';
import { stringify } from 'yaml';
import type { BfdProfile, BgpAdvertisement, BgpPeer, L2Advertisement, MetalLbConfig, PoolConfig } from './config.ts';
import { placeOf } from './config-place.ts';
import type { LabelSelector } from './label-selector.ts';
import { selectsPool } from './pool-selection.ts';

/**
 * Writes a configuration as the ConfigMap of releases up to 0.12: the YAML text for its key `config`. What those releases
 * have no words for is a problem, not an omission.
 */
export function writeConfigMap(config: MetalLbConfig): Outcome<string> {
  const problems = [
    ...config.pools.flatMap((pool, index) => poolProblems(pool, index, config)),
    ...config.l2Advertisements.flatMap(l2Problems),
    ...config.bgpAdvertisements.flatMap(bgpProblems),
    ...config.peers.flatMap(peerProblems),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const aliases = config.communities.flatMap(({ communities }) => communities);
  const file = compact({
    peers: config.peers.map(writePeer),
    'bgp-communities': Object.fromEntries(aliases.map(({ name, value }) => [name, value])),
    'bfd-profiles': config.bfdProfiles.map(writeBfdProfile),
    'address-pools': config.pools.map((pool) => writePool(pool, config)),
  });
  return { ok: true, value: stringify(file, { version: '1.1', schema: 'yaml-1.1', aliasDuplicateObjects: false }) };
}

function bgpOf(pool: PoolConfig, { bgpAdvertisements }: MetalLbConfig): readonly BgpAdvertisement[] {
  return bgpAdvertisements.filter((advertisement) => selectsPool(advertisement, pool));
}

function poolProblems(pool: PoolConfig, index: number, config: MetalLbConfig): Problem[] {
  const isLayer2 = config.l2Advertisements.some((advertisement) => selectsPool(advertisement, pool));
  const isBgp = bgpOf(pool, config).length > 0;
  return [
    ...(isLayer2 === isBgp
      ? [inexpressible('pool', index, pool.name, 'needs an advertisement in layer 2 or by BGP, not both')]
      : []),
    ...(pool.serviceAllocation === undefined
      ? []
      : [inexpressible('pool', index, pool.name, 'cannot be kept for some Services')]),
  ];
}

function l2Problems(item: L2Advertisement, index: number): Problem[] {
  const restrictions = [item.nodeSelectors, item.interfaces, item.serviceSelectors, item.preferredNodeSelectors];
  const isPlain = restrictions.every((list) => list.length === 0);
  return isPlain ? [] : [inexpressible('l2', index, item.name, 'cannot select nodes, interfaces or Services')];
}

function bgpProblems(item: BgpAdvertisement, index: number): Problem[] {
  const isPlain = [item.nodeSelectors, item.serviceSelectors, item.peers].every((list) => list.length === 0);
  return isPlain ? [] : [inexpressible('bgp', index, item.name, 'cannot select nodes, peers or Services')];
}

const newerPeerFields = [
  ...(['dynamicASN', 'localASN', 'interface', 'connectTime', 'passwordSecret', 'vrf'] as const),
  ...(['enableGracefulRestart', 'disableMP', 'dualStackAddressFamily'] as const),
];

function peerProblems(peer: BgpPeer, index: number): Problem[] {
  const used = newerPeerFields.filter((field) => peer[field] !== undefined && peer[field] !== false);
  return used.map((field) => inexpressible('peer', index, peer.name, `cannot have ${field}`));
}

function inexpressible(kind: Parameters<typeof placeOf>[1], index: number, name: string, message: string): Problem {
  const { path } = placeOf('crd', kind, index, name);
  return { code: 'not-in-configmap', path, message: `${path} ${message} in the ConfigMap of MetalLB 0.12` };
}

function writePool(pool: PoolConfig, config: MetalLbConfig): Record<string, unknown> {
  const advertisements = bgpOf(pool, config).map(writeAdvertisement);
  const [only = {}] = advertisements;
  const isDefault = advertisements.length === 1 && Object.keys(only).length === 0;
  return compact({
    name: pool.name,
    protocol: advertisements.length > 0 ? 'bgp' : 'layer2',
    addresses: pool.addresses,
    'auto-assign': pool.autoAssign ? undefined : false,
    'avoid-buggy-ips': pool.avoidBuggyIPs || undefined,
    'bgp-advertisements': isDefault ? [] : advertisements,
  });
}

function writeAdvertisement(item: BgpAdvertisement): Record<string, unknown> {
  return compact({
    'aggregation-length': item.aggregationLength === 32 ? undefined : item.aggregationLength,
    'aggregation-length-v6': item.aggregationLengthV6 === 128 ? undefined : item.aggregationLengthV6,
    localpref: item.localPref === 0 ? undefined : item.localPref,
    communities: item.communities,
  });
}

function writePeer(peer: BgpPeer): Record<string, unknown> {
  return compact({
    'my-asn': peer.myASN,
    'peer-asn': peer.peerASN,
    'peer-address': peer.peerAddress,
    'source-address': peer.sourceAddress,
    'peer-port': peer.peerPort,
    'hold-time': peer.holdTime,
    'keepalive-time': peer.keepaliveTime,
    'router-id': peer.routerID,
    'node-selectors': peer.nodeSelectors.map(writeSelector),
    password: peer.password,
    'bfd-profile': peer.bfdProfile,
    'ebgp-multihop': peer.ebgpMultiHop || undefined,
  });
}

function writeSelector({ matchLabels, matchExpressions }: LabelSelector): Record<string, unknown> {
  return { 'match-labels': matchLabels, 'match-expressions': matchExpressions };
}

function writeBfdProfile(profile: BfdProfile): Record<string, unknown> {
  return compact({
    name: profile.name,
    'receive-interval': profile.receiveInterval,
    'transmit-interval': profile.transmitInterval,
    'detect-multiplier': profile.detectMultiplier,
    'echo-interval': profile.echoInterval,
    'minimum-ttl': profile.minimumTtl,
    'echo-mode': profile.echoMode || undefined,
    'passive-mode': profile.passiveMode || undefined,
  });
}

/** Leaves out what is absent or empty. */
function compact(record: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !isEmpty(value)));
}
