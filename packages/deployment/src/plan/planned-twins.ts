import { twinSize, type DeviceApp, type DeviceNetwork, type Network } from '@iotedge-networking/contract';
import type { Manifest } from '../generate/manifest.ts';
import { twinBudgets } from '../generate/twin-budget.ts';
import type { PlannedTwin } from './device-plan.ts';

/** Tags have a smaller budget than the other sections. Source: IoT Hub device-twin developer guide. */
const TAGS_LIMIT = 8192;

/** Which values of network.yaml go to which twin of a device, and how many bytes each twin takes. */
export function plannedTwins(network: Network, device: DeviceNetwork, manifest: Manifest): readonly PlannedTwin[] {
  const twins = twinBudgets(manifest).map(({ twin, bytes, limit }) => ({
    ...{ twin, bytes, limit, holds: valuesIn(twin, network, device) },
  }));
  if (Object.keys(device.tags).length === 0) return twins;
  return [...twins, { twin: 'tags', bytes: twinSize(device.tags), limit: TAGS_LIMIT, holds: ['devices[].tags'] }];
}

function valuesIn(twin: string, network: Network, device: DeviceNetwork): readonly string[] {
  if (twin === '$edgeHub') return ['networkingModule.name (a route for its events)'];
  if (twin !== '$edgeAgent') return networkingValues(network, device);
  const apps = network.profile === 'kubernetes' ? [] : device.apps.map(appText);
  return [...apps, 'networkingModule'];
}

function appText({ name, replicas }: DeviceApp): string {
  return replicas === 1 ? `apps.${name}` : `apps.${name} (${replicas} modules)`;
}

/** What of a device's ranges the networking module is told. */
const TOLD = ['nodeIps', 'externalServiceIps', 'podSubnet', 'clusterIpSubnet', 'announce', 'managePools'] as const;

function networkingValues(network: Network, device: DeviceNetwork): readonly string[] {
  const compute = TOLD.filter((name) => {
    const value = device.computeNetwork[name];
    return value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0);
  });
  const apps = network.profile === 'vm' ? [] : device.apps.filter(({ expose }) => expose !== 'none');
  const services = device.services.filter(({ expose }) => expose !== 'none');
  return [
    `computeNetwork (${compute.join(', ')})`,
    'options',
    ...apps.map(({ name }) => `apps.${name} (expose, address, ports)`),
    ...services.map(({ name }) => `services.${name}`),
  ];
}

/** Values of network.yaml that go to no twin: they only serve the checks, or are set on the device. */
export function valuesNotSent(network: Network, { computeNetwork, apps }: DeviceNetwork): readonly string[] {
  const { subnet, gateway, bgpPeers } = computeNetwork;
  return [
    ...(subnet === undefined ? [] : ['computeNetwork.subnet']),
    ...(gateway === undefined ? [] : ['computeNetwork.gateway']),
    'computeNetwork.deviceNodes',
    ...(bgpPeers.length === 0 ? [] : ['computeNetwork.bgpPeers']),
    ...(network.profile === 'kubernetes' ? apps.map(({ name }) => `apps.${name} (as Kubernetes YAML)`) : []),
  ];
}
