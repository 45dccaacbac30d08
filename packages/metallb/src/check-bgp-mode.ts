import type { Problem } from '@iotedge-networking/contract';
import { communityKind } from './bgp-community.ts';
import type { BgpPeer, MetalLbConfig } from './config.ts';
import { placeOf } from './config-place.ts';
import type { Dialect } from './config-place.ts';
import { parsePoolEntry } from './pool-entry.ts';
import { selectsNode, selectsPool } from './pool-selection.ts';
import type { Node } from './pool-selection.ts';

/** What speaks BGP: MetalLB itself (`native`), or FRR, in the speaker or beside it. */
export type BgpMode = 'native' | 'frr' | 'frr-k8s';

const frrOnly: readonly (readonly [what: string, isSet: (peer: BgpPeer) => boolean])[] = [
  ['bfd-profile', ({ bfdProfile }) => bfdProfile !== undefined],
  ['keepalive-time', ({ keepaliveTime }) => keepaliveTime !== undefined],
  ['vrf', ({ vrf }) => vrf !== undefined],
  ['connect time', ({ connectTime }) => connectTime !== undefined],
  ['EnableGracefulRestart flag', ({ enableGracefulRestart }) => enableGracefulRestart],
  ['disable MP flag', ({ disableMP }) => disableMP],
  ['dualstackaddressfamily flag', ({ dualStackAddressFamily }) => dualStackAddressFamily],
  ['dynamicASN', ({ dynamicASN }) => dynamicASN !== undefined],
  ['interface', (peer) => peer.interface !== undefined],
  ['localASN', ({ localASN }) => localASN !== undefined],
];

/** What this way of speaking BGP cannot do. Source: MetalLB internal/config validation.go. */
export function bgpModeProblems(
  config: MetalLbConfig,
  dialect: Dialect,
  mode: BgpMode | undefined,
  nodes: readonly Node[] = [],
): Problem[] {
  if (mode === undefined) return [];
  return mode === 'native' ? nativeProblems(config, dialect) : frrProblems(config, dialect, nodes);
}

function nativeProblems(config: MetalLbConfig, dialect: Dialect): Problem[] {
  const report = (path: string, message: string): Problem => ({ code: 'not-in-native-mode', path, message });
  return [
    ...config.peers.flatMap((peer, index) => {
      const { path } = placeOf(dialect, 'peer', index, peer.name);
      const set = frrOnly.filter(([, isSet]) => isSet(peer));
      return set.map(([what]) => report(path, `peer ${peer.peerAddress ?? ''} has ${what} set on native bgp mode`));
    }),
    ...config.bfdProfiles.slice(0, 1).map(({ name }) => {
      return report(placeOf(dialect, 'bfd', 0, name).path, 'bfd profiles section set');
    }),
    ...config.pools.flatMap((pool, index) => {
      if (!config.bgpAdvertisements.some((advertisement) => selectsPool(advertisement, pool))) return [];
      const { path } = placeOf(dialect, 'pool', index, pool.name);
      const ipv6 = pool.addresses.flatMap(ipv6Networks).slice(0, 1);
      return ipv6.map((cidr) =>
        report(path, `pool "${pool.name}" has ipv6 CIDR ${cidr}, native bgp mode does not support ipv6`),
      );
    }),
    ...largeCommunityProblems(config, dialect),
  ];
}

function ipv6Networks(entry: string): string[] {
  const parsed = parsePoolEntry(entry);
  if (!parsed.ok) return [];
  return parsed.networks.filter(({ first }) => typeof first === 'bigint').map(({ text }) => text);
}

function largeCommunityProblems({ bgpAdvertisements, communities }: MetalLbConfig, dialect: Dialect): Problem[] {
  const rule = 'native BGP mode only supports legacy communities';
  const code = 'not-in-native-mode';
  const isLarge = (text: string): boolean => communityKind(text) === 'large';
  return [
    ...bgpAdvertisements.flatMap(({ name, communities: texts }, index) => {
      const { path } = placeOf(dialect, 'bgp', index, name);
      return texts.filter(isLarge).map((text) => {
        return { code, path, message: `${rule}, BGP advertisement "${name}" has non legacy community "${text}"` };
      });
    }),
    ...communities.flatMap(({ name, communities: aliases }, index) => {
      const { path } = placeOf(dialect, 'community', index, name);
      return aliases
        .filter(({ value }) => isLarge(value))
        .map((alias) => {
          return {
            code,
            path,
            message: `${rule}, BGP community CR "${name}" has non legacy community "${alias.value}"`,
          };
        });
    }),
  ];
}

function frrProblems({ peers }: MetalLbConfig, dialect: Dialect, nodes: readonly Node[]): Problem[] {
  return peers.flatMap((peer, index) => {
    const { path } = placeOf(dialect, 'peer', index, peer.name);
    const neighbours = peers.slice(0, index).filter((other) => shareNode(peer, other, nodes));
    const messages = neighbours.flatMap((other) => frrConflict(peer, other));
    return messages.slice(0, 1).map((message) => ({ code: 'not-in-frr-mode', path, message }));
  });
}

/** Without knowledge of the nodes every two peers are taken to meet. */
function shareNode(a: BgpPeer, b: BgpPeer, nodes: readonly Node[]): boolean {
  if (nodes.length === 0) return true;
  return nodes.some((node) => selectsNode(a.nodeSelectors, node) && selectsNode(b.nodeSelectors, node));
}

function frrConflict(peer: BgpPeer, other: BgpPeer): string[] {
  const rule = 'in FRR mode peers selecting the same node must';
  const [own, theirs] = [peerIdentifier(peer), peerIdentifier(other)];
  if (peer.routerID !== other.routerID) {
    const ids = `peer ${peer.routerID ?? 'none'} has RouterID different from ${other.routerID ?? 'none'}`;
    return [`${ids}, ${rule} all have the same RouterID`];
  }
  if (own === theirs)
    return [`peer ${own} already exists, FRR mode doesn't support duplicate BGPPeers selecting the same node`];
  if (peer.myASN === other.myASN || peer.vrf !== other.vrf) return [];
  return [`peer ${own} has myAsn different from ${theirs}, ${rule} have the same myAsn within the same VRF`];
}

function peerIdentifier({ peerAddress, interface: device = '', vrf }: BgpPeer): string {
  const id = peerAddress ?? device;
  return vrf === undefined ? id : `${id}-${vrf}`;
}
