import { z } from 'zod';
import {
  addressText,
  bgpPeerShape,
  cidrText,
  namespaceName,
  portMappingText,
  portName,
  portNumber,
  probeText,
  rangeText,
  serviceName,
} from './field-schemas.ts';

const API_VERSION = 'iotedge-networking/v1';

const ranges = z.union([rangeText, z.array(rangeText).min(1)]);

const bgpPeer = z.strictObject(bgpPeerShape);

const computeNetworkShape = {
  subnet: cidrText.optional().describe('Subnet of the port or virtual switch that is enabled for compute.'),
  gateway: addressText.optional(),
  deviceNodes: z.int().min(1).max(2).optional().describe('Nodes of the device: 1 or 2.'),
  nodeIps: rangeText.optional().describe('Kubernetes node IPs: contiguous, at least deviceNodes + 1.'),
  externalServiceIps: z
    .union([ranges, z.record(z.string().min(1), ranges)])
    .optional()
    .describe('Kubernetes external service IPs: one range, several, or ranges by pool name.'),
  podSubnet: cidrText
    .optional()
    .describe('Calico pod subnet, 172.27.0.0/16 unless changed before compute was configured.'),
  clusterIpSubnet: cidrText
    .optional()
    .describe('Cluster IP subnet, 172.28.0.0/16 unless changed before compute was configured.'),
  kubernetes: z
    .enum(['device', 'aks'])
    .optional()
    .describe(
      'Kubernetes of the device: its own, or Azure Kubernetes Service, which takes 6 node IPs on one node and 7 on two.',
    ),
  otherAddresses: z
    .record(z.string().min(1), addressText)
    .optional()
    .describe('Addresses that are taken, by what has them: ports, virtual IP, BMC, DNS, proxy, BGP peers.'),
  routes: z
    .array(cidrText)
    .optional()
    .describe('Networks that the device reaches by its routes; its pod and cluster IP subnets would hide them.'),
  announce: z.enum(['layer2', 'bgp']).optional(),
  bgpPeers: z.array(bgpPeer).optional(),
  managePools: z
    .boolean()
    .optional()
    .describe('Let the networking module make MetalLB pools (profile kubernetes only).'),
};

const port = z.union([
  portNumber,
  portMappingText,
  z.strictObject({
    port: portNumber.describe('Port that clients use.'),
    targetPort: portNumber.optional().describe('Port that the pod listens on; the same as port when absent.'),
    protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
  }),
]);

const exposure = {
  expose: z
    .enum(['external', 'internal', 'none'])
    .optional()
    .describe('external → LoadBalancer, internal → ClusterIP, none → no Service.'),
  ports: z.record(portName, port).optional(),
  address: addressText.optional().describe('Pin: the external address this must have.'),
  pool: z.string().min(1).optional().describe('Pool to take the address from.'),
  shareAddress: z
    .string()
    .min(1)
    .optional()
    .describe('Sharing key: one address for several Services with distinct ports.'),
  externalTrafficPolicy: z.enum(['Cluster', 'Local']).optional(),
  probe: probeText.optional(),
};

const appShape = {
  image: z.string().min(1).describe('Container image with tag or digest.'),
  replicas: z
    .int()
    .min(1)
    .max(20)
    .optional()
    .describe('Replicas; IoT Edge modules are singletons, so n replicas become n modules.'),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  createOptions: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Further createOptions, merged under the generated ones.'),
  ...exposure,
};

const app = z.strictObject(appShape);
const appOverride = z.strictObject(appShape).partial();

const service = z.strictObject({
  namespace: namespaceName.optional(),
  selector: z
    .union([z.string().min(1), z.record(z.string(), z.string())])
    .optional()
    .describe('Pods behind the Service: app=hmi, or a map.'),
  adopt: serviceName
    .optional()
    .describe('Name of an existing Service to take over (only its address fields are touched).'),
  ...exposure,
});

const layerShape = {
  tags: z.record(z.string(), z.unknown()).optional().describe('Device twin tags, used by target conditions.'),
  computeNetwork: z.strictObject(computeNetworkShape).optional(),
  apps: z.record(serviceName, appOverride).optional().describe('Changes to the fleet’s apps on this device.'),
};

const groupName = z.string().regex(/^[A-Za-z0-9][-A-Za-z0-9_]{0,62}$/, {
  error: 'must be letters, digits, "-" and "_", at most 63 characters',
});

const group = z.strictObject({
  ...layerShape,
  apps: z
    .record(serviceName, appOverride)
    .optional()
    .describe('Changes to the fleet’s apps on the devices of the group.'),
});

