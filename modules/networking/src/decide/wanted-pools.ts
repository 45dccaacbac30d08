import { formatRange } from '@iotedge-networking/addressing';
import type { Desired } from '@iotedge-networking/contract';
import type { MetalLbSource } from '../gather/snapshot.ts';
import type { WantedPoolObject } from './change.ts';
import { rangesOf } from './device-conditions.ts';
import { DECLARED_ANNOTATION } from './identity.ts';

/** A pool as the desired document declares it. */
export interface WantedPool {
  readonly name: string;
  /** As MetalLB writes them: `first-last`, also for a single address. */
  readonly addresses: readonly string[];
}

/** A BGP peer as the desired document declares it. */
export type WantedPeer = NonNullable<Desired['computeNetwork']['bgpPeers']>[string];

/** What the desired document says about pools that the module manages. */
export interface WantedPools {
  readonly pools: readonly WantedPool[];
  readonly announce: 'layer2' | 'bgp';
  readonly peers: readonly WantedPeer[];
}

/** Reads the pools and peers of the document, in order of name. */
export function wantedPools({ computeNetwork }: Desired): WantedPools {
  const { externalServiceIps, announce, bgpPeers = {} } = computeNetwork;
  const pools = Object.entries(externalServiceIps).map(([name, ranges]) => {
    return { name, addresses: rangesOf(ranges).map(formatRange) };
  });
  return {
    pools: pools.sort((a, b) => (a.name < b.name ? -1 : 1)),
    announce,
    peers: announce === 'bgp' ? Object.values(bgpPeers) : [],
  };
}

/** The objects of the group metallb.io that say the same: each pool, its advertisement of the same name, and the peers. */
export function wantedPoolObjects(
  { pools, announce, peers }: WantedPools,
  { namespace, versions }: Extract<MetalLbSource, { readonly dialect: 'crd' }>,
): readonly WantedPoolObject[] {
  const object = (resource: WantedPoolObject['resource'], name: string, spec: object): WantedPoolObject => ({
    resource,
    version: versions[resource] ?? 'v1beta1',
    namespace,
    name,
    annotations: {},
    spec: spec as WantedPoolObject['spec'],
  });
  const advertisements = announce === 'bgp' ? 'bgpadvertisements' : 'l2advertisements';
  return [
    ...peers.map((peer) => object('bgppeers', peerName(peer), peerSpec(peer))),
    ...pools.map(({ name, addresses }) => ({
      ...object('ipaddresspools', name, { addresses }),
      annotations: { [DECLARED_ANNOTATION]: addresses.join(',') },
    })),
    ...pools.map(({ name }) => object(advertisements, name, { ipAddressPools: [name] })),
  ];
}

function peerName({ peerAddress }: WantedPeer): string {
  return `peer-${peerAddress
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')}`;
}

function peerSpec({ selfAsn, peerAsn, peerAddress, holdTimeSeconds }: WantedPeer): object {
  const holdTime = holdTimeSeconds === undefined ? null : goDuration(holdTimeSeconds);
  return { myASN: selfAsn, peerASN: peerAsn, peerAddress, holdTime };
}

/** Seconds as Go prints them (`1m30s`), which is what comes back from a server that has converted the object. */
export function goDuration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
