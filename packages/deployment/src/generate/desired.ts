import {
  DEVICE_SUBNETS,
  encodeTwinKey,
  formatBackends,
  formatPortMapping,
  parseLabelSelector,
  type Backends,
  type DesiredInput,
  type DeviceApp,
  type DeviceNetwork,
  type DeviceService,
  type Network,
} from '@iotedge-networking/contract';
import { appLabels } from './app-labels.ts';
import { planApps, type AppPlan } from './app-plan.ts';
import { oncePerApplications } from './once-per-applications.ts';
import { withoutUndefined } from './sorted-json.ts';

type DesiredEntry = NonNullable<NonNullable<DesiredInput['services']>[string]>[string];

interface PlacedEntry {
  readonly namespace: string;
  readonly name: string;
  readonly entry: DesiredEntry;
}

/**
 * The desired properties of the networking module on one device. Every exposed application and workload has an entry; one without ports and
 * backends is adopted: its Service is made elsewhere and only its address is looked after.
 */
export function desiredOf(network: Network, device: DeviceNetwork): DesiredInput {
  return desiredMaker(network)(device);
}

/** {@link desiredOf} for many devices of one network: devices with the same applications and workloads share the object `services`. */
export function desiredMaker(network: Network): (device: DeviceNetwork) => DesiredInput {
  const servicesOf = oncePerApplications((exposed: Pick<DeviceNetwork, 'apps' | 'services'>) =>
    desiredServices(network, exposed),
  );
  return (device) => {
    const { services } = servicesOf(device);
    return withoutUndefined({
      schemaVersion: '1' as const,
      computeNetwork: desiredComputeNetwork(network, device),
      services,
      options: network.options,
    });
  };
}

function desiredServices(
  network: Network,
  exposed: Pick<DeviceNetwork, 'apps' | 'services'>,
): Pick<DesiredInput, 'services'> {
  const entries = [
    ...planApps(network, exposed).flatMap((plan) => entryOfApp(network, plan)),
    ...serviceEntries(exposed.services),
  ];
  return entries.length > 0 ? { services: byNamespace(entries) } : {};
}

function desiredComputeNetwork(network: Network, device: DeviceNetwork): DesiredInput['computeNetwork'] {
  const { computeNetwork } = device;
  const pools = Object.entries(computeNetwork.externalServiceIps).map(([name, ranges]) => [name, ranges.join(',')]);
  return withoutUndefined({
    nodeIps: computeNetwork.nodeIps,
    externalServiceIps: pools.length > 0 ? (Object.fromEntries(pools) as Record<string, string>) : undefined,
    ...declaredSubnets(network, device),
    announce: computeNetwork.announce,
    bgpPeers: desiredPeers(computeNetwork),
    managePools: computeNetwork.managePools,
  });
}

/** The module compares the cluster with what it is told; the device's defaults say nothing about another cluster. */
function declaredSubnets({ profile }: Network, { computeNetwork: { podSubnet, clusterIpSubnet } }: DeviceNetwork) {
  if (profile !== 'kubernetes') return { podSubnet, clusterIpSubnet };
  return {
    podSubnet: podSubnet === DEVICE_SUBNETS.podSubnet ? undefined : podSubnet,
    clusterIpSubnet: clusterIpSubnet === DEVICE_SUBNETS.clusterIpSubnet ? undefined : clusterIpSubnet,
  };
}

/** Whoever does not manage the pools has no use for the peers; a twin holds no arrays, so each goes by its address. */
function desiredPeers({ managePools, bgpPeers }: DeviceNetwork['computeNetwork']) {
  if (!managePools || bgpPeers.length === 0) return undefined;
  return Object.fromEntries(bgpPeers.map((peer) => [encodeTwinKey(peer.peerAddress), withoutUndefined(peer)]));
}

function entryOfApp(network: Network, { app, modules, serviceMaker }: AppPlan): readonly PlacedEntry[] {
  const placed = { namespace: network.namespace, name: app.name };
  if (serviceMaker === 'agent') return [{ ...placed, entry: addressing(app) }];
  if (serviceMaker === 'module') return [{ ...placed, entry: ownService(app, { kind: 'modules', modules }) }];
  if (serviceMaker !== 'labels') return [];
  const selector = Object.entries(appLabels(app.name)).map(([key, value]) => `${key}=${value}`);
  return [{ ...placed, entry: ownService(app, selectorBackends(selector.join(','))) }];
}

function serviceEntries(services: DeviceNetwork['services']): readonly PlacedEntry[] {
  return services.flatMap((service): readonly PlacedEntry[] => {
    if (service.expose === 'none') return [];
    const placed = { namespace: service.namespace, name: service.adopt ?? service.name };
    if (service.selector === undefined) return [{ ...placed, entry: addressing(service) }];
    return [{ ...placed, entry: ownService(service, selectorBackends(service.selector)) }];
  });
}

function selectorBackends(text: string): Backends {
  return { kind: 'selector', selector: parseLabelSelector(text) ?? [] };
}

/** What an entry says about the address, whoever makes the Service. */
function addressing(exposed: DeviceApp | DeviceService): DesiredEntry {
  return withoutUndefined({
    expose: exposed.expose === 'external' ? ('external' as const) : ('internal' as const),
    address: exposed.address,
    pool: exposed.pool,
    shareAddress: exposed.shareAddress,
    externalTrafficPolicy: exposed.externalTrafficPolicy,
    probe: exposed.probe,
  });
}

function ownService(exposed: DeviceApp | DeviceService, backends: Backends): DesiredEntry {
  const ports = Object.entries(exposed.ports).map(([name, port]) => [name, formatPortMapping(port)] as const);
  return { ...addressing(exposed), ports: Object.fromEntries(ports), backends: formatBackends(backends) };
}

function byNamespace(entries: readonly PlacedEntry[]): NonNullable<DesiredInput['services']> {
  const namespaces = [...new Set(entries.map((entry) => entry.namespace))].sort();
  return Object.fromEntries(
    namespaces.map((namespace) => [
      namespace,
      Object.fromEntries(
        entries.filter((entry) => entry.namespace === namespace).map(({ name, entry }) => [name, entry] as const),
      ),
    ]),
  );
}
