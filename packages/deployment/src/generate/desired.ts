import {
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
  const entries = [
    ...planApps(network, device).flatMap((plan) => entryOfApp(network, plan)),
    ...serviceEntries(device),
  ];
  return withoutUndefined({
    schemaVersion: '1' as const,
    computeNetwork: desiredComputeNetwork(device),
    services: entries.length > 0 ? byNamespace(entries) : undefined,
    options: network.options,
  });
}

function desiredComputeNetwork({ computeNetwork }: DeviceNetwork): DesiredInput['computeNetwork'] {
  const pools = Object.entries(computeNetwork.externalServiceIps).map(([name, ranges]) => [name, ranges.join(',')]);
  return withoutUndefined({
    nodeIps: computeNetwork.nodeIps,
    externalServiceIps: pools.length > 0 ? (Object.fromEntries(pools) as Record<string, string>) : undefined,
    podSubnet: computeNetwork.podSubnet,
    clusterIpSubnet: computeNetwork.clusterIpSubnet,
    announce: computeNetwork.announce,
    managePools: computeNetwork.managePools,
  });
}

function entryOfApp(network: Network, { app, modules, serviceMaker }: AppPlan): readonly PlacedEntry[] {
  const placed = { namespace: network.namespace, name: app.name };
  if (serviceMaker === 'agent') return [{ ...placed, entry: addressing(app) }];
  if (serviceMaker === 'module') return [{ ...placed, entry: ownService(app, { kind: 'modules', modules }) }];
  if (serviceMaker !== 'labels') return [];
  const selector = Object.entries(appLabels(app.name)).map(([key, value]) => `${key}=${value}`);
  return [{ ...placed, entry: ownService(app, selectorBackends(selector.join(','))) }];
}

function serviceEntries(device: DeviceNetwork): readonly PlacedEntry[] {
  return device.services.flatMap((service): readonly PlacedEntry[] => {
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
