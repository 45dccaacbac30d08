import { parseAddress, parseRange, rangeContains } from '@iotedge-networking/addressing';
import type { DeviceComputeNetwork, Problem, Reported } from '@iotedge-networking/contract';

/**
 * Rule N09: node IPs and subnets cannot change while the cluster stands. The report tells what the cluster has; a file that says otherwise is wrong, or asks for a
 * rebuild.
 */
export function rebuildWarnings(compute: DeviceComputeNetwork, reported: Reported): readonly Problem[] {
  const nodes = Object.values(reported.nodes).map(({ ip }) => ip);
  const clusterIps = Object.values(reported.services).flatMap((named) =>
    Object.values(named).flatMap(({ clusterIp = '' }) => clusterIp.split(',')),
  );
  return [
    ...strangers('nodeIps', 'Kubernetes nodes', outside(nodes, compute.nodeIps)),
    ...strangers('clusterIpSubnet', 'Services', outside(clusterIps, compute.clusterIpSubnet)),
  ];
}

function outside(addresses: readonly string[], range: string | undefined): readonly string[] {
  const parsed = parseRange(range ?? '');
  if (!parsed.ok) return [];
  return addresses.filter((text) => {
    const address = parseAddress(text);
    return address?.family === parsed.range.family && !rangeContains(parsed.range, address);
  });
}

function strangers(field: string, what: string, addresses: readonly string[]): readonly Problem[] {
  if (addresses.length === 0) return [];
  const shown = addresses.slice(0, 5).join(', ') + (addresses.length > 5 ? ', …' : '');
  return [
    {
      code: 'N09',
      path: `computeNetwork.${field}`,
      message: `${what} of the device have ${shown}, outside this range, which cannot change while the cluster stands.`,
      fix: 'Write what the device has. To change it, remove the compute role and configure it again: its modules and Services are lost.',
    },
  ];
}
