import type { Problem } from '@iotedge-networking/contract';
import { bgpProblems, communityProblems, l2Problems } from './check-advertisements.ts';
import { bgpModeProblems } from './check-bgp-mode.ts';
import type { BgpMode } from './check-bgp-mode.ts';
import { poolProblems } from './check-pools.ts';
import { bfdProblems, peerProblems } from './check-sessions.ts';
import type { MetalLbConfig, PoolConfig } from './config.ts';
import { placeOf } from './config-place.ts';
import type { Dialect } from './config-place.ts';
import { parsePoolEntry } from './pool-entry.ts';
import { selectsPool } from './pool-selection.ts';
import type { Node } from './pool-selection.ts';

/** What a configuration is checked against. */
export interface CheckOptions {
  readonly dialect: Dialect;
  /** Checks also what this way of speaking BGP cannot do; left out, nothing of that kind is checked. */
  readonly bgpMode?: BgpMode;
  /** The cluster's nodes; some rules for BGP depend on which objects meet on a node. */
  readonly nodes?: readonly Node[];
}

/**
 * Everything that makes MetalLB refuse a configuration as a whole (R1–R4), in the order in which MetalLB finds it: it would
 * log the first. Empty when the configuration is valid.
 */
export function configProblems(config: MetalLbConfig, { dialect, bgpMode, nodes }: CheckOptions): readonly Problem[] {
  return [
    ...bgpModeProblems(config, dialect, bgpMode, nodes),
    ...bfdProblems(config.bfdProfiles, dialect),
    ...peerProblems(config, dialect),
    ...communityProblems(config.communities, dialect),
    ...poolProblems(config.pools, dialect),
    ...l2Problems(config.l2Advertisements, dialect),
    ...bgpProblems(config, dialect, nodes),
    ...(dialect === 'crd' ? echoProblems(config) : []),
  ];
}

/** BFD echo does not work over IPv6. Source: MetalLB internal/config validateConfig. */
function echoProblems({ pools, bgpAdvertisements, peers, bfdProfiles }: MetalLbConfig): Problem[] {
  const echo = new Set(bfdProfiles.filter(({ echoMode }) => echoMode).map(({ name }) => name));
  const echoing = peers.filter(({ bfdProfile = '' }) => echo.has(bfdProfile));
  return pools.filter(holdsIpv6).flatMap((pool) =>
    bgpAdvertisements.flatMap((advertisement, index) => {
      const isAddressed = ({ name }: { name: string }): boolean =>
        advertisement.peers.length === 0 || advertisement.peers.includes(name);
      const peer = selectsPool(advertisement, pool) ? echoing.find(isAddressed) : undefined;
      if (peer === undefined) return [];
      const message =
        `pool ${pool.name} has bgpadvertisement ${advertisement.name} which references peer ${peer.name} which has bfd echo ` +
        'enabled, which is not possible';
      return [{ code: 'bfd-echo-over-ipv6', path: placeOf('crd', 'bgp', index, advertisement.name).path, message }];
    }),
  );
}

function holdsIpv6(pool: PoolConfig): boolean {
  return pool.addresses.some((entry) => {
    const parsed = parsePoolEntry(entry);
    return parsed.ok && parsed.networks.some(({ first }) => typeof first === 'bigint');
  });
}
