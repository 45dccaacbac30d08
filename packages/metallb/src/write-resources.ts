import type { MetalLbConfig } from './config.ts';

/** A resource of the group metallb.io as it is written to the Kubernetes API. */
export interface WrittenResource {
  readonly apiVersion: 'metallb.io/v1beta1' | 'metallb.io/v1beta2';
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The resources of a configuration, by kind, in the shape that {@link readResources} takes. */
export interface WrittenResources {
  readonly pools: readonly WrittenResource[];
  readonly l2Advertisements: readonly WrittenResource[];
  readonly bgpAdvertisements: readonly WrittenResource[];
  readonly bgpPeers: readonly WrittenResource[];
  readonly bfdProfiles: readonly WrittenResource[];
  readonly communities: readonly WrittenResource[];
}

/** Writes a configuration as resources for releases since 0.13; what a reader assumes anyway is left out. */
export function writeResources(config: MetalLbConfig, namespace = 'metallb-system'): WrittenResources {
  const written = (kind: string, item: { readonly name: string }): WrittenResource => ({
    apiVersion: kind === 'BGPPeer' ? 'metallb.io/v1beta2' : 'metallb.io/v1beta1',
    kind,
    metadata: { name: item.name, namespace },
    spec: Object.fromEntries(Object.entries(item).filter(([key, value]) => isSaid(key, value))),
  });
  return {
    pools: config.pools.map((pool) => withLabels(written('IPAddressPool', pool), pool.labels)),
    l2Advertisements: config.l2Advertisements.map((item) => written('L2Advertisement', item)),
    bgpAdvertisements: config.bgpAdvertisements.map((item) => written('BGPAdvertisement', item)),
    bgpPeers: config.peers.map((item) => written('BGPPeer', item)),
    bfdProfiles: config.bfdProfiles.map((item) => written('BFDProfile', item)),
    communities: config.communities.map((item) => written('Community', item)),
  };
}

function isSaid(key: string, value: unknown): boolean {
  if (key === 'name' || key === 'labels' || value === undefined) return false;
  if (key === 'autoAssign') return value === false;
  if (key === 'peerASN') return value !== 0;
  return value !== false && !(Array.isArray(value) && value.length === 0);
}

function withLabels(resource: WrittenResource, labels: Readonly<Record<string, string>>): WrittenResource {
  if (Object.keys(labels).length === 0) return resource;
  return { ...resource, metadata: { ...resource.metadata, labels } };
}
