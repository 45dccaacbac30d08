import { parseAddress, parseRange, rangeContains } from '@iotedge-networking/addressing';
import type { PathOf } from './check-bgp-peers.ts';
import type { Problem } from './problem.ts';
import type { DeviceComputeNetwork } from './resolve-network.ts';

/** Addresses that the cluster of a device has. */
export interface ClusterAddresses {
  readonly nodeIps: readonly string[];
  readonly clusterIps: readonly string[];
}

/**
 * Rule N09: node IPs and subnets cannot change while the cluster stands. The report tells what the cluster has; whoever says otherwise is wrong, or asks for a
 * rebuild.
 */
export function checkRebuild(
  compute: Pick<DeviceComputeNetwork, 'nodeIps' | 'clusterIpSubnet'>,
  { nodeIps, clusterIps }: ClusterAddresses,
  pathOf: PathOf,
): readonly Problem[] {
  const strange = [
    { field: 'nodeIps', what: 'Kubernetes nodes', addresses: outside(nodeIps, compute.nodeIps) },
    { field: 'clusterIpSubnet', what: 'Services', addresses: outside(clusterIps, compute.clusterIpSubnet) },
  ] as const;
  return strange.flatMap((one) => strangers(one, pathOf));
}

function outside(addresses: readonly string[], range: string | undefined): readonly string[] {
  const parsed = parseRange(range ?? '');
  if (!parsed.ok) return [];
  return addresses.filter((text) => {
    const address = parseAddress(text);
    return address?.family === parsed.range.family && !rangeContains(parsed.range, address);
  });
}

interface Strangers {
  readonly field: 'nodeIps' | 'clusterIpSubnet';
  readonly what: string;
  readonly addresses: readonly string[];
}

function strangers({ field, what, addresses }: Strangers, pathOf: PathOf): readonly Problem[] {
  if (addresses.length === 0) return [];
  const shown = addresses.slice(0, 5).join(', ') + (addresses.length > 5 ? ', …' : '');
  return [
    {
      code: 'N09',
      path: pathOf(field),
      message: `${what} of the device have ${shown}, outside this range, which cannot change while the cluster stands.`,
      fix: 'Write what the device has. To change it, remove the compute role and configure it again: its modules and Services are lost.',
    },
  ];
}
