import type { AddressClaim, AddressPlan } from './address-plan.ts';
import type { DeviceComputeNetwork } from './resolve-network.ts';

/** Where a value of the compute network stands in what was read: the field, then the keys and indexes inside it. */
export type ComputePath = (field: keyof DeviceComputeNetwork, ...inside: readonly (string | number)[]) => string;

/** The address plan of a compute network and of what is asked of it. A text that is empty counts as not declared. */
export function planOfCompute(
  compute: DeviceComputeNetwork,
  claims: readonly AddressClaim[],
  pathOf: ComputePath,
): AddressPlan {
  const declared = (field: 'subnet' | 'gateway' | 'nodeIps' | 'podSubnet' | 'clusterIpSubnet') => {
    const text = compute[field];
    return text === undefined || text === '' ? undefined : { path: pathOf(field), text };
  };
  return {
    subnet: declared('subnet'),
    gateway: declared('gateway'),
    deviceNodes: compute.deviceNodes,
    kubernetes: compute.kubernetes,
    otherAddresses: Object.entries(compute.otherAddresses ?? {}).map(([name, text]) => {
      return { name, text, path: pathOf('otherAddresses', name) };
    }),
    routes: (compute.routes ?? []).map((text, index) => ({ text, path: pathOf('routes', index) })),
    nodeIps: declared('nodeIps'),
    podSubnet: declared('podSubnet'),
    clusterIpSubnet: declared('clusterIpSubnet'),
    pools: Object.entries(compute.externalServiceIps).map(([name, ranges]) => ({
      name,
      ranges: ranges.map((text, index) => ({ path: pathOf('externalServiceIps', name, index), text })),
    })),
    claims,
  };
}
