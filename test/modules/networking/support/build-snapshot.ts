import { readDesired, type Desired } from '@iotedge-networking/contract';
import { EMPTY_CONFIG, type MetalLbConfig } from '@iotedge-networking/metallb';
import type { DecideInput, DecideSettings } from '../../../../modules/networking/src/decide/decide.ts';
import { EMPTY_MEMORY } from '../../../../modules/networking/src/decide/memory.ts';
import { metalLbModel } from '../../../../modules/networking/src/decide/metallb-model.ts';
import type {
  ClusterNode,
  ClusterPod,
  ClusterService,
  ClusterSlice,
  LoadBalancerView,
  Snapshot,
} from '../../../../modules/networking/src/gather/snapshot.ts';

export const SETTINGS: DecideSettings = {
  instance: 'store-1',
  iotEdgeNamespace: 'iotedge',
  clusterDomain: 'cluster.local',
  version: '1.0.0',
  startedAt: '2026-01-01T00:00:00.000Z',
};

export const NOW = '2026-01-02T00:00:00.000Z';

export const OWN = { 'app.kubernetes.io/managed-by': 'iotedge-networking', 'app.kubernetes.io/instance': 'store-1' };

export const AGENT = { 'net.azure-devices.edge.deviceid': 'store-1', 'net.azure-devices.edge.module': 'web' };

/** A LoadBalancer Service with one port that holds an address, unless told otherwise. */
export function service(name: string, change: Partial<ClusterService> = {}): ClusterService {
  return {
    namespace: 'iotedge',
    name,
    uid: `uid-${name}`,
    labels: {},
    annotations: {},
    type: 'LoadBalancer',
    clusterIps: ['172.28.0.5'],
    ports: [{ name: 'http', port: 8080, targetPort: 80, protocol: 'TCP' }],
    selector: { app: name },
    loadBalancerIp: '',
    ingress: [],
    deleting: false,
    ...change,
  };
}

export function slice(serviceName: string, change: Partial<ClusterSlice> = {}): ClusterSlice {
  return {
    namespace: 'iotedge',
    name: `${serviceName}-abcde`,
    uid: `uid-slice-${serviceName}`,
    service: serviceName,
    ours: false,
    addressType: 'IPv4',
    ports: [],
    endpoints: [],
    ready: 1,
    total: 1,
    readyNodes: ['node-1'],
    ...change,
  };
}

export function pod(name: string, change: Partial<ClusterPod> = {}): ClusterPod {
  return {
    namespace: 'iotedge',
    name,
    uid: `uid-${name}`,
    labels: { 'net.azure-devices.edge.module': name },
    ips: ['172.27.0.10'],
    nodeName: 'node-1',
    ready: true,
    ended: false,
    ...change,
  };
}

export function node(name: string, change: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name,
    ip: '10.126.75.200',
    role: 'master',
    ready: true,
    networkUnavailable: false,
    labels: {},
    ...change,
  };
}

/** MetalLB's configuration with one pool per entry, each announced by layer 2. */
export function pools(ranges: Readonly<Record<string, string>>): MetalLbConfig {
  return {
    ...EMPTY_CONFIG,
    pools: Object.entries(ranges).map(([name, range]) => ({
      name,
      labels: {},
      addresses: [range],
      autoAssign: true,
      avoidBuggyIPs: false,
    })),
    l2Advertisements: [
      {
        name: 'all',
        ipAddressPools: [],
        ipAddressPoolSelectors: [],
        nodeSelectors: [],
        interfaces: [],
        serviceSelectors: [],
        preferredNodeSelectors: [],
      },
    ],
  };
}

export const RANGE = '10.126.75.206-10.126.75.215';

/** MetalLB 0.12 with a ConfigMap. */
export function legacy(ranges: Readonly<Record<string, string>> = { default: RANGE }): LoadBalancerView {
  return { kind: 'metallb', dialect: 'configmap', version: '0.12', config: pools(ranges) };
}

/** MetalLB with resources, 0.14.9 unless told otherwise. */
export function crd(
  ranges: Readonly<Record<string, string>> = { default: RANGE },
  version = '0.14.9',
): LoadBalancerView {
  return { kind: 'metallb', dialect: 'crd', version, config: pools(ranges) };
}

interface Cluster {
  readonly services?: readonly ClusterService[];
  readonly slices?: readonly ClusterSlice[];
  readonly pods?: readonly ClusterPod[];
}

/** A cluster that was read completely, with the namespaces `iotedge` and `plant`, one node and a ready endpoint behind every Service without slices. */
export function snapshot({ services = [], slices, pods = [] }: Cluster = {}, change: Partial<Snapshot> = {}): Snapshot {
  const all = slices ?? services.map((one) => slice(one.name, { namespace: one.namespace }));
  const byService = new Map<string, ClusterSlice[]>();
  for (const one of all) {
    const key = `${one.namespace}/${one.service}`;
    byService.set(key, [...(byService.get(key) ?? []), one]);
  }
  const namespaces = new Map(['iotedge', 'plant'].map((name) => [name, { name, labels: {} }]));
  return {
    synced: true,
    services: new Map(services.map((one) => [`${one.namespace}/${one.name}`, one])),
    slices: byService,
    endpointsKnown: true,
    pods: new Map([...namespaces.keys()].map((name) => [name, pods.filter(({ namespace }) => namespace === name)])),
    nodes: [node('node-1')],
    namespaces,
    loadBalancer: legacy(),
    conditions: {},
    failures: new Map(),
    ...change,
  };
}

/** A desired document, with what is not given left out. */
export function desired(services: object, rest: object = {}): Desired {
  const outcome = readDesired({ schemaVersion: '1', services, ...rest });
  if (!outcome.ok) throw new Error(outcome.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return outcome.value;
}

/** A web server made by the module: external, over the pods of app=web, unless told otherwise. */
export function web(change: object = {}): object {
  return { expose: 'external', ports: { http: '8080:80/TCP' }, backends: 'selector:app=web', ...change };
}

/** The input of one pass. */
export function input(change: Partial<DecideInput> & { readonly snapshot: Snapshot }): DecideInput {
  return {
    desired: undefined,
    desiredStatus: { version: 7, state: 'accepted', problems: [] },
    memory: EMPTY_MEMORY,
    now: NOW,
    settings: SETTINGS,
    model: metalLbModel(change.snapshot),
    ...change,
  };
}
