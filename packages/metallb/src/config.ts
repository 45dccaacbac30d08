import type { LabelSelector } from './label-selector.ts';

/** Which Services a pool is meant for (R6–R9). A pool with this record is never "open". */
export interface ServiceAllocation {
  /** Smaller first; 0 is last. */
  readonly priority: number;
  readonly namespaces: readonly string[];
  readonly namespaceSelectors: readonly LabelSelector[];
  readonly serviceSelectors: readonly LabelSelector[];
}

/** An address pool: `IPAddressPool`, or one entry of the ConfigMap's `address-pools`. */
export interface PoolConfig {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As written: `first-last` or `address/prefix`, consumed in this order. */
  readonly addresses: readonly string[];
  readonly autoAssign: boolean;
  readonly avoidBuggyIPs: boolean;
  readonly serviceAllocation?: ServiceAllocation;
}

/** Which pools an advertisement speaks for: both lists empty means all pools. */
export interface PoolSelection {
  readonly ipAddressPools: readonly string[];
  readonly ipAddressPoolSelectors: readonly LabelSelector[];
}

/** A wish for nodes, as in `preferredNodeSelectors` of an L2Advertisement. */
export interface PreferredNodes {
  readonly weight: number;
  readonly preference: LabelSelector;
}

/** `L2Advertisement`: addresses of the selected pools are answered for by ARP and NDP. Empty lists do not restrict. */
export interface L2Advertisement extends PoolSelection {
  readonly name: string;
  readonly nodeSelectors: readonly LabelSelector[];
  readonly interfaces: readonly string[];
  readonly serviceSelectors: readonly LabelSelector[];
  readonly preferredNodeSelectors: readonly PreferredNodes[];
}

/** `BGPAdvertisement`: addresses of the selected pools are announced to BGP peers. Empty lists do not restrict. */
export interface BgpAdvertisement extends PoolSelection {
  readonly name: string;
  readonly aggregationLength: number;
  readonly aggregationLengthV6: number;
  readonly localPref: number;
  readonly communities: readonly string[];
  readonly peers: readonly string[];
  readonly nodeSelectors: readonly LabelSelector[];
  readonly serviceSelectors: readonly LabelSelector[];
}

/** A BGP session: `BGPPeer`, or one entry of the ConfigMap's `peers`. Durations are as written (`90s`, `1m30s`). */
export interface BgpPeer {
  readonly name: string;
  readonly myASN: number;
  readonly peerASN: number;
  readonly dynamicASN?: string;
  readonly localASN?: number;
  readonly peerAddress?: string;
  readonly interface?: string;
  readonly sourceAddress?: string;
  readonly peerPort?: number;
  readonly holdTime?: string;
  readonly keepaliveTime?: string;
  readonly connectTime?: string;
  readonly routerID?: string;
  readonly nodeSelectors: readonly LabelSelector[];
  readonly password?: string;
  readonly passwordSecret?: { readonly name: string; readonly namespace?: string };
  readonly bfdProfile?: string;
  readonly enableGracefulRestart: boolean;
  readonly ebgpMultiHop: boolean;
  readonly vrf?: string;
  readonly disableMP: boolean;
  readonly dualStackAddressFamily: boolean;
}

/** `BFDProfile`: intervals in milliseconds. */
export interface BfdProfile {
  readonly name: string;
  readonly receiveInterval?: number;
  readonly transmitInterval?: number;
  readonly detectMultiplier?: number;
  readonly echoInterval?: number;
  readonly minimumTtl?: number;
  readonly echoMode: boolean;
  readonly passiveMode: boolean;
}

/** `Community`: names for BGP community values. */
export interface CommunityList {
  readonly name: string;
  readonly communities: readonly { readonly name: string; readonly value: string }[];
}

/**
 * One whole configuration of MetalLB, whichever dialect it came from. What is made by {@link readConfigMap} or
 * {@link readResources} is valid; a hand-made one should pass {@link configProblems} first.
 */
export interface MetalLbConfig {
  readonly pools: readonly PoolConfig[];
  readonly l2Advertisements: readonly L2Advertisement[];
  readonly bgpAdvertisements: readonly BgpAdvertisement[];
  readonly peers: readonly BgpPeer[];
  readonly bfdProfiles: readonly BfdProfile[];
  readonly communities: readonly CommunityList[];
}

/** The configuration that says nothing: no pools, nothing announced. */
export const EMPTY_CONFIG: MetalLbConfig = {
  pools: [],
  l2Advertisements: [],
  bgpAdvertisements: [],
  peers: [],
  bfdProfiles: [],
  communities: [],
};
