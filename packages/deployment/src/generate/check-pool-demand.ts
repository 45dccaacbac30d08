import { checkPoolDemand as checkDemand, type AddressDemand, type Problem } from '@iotedge-networking/contract';
import { computePath, type DeviceScope } from './device-scope.ts';

/**
 * Makes the check of rules N05 and N06 for what network.yaml exposes on a device: Services with one sharing key count once, and the managed device needs one address
 * more for edgeHub.
 */
export function poolDemandCheck(): (scope: DeviceScope) => readonly Problem[] {
  const demands = new WeakMap<object, readonly AddressDemand[]>();
  return (scope) => {
    const { apps, computeNetwork } = scope.device;
    const known = demands.get(apps) ?? demandsOf(scope);
    demands.set(apps, known);
    const paths = { pools: computePath(scope, 'externalServiceIps'), computeNetwork: 'computeNetwork' };
    return checkDemand(computeNetwork, known, paths);
  };
}

/** Every Service of network.yaml that wants an external address on the device. */
export function demandsOf({ network, device }: DeviceScope): readonly AddressDemand[] {
  const apps = network.profile === 'vm' ? [] : device.apps;
  const exposed = [...apps, ...device.services].filter((entry) => entry.expose === 'external');
  const adopted = device.services.some((service) => service.adopt === 'edgehub');
  const edgeHub = network.profile === 'ase-k8s' && !adopted ? [{ owner: 'edgeHub', key: 'edgeHub' }] : [];
  return [
    ...edgeHub,
    ...exposed.map((entry) => ({
      owner: entry.name,
      pool: entry.pool,
      key: entry.shareAddress === undefined ? `own ${entry.name}` : `shared ${entry.shareAddress}`,
    })),
  ];
}
