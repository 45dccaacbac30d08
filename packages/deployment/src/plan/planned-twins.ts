import { TWIN_LIMITS, twinSize, type DeviceApp, type DeviceNetwork, type Network } from '@iotedge-networking/contract';
import type { Manifest } from '../generate/manifest.ts';
import type { PlannedTwin } from './device-plan.ts';
import { oncePerApplications } from '../generate/once-per-applications.ts';
import { twinMeasure } from '../generate/twin-measure.ts';

/** Tags have a smaller budget than the other sections. Source: IoT Hub device-twin developer guide. */
const TAGS_LIMIT = 8192;

/** Makes the function that says which values of network.yaml go to which twin of a device, and how many bytes each twin takes. */
export function twinPlanner(network: Network): (device: DeviceNetwork, manifest: Manifest) => readonly PlannedTwin[] {
  const measure = twinMeasure();
  const valuesOf = oncePerApplications((device: DeviceNetwork) => applicationValues(network, device));
  return (device, manifest) => {
    const values = valuesOf(device);
    const twins = Object.entries(manifest.modulesContent).map(([twin, content]) => {
      const section: object = content['properties.desired'];
      const holds =
        twin === '$edgeAgent' || twin === '$edgeHub' ? values[twin] : [computeValues(device), ...values.networking];
      return { twin, bytes: measure(section), limit: TWIN_LIMITS.sectionBytes, holds };
    });
    if (Object.keys(device.tags).length === 0) return twins;
    return [...twins, { twin: 'tags', bytes: twinSize(device.tags), limit: TAGS_LIMIT, holds: ['devices[].tags'] }];
  };
}

/** What the twins hold apart from ranges, the same for all devices with the same applications. */
function applicationValues(network: Network, device: DeviceNetwork) {
  const modules = network.profile === 'kubernetes' ? [] : device.apps.map(appText);
  return {
    $edgeAgent: [...modules, 'networkingModule'],
    $edgeHub: ['networkingModule.name (a route for its events)'],
    networking: networkingValues(network, device),
  };
}

function appText({ name, replicas }: DeviceApp): string {
  return replicas === 1 ? `apps.${name}` : `apps.${name} (${replicas} modules)`;
}

/** What of a device's ranges the networking module is told. */
const TOLD = ['nodeIps', 'externalServiceIps', 'podSubnet', 'clusterIpSubnet', 'announce', 'managePools'] as const;

function computeValues({ computeNetwork }: DeviceNetwork): string {
  const told = TOLD.filter((name) => {
    const value = computeNetwork[name];
    return value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0);
  });
  return `computeNetwork (${told.join(', ')})`;
}

function networkingValues(network: Network, device: DeviceNetwork): readonly string[] {
  const apps = network.profile === 'vm' ? [] : device.apps.filter(({ expose }) => expose !== 'none');
  const services = device.services.filter(({ expose }) => expose !== 'none');
  return [
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
