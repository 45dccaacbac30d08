import { formatRange, parseRange } from '@iotedge-networking/addressing';
import type { Profile } from '@iotedge-networking/contract';
import {
  behaviourOf,
  compareVersions,
  EMPTY_CONFIG,
  NEW_PREFIX,
  OLD_PREFIX,
  type MetalLbConfig,
} from '@iotedge-networking/metallb';

/** The MetalLB of one device, as far as it decides about addresses. */
export interface MetalLbSettings {
  readonly version: string;
  /** Up to 0.12 a ConfigMap, from 0.13 on custom resources. */
  readonly dialect: 'configmap' | 'crd';
}

/** How a Service asks for an address so that this MetalLB understands it. */
export interface RequestStyle {
  readonly requestBy: 'field' | 'annotation';
  readonly prefix: string;
}

/** Ranges by pool name, in any notation of network.yaml. */
export type PoolRanges = Readonly<Record<string, readonly string[]>>;

/**
 * The release that is assumed where nobody says: the managed device brings 0.12, the last with the ConfigMap, and a virtual machine uses the device's cluster; any
 * other cluster is taken to be up to date.
 */
export function assumedMetalLb(profile: Profile): MetalLbSettings {
  return metalLbOf(profile === 'kubernetes' ? 'main' : '0.12');
}

/** The settings of a release; the dialect follows from it. */
export function metalLbOf(version: string): MetalLbSettings {
  return { version, dialect: compareVersions(version, '0.13') < 0 ? 'configmap' : 'crd' };
}

/** How the networking module writes requests for this MetalLB. */
export function requestStyle({ version, dialect }: MetalLbSettings): RequestStyle {
  return {
    requestBy: dialect === 'configmap' ? 'field' : 'annotation',
    prefix: behaviourOf(version).readsNewPrefix ? NEW_PREFIX : OLD_PREFIX,
  };
}

/** The configuration that hands out these pools. Single addresses are written as ranges, the one form that MetalLB takes too. */
export function metalLbConfig(pools: PoolRanges, announce: 'layer2' | 'bgp'): MetalLbConfig {
  const selection = { name: 'all', ipAddressPools: [], ipAddressPoolSelectors: [], nodeSelectors: [] };
  const layer2 = { ...selection, interfaces: [], serviceSelectors: [], preferredNodeSelectors: [] };
  const bgp = { ...selection, serviceSelectors: [], communities: [], peers: [], localPref: 0 };
  return {
    ...EMPTY_CONFIG,
    pools: Object.entries(pools).map(([name, ranges]) => ({
      ...{ name, labels: {}, addresses: canonicalRanges(ranges), autoAssign: true, avoidBuggyIPs: false },
    })),
    l2Advertisements: announce === 'layer2' ? [layer2] : [],
    bgpAdvertisements: announce === 'bgp' ? [{ ...bgp, aggregationLength: 32, aggregationLengthV6: 128 }] : [],
  };
}

/** Ranges as `first-last`, so that equal ranges are equal texts; what is no range is left out. */
export function canonicalRanges(ranges: readonly string[]): readonly string[] {
  return ranges.flatMap((text) => {
    const parsed = parseRange(text);
    return parsed.ok ? [formatRange(parsed.range)] : [];
  });
}