const device = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9\-:.+%_#*?!(),=@;$']{1,128}$/, { error: 'is not a device id IoT Hub takes' }),
  group: groupName.optional().describe('Group whose values lie between those of the fleet and those of the device.'),
  ...layerShape,
});

const fileName = z.string().min(1);

const deployment = z.strictObject({
  id: z.string().regex(/^[a-z0-9\-:+%_#*?!(),=@;']{1,128}$/, {
    error: 'is not a deployment id (lower-case, at most 128 characters)',
  }),
  targetCondition: z.string().min(1),
  priority: z.int().min(0),
  labels: z.record(z.string(), z.string()).optional(),
});

const placeholder = '$NAME, the name of a variable of the environment or of .env';

const registryCredential = z.strictObject({
  address: z
    .string()
    .regex(/^\S+$/, { error: 'must be a host without white space, such as contoso.azurecr.io' })
    .describe('Host of the registry, such as contoso.azurecr.io.'),
  username: z
    .string()
    .regex(/^\S+$/, { error: `must be a name without white space, or ${placeholder}` })
    .describe('User name or $NAME.'),
  password: z
    .string()
    .regex(/^\$[A-Za-z_][A-Za-z0-9_]*$/, { error: `must be ${placeholder}; a secret never stands in this file` })
    .describe('$NAME: variable of the environment or of .env that holds the password.'),
});

const runtime = z.strictObject({
  version: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/, { error: 'must be a version such as 1.5 or 1.5.21, in quotes' })
    .optional()
    .describe('Version of edgeAgent and edgeHub, 1.5 when absent.'),
  edgeAgent: z
    .string()
    .min(1)
    .optional()
    .describe('Image of edgeAgent, where it is not the one of Microsoft’s registry.'),
  edgeHub: z.string().min(1).optional().describe('Image of edgeHub, where it is not the one of Microsoft’s registry.'),
});

/** The file network.yaml, apiVersion iotedge-networking/v1: one device or a fleet. */
export const networkSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  name: serviceName.describe('Name of this network; used in ids and labels.'),
  profile: z
    .enum(['ase-k8s', 'vm', 'kubernetes'])
    .optional()
    .describe('Where the networking module runs; ase-k8s when absent.'),
  namespace: namespaceName.optional().describe('Namespace of the apps; iotedge when absent.'),
  computeNetwork: z.strictObject(computeNetworkShape).optional(),
  networkingModule: z
    .strictObject({
      name: serviceName.optional(),
      image: z.string().min(1).optional(),
      env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
      createOptions: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('createOptions of the networking module, merged under the generated ones.'),
    })
    .optional(),
  runtime: runtime.optional().describe('IoT Edge runtime: a version, or images of a registry of your own.'),
  registryCredentials: z
    .record(
      z.string().regex(/^[^.$#\s]{1,128}$/, { error: 'must be a name without ".", "$", "#" and white space' }),
      registryCredential,
    )
    .optional()
    .describe(
      'Registries the device signs in to, by a name of your choice. Secrets stand in the environment or in .env.',
    ),
  options: z
    .strictObject({
      pinAddresses: z.boolean().optional(),
      probe: z.boolean().optional(),
      page: z.boolean().optional().describe('Serve the read-only page on the device.'),
    })
    .optional(),
  apps: z.record(serviceName, app).optional(),
  services: z.record(serviceName, service).optional(),
  groups: z
    .record(groupName, group)
    .optional()
    .describe('Values that several devices have in common: they lie over the fleet’s and under the device’s own.'),
  devices: z.array(device).min(1).optional(),
  devicesFrom: z
    .union([fileName, z.array(fileName).min(1)])
    .optional()
    .describe('CSV or JSON files with further devices and their ranges, relative to this file.'),
  deployments: z.array(deployment).optional(),
});

/** network.yaml as it is written. */
export type NetworkFile = z.output<typeof networkSchema>;

/** One application of network.yaml. */
export type NetworkApp = z.output<typeof app>;

/** One device of network.yaml: what it says otherwise than fleet and group. */
export type NetworkDevice = z.output<typeof device>;

/** What the devices of a group have in common. */
export type NetworkGroup = z.output<typeof group>;

/** One existing workload of network.yaml that gets a Service. */
export type NetworkService = z.output<typeof service>;

/** The ranges of network.yaml, of the fleet or of one device. */
export type ComputeNetworkInput = NonNullable<NetworkFile['computeNetwork']>;
