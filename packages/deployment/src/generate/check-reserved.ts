import { parseAddress, parseRange, rangeContains } from '@iotedge-networking/addressing';
import type { DeviceApp, Problem } from '@iotedge-networking/contract';
import { planApps } from './app-plan.ts';
import { appPath, type DeviceScope } from './device-scope.ts';

/** The sidecar of every module listens on these, on the pod's own loopback address. */
const SIDECAR_PORTS: readonly number[] = [35000, 35001];

/** Rule N14: external addresses are never those of the pods or of the cluster IPs, whose .1 and .10 are the API and CoreDNS. */
export function checkReservedAddresses(scope: DeviceScope): readonly Problem[] {
  const { apps, services } = scope.device;
  return [
    ...apps.flatMap(({ name, address }) =>
      address === undefined ? [] : checkPin(scope, appPath(scope, name, 'address'), address),
    ),
    ...services.flatMap(({ name, address }) =>
      address === undefined ? [] : checkPin(scope, `services.${name}.address`, address),
    ),
  ];
}

/**
 * Rule N14: the ports that the cluster keeps for itself, of Services that the networking module makes; those of Services that edgeAgent makes are found in the
 * manifest. All devices with the same applications have the same answer.
 */
export function checkReservedPorts(scope: DeviceScope): readonly Problem[] {
  const { network, device } = scope;
  if (network.profile !== 'ase-k8s') return [];
  const made = planApps(network, device).filter(({ serviceMaker }) => serviceMaker === 'module');
  return made.flatMap(({ app }) => checkPorts(scope, app));
}

function checkPin({ device }: DeviceScope, path: string, text: string): readonly Problem[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const { podSubnet, clusterIpSubnet } = device.computeNetwork;
  const inside = [
    { what: 'cluster IP subnet', range: clusterIpSubnet },
    { what: 'pod subnet', range: podSubnet },
  ].find(({ range }) => {
    const parsed = parseRange(range);
    return parsed.ok && rangeContains(parsed.range, address);
  });
  if (inside === undefined) return [];
  const message = `${text} belongs to the ${inside.what} ${inside.range}, which exists inside the cluster only.`;
  return [{ code: 'N14', path, message, fix: 'Choose an address of the Kubernetes external service IPs.' }];
}

function checkPorts(scope: DeviceScope, app: DeviceApp): readonly Problem[] {
  return Object.entries(app.ports).flatMap(([name, { targetPort }]) => {
    if (!SIDECAR_PORTS.includes(targetPort)) return [];
    const message = `The sidecar of every module listens on port ${targetPort}.`;
    const path = appPath(scope, app.name, `ports.${name}`);
    return [{ code: 'N14', path, message, fix: 'Let the application listen on another port.' }];
  });
}
