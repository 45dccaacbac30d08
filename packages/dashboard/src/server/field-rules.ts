import type { DeviceComputeNetwork, Profile } from '@iotedge-networking/contract';
import type { ComputeField, FieldRule } from '../view/device-view.ts';

/**
 * What may be done with each field of "Compute network": external service IPs and announcing change while everything runs, subnets before the cluster exists, node IPs
 * by removing and configuring compute again (reference: the device's documentation, 2.8). The networking module writes pools and BGP where it is told to manage
 * them; on a managed device only its own page and PowerShell do.
 */
export function fieldRules(
  profile: Profile,
  { managePools }: DeviceComputeNetwork,
): Readonly<Record<ComputeField, FieldRule>> {
  const pools = profile === 'kubernetes' && managePools ? 'module' : 'device';
  return {
    subnet: { mutability: 'rebuild', by: 'device' },
    gateway: { mutability: 'rebuild', by: 'device' },
    deviceNodes: { mutability: 'rebuild', by: 'device' },
    nodeIps: { mutability: 'rebuild', by: 'device' },
    externalServiceIps: { mutability: 'live', by: pools },
    podSubnet: { mutability: 'before-cluster', by: 'device' },
    clusterIpSubnet: { mutability: 'before-cluster', by: 'device' },
    announce: { mutability: 'live', by: pools },
    bgpPeers: { mutability: 'live', by: pools },
    managePools: { mutability: 'live', by: 'module' },
    kubernetes: { mutability: 'rebuild', by: 'device' },
    otherAddresses: { mutability: 'live', by: 'device' },
    routes: { mutability: 'live', by: 'device' },
  };
}
