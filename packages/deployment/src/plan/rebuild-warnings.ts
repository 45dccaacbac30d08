import { checkRebuild, type DeviceComputeNetwork, type Problem, type Reported } from '@iotedge-networking/contract';

/**
 * Rule N09: node IPs and subnets cannot change while the cluster stands. The report tells what the cluster has; a file that says otherwise is wrong, or asks for a
 * rebuild.
 */
export function rebuildWarnings(compute: DeviceComputeNetwork, reported: Reported): readonly Problem[] {
  const nodeIps = Object.values(reported.nodes).map(({ ip }) => ip);
  const clusterIps = Object.values(reported.services).flatMap((named) =>
    Object.values(named).flatMap(({ clusterIp = '' }) => clusterIp.split(',')),
  );
  return checkRebuild(compute, { nodeIps, clusterIps }, (field) => `computeNetwork.${field}`);
}
