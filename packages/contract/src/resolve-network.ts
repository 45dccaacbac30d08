import { groupOf } from './device-layers.ts';
import type { ComputeNetworkInput, NetworkApp, NetworkDevice, NetworkFile, NetworkService } from './network-schema.ts';
import { parsePortMapping, type PortMapping } from './port-mapping.ts';

/** Where the networking module runs and how it reaches Kubernetes. */
export type Profile = 'ase-k8s' | 'vm' | 'kubernetes';

/** The ranges of one device, with the device's defaults filled in. */
export interface DeviceComputeNetwork {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly deviceNodes: number;
  readonly nodeIps?: string;
  /** Ranges by pool name; the device itself knows one pool, `default`. */
  readonly externalServiceIps: Readonly<Record<string, readonly string[]>>;
  readonly podSubnet: string;
  readonly clusterIpSubnet: string;
  readonly announce: 'layer2' | 'bgp';
  readonly bgpPeers: NonNullable<ComputeNetworkInput['bgpPeers']>;
  readonly managePools: boolean;
  /** `device` when absent. */
  readonly kubernetes?: 'device' | 'aks';
  /** Addresses that are taken, by what has them. */
  readonly otherAddresses?: Readonly<Record<string, string>>;
  /** Networks that the device reaches by its routes. */
  readonly routes?: readonly string[];
}

interface DeviceExposure {
  readonly expose: 'external' | 'internal' | 'none';
  readonly ports: Readonly<Record<string, PortMapping>>;
  readonly address?: string;
  readonly pool?: string;
  readonly shareAddress?: string;
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  /** See {@link parseProbe}. */
  readonly probe?: string;
}

/** One application on one device. */
export interface DeviceApp extends DeviceExposure {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly env: Readonly<Record<string, string | number | boolean>>;
  readonly createOptions: Readonly<Record<string, unknown>>;
}

/** One existing workload that gets a Service, or an existing Service that is adopted. */
export interface DeviceService extends DeviceExposure {
  readonly name: string;
  readonly namespace: string;
  readonly selector?: string;
  readonly adopt?: string;
}

/** Everything network.yaml says about one device. */
export interface DeviceNetwork {
  readonly id: string;
  /** Group that it is in. */
  readonly group?: string;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly computeNetwork: DeviceComputeNetwork;
  readonly apps: readonly DeviceApp[];
  readonly services: readonly DeviceService[];
}

/** network.yaml with fleet defaults and device overrides worked out. */
export interface Network {
  readonly name: string;
  readonly profile: Profile;
  readonly namespace: string;
  readonly module: {
    readonly name: string;
    readonly image: string;
    readonly env: Readonly<Record<string, string | number | boolean>>;
    readonly createOptions: Readonly<Record<string, unknown>>;
  };
  /** Images of the IoT Edge runtime. */
  readonly runtime: { readonly edgeAgent: string; readonly edgeHub: string };
  /** Registries by name; secrets are names of variables, `$NAME`. */
  readonly registryCredentials: NonNullable<NetworkFile['registryCredentials']>;
  readonly options: { readonly pinAddresses: boolean; readonly probe: boolean; readonly page?: boolean };
  readonly devices: readonly DeviceNetwork[];
  readonly deployments: NonNullable<NetworkFile['deployments']>;
}

/** Name of the networking module where network.yaml does not give one; fit for every tool (letters only). */
export const DEFAULT_MODULE_NAME = 'networking';

const DEFAULT_MODULE_IMAGE = 'ghcr.io/iotedge-networking/networking:0.1.0';

/** Fills in defaults and lays fleet, group and device over each other. */
export function resolveNetwork(file: NetworkFile): Network {
  const namespace = file.namespace ?? 'iotedge';
  return {
    name: file.name,
    profile: file.profile ?? 'ase-k8s',
    namespace,
    module: resolveModule(file.networkingModule ?? {}),
    runtime: resolveRuntime(file.runtime ?? {}),
    registryCredentials: file.registryCredentials ?? {},
    options: { pinAddresses: true, probe: true, ...file.options },
    devices: resolveDevices(file, {
      compute: resolveCompute,
      app: resolveApp,
      services: Object.entries(file.services ?? {}).map(([name, service]) => resolveService(name, service, namespace)),
    }),
    deployments: file.deployments ?? [],
  };
}

/** How the parts of a device are made of what the layers say together. */
interface DeviceParts {
  readonly compute: (input: ComputeNetworkInput) => DeviceComputeNetwork;
  readonly app: (name: string, app: NetworkApp) => DeviceApp;
  readonly services: readonly DeviceService[];
}

/**
 * Lays fleet, group and device over each other, field by field; the nearest to the device wins. Devices that say the same about applications hold the
 * same list, so that whoever works on a fleet can tell by identity what need not be done twice.
 */
