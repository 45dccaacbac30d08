import type { KubeObject } from '../../packages/simulator/src/cluster/object-client.ts';
import type { Random } from './random.ts';
import { REFS } from './refs.ts';
import type { Stage } from './stage.ts';

/** Something that happens to the wish, the workload or the cluster, all at once and without waiting. */
export interface Change {
  readonly name: string;
  readonly weight: number;
  /** Does it; the result is one phrase about what exactly, undefined when it was not possible just now. */
  readonly run: (stage: Stage, random: Random) => string | undefined;
}

const PODS = ['edge-web1', 'edge-web2', 'edge-web3'];

/** Workload: what people and edgeAgent do to pods and Services. */
export const WORKLOAD_CHANGES: readonly Change[] = [
  { name: 'pod readiness', weight: 4, run: changeReadiness },
  { name: 'pod deleted', weight: 2, run: deletePod },
  { name: 'replicas', weight: 2, run: scale },
  { name: 'edge module', weight: 3, run: changeEdgeModule },
  { name: 'kubectl Service', weight: 4, run: changeManualService },
  { name: 'tampering', weight: 4, run: tamper },
  { name: 'node', weight: 2, run: changeNode },
];

function podNames({ cluster }: Stage): readonly string[] {
  const pods = cluster.client.list(REFS.pods, { namespace: 'iotedge' });
  return pods.map(({ metadata }) => metadata.name).sort();
}

function changeReadiness(stage: Stage, random: Random): string | undefined {
  const app = random.pick([...PODS, 'hmi']);
  const [place, isBroken] = [random.next(), random.chance(0.5)];
  const names = podNames(stage).filter((name) => name.startsWith(app));
  const name = names[Math.floor(place * names.length)];
  if (name === undefined) return undefined;
  stage.kubelet.setBroken(`iotedge/${name}`, isBroken);
  return `a pod of ${app} is ${isBroken ? 'not ready' : 'ready'}`;
}

function deletePod(stage: Stage, random: Random): string | undefined {
  const app = random.pick([...PODS, 'hmi']);
  const name = podNames(stage).find((each) => each.startsWith(app));
  if (name === undefined) return undefined;
  stage.cluster.client.remove(REFS.pods, { namespace: 'iotedge', name });
  return `a pod of ${app} is deleted`;
}

function scale({ cluster }: Stage, random: Random): string {
  const replicas = random.integer(4);
  cluster.client.patch(
    REFS.deployments,
    { namespace: 'iotedge', name: 'hmi' },
    { kind: 'merge', body: { spec: { replicas } } },
  );
  return `hmi has ${replicas} replicas`;
}

function changeEdgeModule({ edgeModules, deploy, guard }: Stage, random: Random): string {
  const name = random.pick([...PODS, 'plc', 'opc']);
  const before = edgeModules.get(name);
  const isRemoved = before !== undefined && !PODS.includes(name) && random.chance(0.3);
  if (isRemoved) edgeModules.delete(name);
  else
    edgeModules.set(name, {
      revision: (before?.revision ?? 0) + 1,
      ...(PODS.includes(name) ? {} : { published: 4840 + random.integer(3) }),
    });
  // edgeAgent writes its Services anew without asking anybody about their address.
  guard.takes(`iotedge/${name}`);
  deploy();
  return `edgeAgent ${isRemoved ? 'removes' : before === undefined ? 'adds' : 'rewrites'} ${name}`;
}

function changeManualService({ cluster, manual, guard }: Stage, random: Random): string {
  const name = `manual-${random.integer(4)}`;
  const key = { namespace: 'default', name };
  if (!manual.has(name)) {
    manual.add(name);
    const address = random.chance(0.3) ? { loadBalancerIP: `10.126.75.${206 + random.integer(10)}` } : {};
    cluster.client.create(REFS.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: key,
      spec: { type: 'LoadBalancer', selector: { app: 'none' }, ports: [{ port: 80, protocol: 'TCP' }], ...address },
    });
    return `kubectl makes ${name}`;
  }
  if (random.chance(0.5)) {
    manual.delete(name);
    cluster.client.remove(REFS.services, key);
    return `kubectl deletes ${name}`;
  }
  const type = random.pick(['ClusterIP', 'LoadBalancer']);
  guard.takes(`default/${name}`);
  cluster.client.patch(REFS.services, key, { kind: 'merge', body: { spec: { type } } });
  return `kubectl makes ${name} a ${type}`;
}

const TAMPERINGS: Readonly<Record<string, (service: KubeObject) => object>> = {
  'the ports': () => ({ spec: { ports: [{ name: 'odd', port: 9999, protocol: 'TCP' }] } }),
  'the requested address': () => ({
    spec: { loadBalancerIP: null },
    metadata: {
      annotations: { 'metallb.universe.tf/loadBalancerIPs': null, 'metallb.io/loadBalancerIPs': null },
    },
  }),
  'an impossible address': () => ({ spec: { loadBalancerIP: '192.0.2.1' } }),
  'the type': () => ({ spec: { type: 'ClusterIP' } }),
  'the instance label': () => ({ metadata: { labels: { 'app.kubernetes.io/part-of': 'something' } } }),
};

/** Somebody changes or deletes what the module keeps. */
function tamper({ cluster, wish, guard }: Stage, random: Random): string | undefined {
  const { client } = cluster;
  const [choice, how, place] = [random.next(), random.pick(Object.keys(TAMPERINGS)), random.next()];
  const names = [...wish.services].filter(([, { backends }]) => backends !== undefined).map(([name]) => name);
  const name = names[Math.floor(place * names.length)];
  const service = name === undefined ? undefined : client.get(REFS.services, { namespace: 'iotedge', name });
  if (name === undefined || service === undefined) return undefined;
  guard.takes(`iotedge/${name}`);
  if (choice < 0.2) {
    client.remove(REFS.services, service.metadata);
    return `somebody deletes Service ${name}`;
  }
  if (choice < 0.4) return tamperWithSlice(client, name);
  client.patch(REFS.services, service.metadata, { kind: 'merge', body: TAMPERINGS[how]?.(service) ?? {} });
  return `somebody changes ${how} of Service ${name}`;
}

function tamperWithSlice(client: Stage['cluster']['client'], name: string): string | undefined {
  const labelSelector = `kubernetes.io/service-name=${name},endpointslice.kubernetes.io/managed-by=iotedge-networking`;
  const [slice] = client.list(REFS.endpointSlices, { namespace: 'iotedge', labelSelector });
  if (slice === undefined) return undefined;
  client.remove(REFS.endpointSlices, slice.metadata);
  return `somebody deletes the EndpointSlice of ${name}`;
}

function changeNode({ cluster }: Stage, random: Random): string {
  const [name, status] = [random.pick(['k8s-1', 'k8s-2']), random.pick(['True', 'True', 'Unknown'])];
  const node = cluster.client.get(REFS.nodes, { name });
  const { conditions = [] } = (node?.['status'] ?? {}) as {
    readonly conditions?: readonly { readonly type: string }[];
  };
  const changed = conditions.map((condition) => (condition.type === 'Ready' ? { ...condition, status } : condition));
  const body = { status: { conditions: changed } };
  cluster.client.patch(REFS.nodes, { name }, { kind: 'merge', subresource: 'status', body });
  return `node ${name} is ${status === 'True' ? 'there' : 'lost'}`;
}