function resolveDevices(file: NetworkFile, parts: DeviceParts): readonly DeviceNetwork[] {
  const lists = new Map<string, readonly DeviceApp[]>();
  const appsOf = (device: NetworkDevice): readonly DeviceApp[] => {
    const key = JSON.stringify([device.group, device.apps]);
    const known = lists.get(key);
    if (known !== undefined) return known;
    const made = mergedApps(file, device, parts);
    lists.set(key, made);
    return made;
  };
  return (file.devices ?? []).map((device) => {
    const group = groupOf(file, device);
    return {
      id: device.id,
      ...(device.group === undefined ? {} : { group: device.group }),
      tags: { ...group?.tags, ...device.tags },
      computeNetwork: parts.compute({ ...file.computeNetwork, ...group?.computeNetwork, ...device.computeNetwork }),
      apps: appsOf(device),
      services: parts.services,
    };
  });
}

function mergedApps(file: NetworkFile, device: NetworkDevice, parts: DeviceParts): readonly DeviceApp[] {
  const group = groupOf(file, device);
  return Object.entries(file.apps ?? {}).map(([name, app]) =>
    parts.app(name, { ...app, ...group?.apps?.[name], ...device.apps?.[name] }),
  );
}

function resolveModule(module: NonNullable<NetworkFile['networkingModule']>): Network['module'] {
  return {
    name: module.name ?? DEFAULT_MODULE_NAME,
    image: module.image ?? DEFAULT_MODULE_IMAGE,
    env: module.env ?? {},
    createOptions: module.createOptions ?? {},
  };
}

function resolveRuntime(runtime: NonNullable<NetworkFile['runtime']>): Network['runtime'] {
  const version = runtime.version ?? '1.5';
  return {
    edgeAgent: runtime.edgeAgent ?? `mcr.microsoft.com/azureiotedge-agent:${version}`,
    edgeHub: runtime.edgeHub ?? `mcr.microsoft.com/azureiotedge-hub:${version}`,
  };
}

/** The subnets of a device on which nobody has changed them; other clusters have their own. */
export const DEVICE_SUBNETS = { podSubnet: '172.27.0.0/16', clusterIpSubnet: '172.28.0.0/16' };

function resolveCompute(input: ComputeNetworkInput): DeviceComputeNetwork {
  return {
    subnet: input.subnet,
    gateway: input.gateway,
    deviceNodes: input.deviceNodes ?? 1,
    nodeIps: input.nodeIps,
    externalServiceIps: poolRanges(input.externalServiceIps),
    podSubnet: input.podSubnet ?? DEVICE_SUBNETS.podSubnet,
    clusterIpSubnet: input.clusterIpSubnet ?? DEVICE_SUBNETS.clusterIpSubnet,
    announce: input.announce ?? 'layer2',
    bgpPeers: input.bgpPeers ?? [],
    managePools: input.managePools ?? false,
    ...(input.kubernetes === undefined ? {} : { kubernetes: input.kubernetes }),
    ...(input.otherAddresses === undefined ? {} : { otherAddresses: input.otherAddresses }),
    ...(input.routes === undefined ? {} : { routes: input.routes }),
  };
}

/** The pools of a declaration: a plain range or list is the pool `default`. */
export function poolRanges(
  declared: ComputeNetworkInput['externalServiceIps'],
): Readonly<Record<string, readonly string[]>> {
  if (declared === undefined) return {};
  if (typeof declared === 'string') return { default: [declared] };
  if (Array.isArray(declared)) return { default: declared };
  return Object.fromEntries(
    Object.entries(declared).map(([name, ranges]) => [name, typeof ranges === 'string' ? [ranges] : ranges]),
  );
}

function resolveApp(name: string, app: NetworkApp): DeviceApp {
  return {
    name,
    image: app.image,
    replicas: app.replicas ?? 1,
    env: app.env ?? {},
    createOptions: app.createOptions ?? {},
    ...resolveExposure(app, 'none'),
  };
}

function resolveService(name: string, service: NetworkService, namespace: string): DeviceService {
  const { selector } = service;
  return {
    name,
    namespace: service.namespace ?? namespace,
    selector:
      typeof selector === 'object'
        ? Object.entries(selector)
            .map(([key, value]) => `${key}=${value}`)
            .join(',')
        : selector,
    adopt: service.adopt,
    ...resolveExposure(service, 'external'),
  };
}

function resolveExposure(input: NetworkApp | NetworkService, defaultExpose: 'none' | 'external'): DeviceExposure {
  return {
    expose: input.expose ?? defaultExpose,
    ports: Object.fromEntries(Object.entries(input.ports ?? {}).map(([name, port]) => [name, resolvePort(port)])),
    address: input.address,
    pool: input.pool,
    shareAddress: input.shareAddress,
    externalTrafficPolicy: input.externalTrafficPolicy,
    probe: input.probe,
  };
}

function resolvePort(port: NonNullable<NetworkApp['ports']>[string]): PortMapping {
  if (typeof port === 'number') return { port, targetPort: port, protocol: 'TCP' };
  if (typeof port === 'string') return parsePortMapping(port) ?? { port: 0, targetPort: 0, protocol: 'TCP' };
  return { port: port.port, targetPort: port.targetPort ?? port.port, protocol: port.protocol ?? 'TCP' };
}
