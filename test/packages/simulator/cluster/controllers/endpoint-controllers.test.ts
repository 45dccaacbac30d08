import assert from 'node:assert/strict';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import { objectsAt } from '../../../../../packages/simulator/src/cluster/json.ts';
import type { KubeObject } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import type { PodObject } from '../../../../../packages/simulator/src/cluster/workload-objects.ts';
import { bareCluster, deployment, serviceOf, type BareCluster } from '../support/bare-cluster.ts';

const web = { namespace: 'default', name: 'web' };

function slicesOf({ client }: BareCluster, service = 'web'): readonly KubeObject[] {
  return client.list(refs.endpointSlices, { labelSelector: `kubernetes.io/service-name=${service}` });
}

function addresses(slices: readonly KubeObject[]): string[] {
  const conditions = (endpoint: Record<string, unknown>): string =>
    Object.entries(endpoint['conditions'] as Record<string, boolean>).filter(([, value]) => value).map(([name]) => name).sort().join('+');
  return slices.flatMap((slice) => objectsAt(slice, 'endpoints').map((endpoint) => `${(endpoint['addresses'] as string[])[0] ?? ''} ${conditions(endpoint)}`)).sort();
} // prettier-ignore

function endpoints({ client }: BareCluster): unknown {
  const [subset] = objectsAt(client.get(refs.endpoints, web), 'subsets');
  const ips = (list: string): unknown[] => objectsAt(subset, list).map(({ ip }) => ip);
  return { ready: ips('addresses'), notReady: ips('notReadyAddresses'), ports: subset?.['ports'] };
}

function setReady({ client, settle }: BareCluster, ip: string, status: 'True' | 'False'): void {
  const pod = (client.list(refs.pods) as PodObject[]).find((each) => each.status?.podIP === ip);
  assert.ok(pod !== undefined);
  const conditions = pod.status?.conditions?.map((condition) =>
    condition.type === 'Ready' ? { ...condition, status } : condition,
  );
  client.updateStatus(refs.pods, {
    ...pod,
    metadata: { ...pod.metadata, resourceVersion: '' },
    status: { ...pod.status, conditions },
  });
  settle();
}

async function served(spec: object = {}): Promise<BareCluster> {
  const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
  cluster.client.create(refs.deployments, deployment('web', 2));
  cluster.client.create(refs.services, serviceOf('web', spec));
  cluster.settle();
  return cluster;
}

describe('[unit] endpoint controllers', () => {
  it('list the ready pods of a Service, with node and reference', async () => {
    const cluster = await served();
    assert.deepEqual(endpoints(cluster), {
      ready: ['172.27.0.1', '172.27.0.2'],
      notReady: [],
      ports: [{ port: 80, protocol: 'TCP' }],
    });
    const [slice] = slicesOf(cluster);
    assert.match(slice?.metadata.name ?? '', /^web-[a-z0-9]{5}$/);
    assert.deepEqual(
      slice?.metadata.ownerReferences?.map(({ kind, name, controller }) => [kind, name, controller]),
      [['Service', 'web', true]],
    );
    assert.deepEqual(addresses(slicesOf(cluster)), ['172.27.0.1 ready+serving', '172.27.0.2 ready+serving']);
    const [endpoint] = objectsAt(slice, 'endpoints');
    assert.deepEqual([endpoint?.['nodeName'], (endpoint?.['targetRef'] as { kind: string }).kind], ['k8s-1', 'Pod']);
  });

  it('move a pod that is not ready any more aside, and take it back', async () => {
    const cluster = await served();
    setReady(cluster, '172.27.0.1', 'False');
    assert.deepEqual(endpoints(cluster), {
      ready: ['172.27.0.2'],
      notReady: ['172.27.0.1'],
      ports: [{ port: 80, protocol: 'TCP' }],
    });
    assert.deepEqual(addresses(slicesOf(cluster)), ['172.27.0.1 ', '172.27.0.2 ready+serving']);
    setReady(cluster, '172.27.0.1', 'True');
    assert.deepEqual(addresses(slicesOf(cluster)), ['172.27.0.1 ready+serving', '172.27.0.2 ready+serving']);
  });

  it('show a pod that ends as serving and terminating, and no more in Endpoints', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'] });
    cluster.client.create(refs.services, serviceOf('web'));
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'default', labels: { app: 'web' } },
      spec: { nodeName: 'k8s-1', containers: [{ name: 'c', image: 'c' }] },
    };
    cluster.client.create(refs.pods, pod);
    cluster.client.updateStatus(refs.pods, {
      ...pod,
      status: { podIP: '172.27.0.9', conditions: [{ type: 'Ready', status: 'True' }] },
    });
    cluster.client.remove(refs.pods, pod.metadata, {});
    cluster.settle();
    assert.deepEqual(addresses(slicesOf(cluster)), ['172.27.0.9 serving+terminating']);
    assert.deepEqual(endpoints(cluster), { ready: [], notReady: [], ports: undefined });
  });

  it('resolve named ports pod by pod', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    for (const [name, containerPort] of [
      ['a', 8080],
      ['b', 9090],
    ] as const) {
      const containers = [{ name: 'c', image: 'c', ports: [{ name: 'http', containerPort }] }];
      cluster.client.create(refs.pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', labels: { app: 'web' } },
        spec: { containers },
      });
    }
    cluster.client.create(refs.services, serviceOf('web', { ports: [{ name: 'x', port: 80, targetPort: 'http' }] }));
    cluster.settle();
    const ports = slicesOf(cluster)
      .map((slice) => objectsAt(slice, 'ports').map(({ port }) => port))
      .sort();
    assert.deepEqual(ports, [[8080], [9090]]);
  });

  it('publish pods that are not ready where the Service says so', async () => {
    const cluster = await served({ publishNotReadyAddresses: true });
    setReady(cluster, '172.27.0.1', 'False');
    assert.deepEqual(addresses(slicesOf(cluster)), ['172.27.0.1 ready', '172.27.0.2 ready+serving']);
  });

  it('divide more than a hundred endpoints into slices', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 120));
    cluster.client.create(refs.services, serviceOf('web'));
    cluster.settle();
    assert.deepEqual(
      slicesOf(cluster)
        .map((slice) => objectsAt(slice, 'endpoints').length)
        .sort(),
      [100, 20],
    );
  });

  it('leave the slices of others alone, and restore their own', async () => {
    const cluster = await served();
    const labels = { 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'me' };
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'mine', namespace: 'default', labels },
      addressType: 'IPv4',
      endpoints: [],
      ports: [],
    };
    cluster.client.create(refs.endpointSlices, slice);
    cluster.settle();
    const own = slicesOf(cluster).find(({ metadata }) => metadata.name !== 'mine');
    cluster.client.remove(refs.endpointSlices, own?.metadata ?? web);
    cluster.settle();
    assert.equal(slicesOf(cluster).length, 2);
    assert.deepEqual(addresses(slicesOf(cluster)), ['172.27.0.1 ready+serving', '172.27.0.2 ready+serving']);
  });

  it('mirror what people write for a Service without selector', async () => {
    const cluster = await bareCluster();
    cluster.client.create(refs.services, serviceOf('plc', { selector: undefined }));
    const key = { namespace: 'default', name: 'plc' };
    const subsets = [
      { addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '10.0.0.2' }], ports: [{ port: 502 }] },
    ];
    cluster.client.create(refs.endpoints, { apiVersion: 'v1', kind: 'Endpoints', metadata: key, subsets });
    cluster.settle();
    assert.deepEqual(addresses(slicesOf(cluster, 'plc')), ['10.0.0.1 ready', '10.0.0.2 ']);
    cluster.client.patch(refs.endpoints, key, {
      kind: 'merge',
      body: { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } } },
    });
    cluster.settle();
    assert.deepEqual(slicesOf(cluster, 'plc'), []);
  });

  it('go with their Service', async () => {
    const cluster = await served();
    cluster.client.remove(refs.services, web);
    cluster.settle();
    assert.deepEqual([slicesOf(cluster), cluster.client.get(refs.endpoints, web)], [[], undefined]);
    assert.deepEqual(cluster.errors, []);
  });

  it('write nothing when nothing changes', async () => {
    const cluster = await served();
    const before = cluster.controlPlane.environment.store.resourceVersion;
    cluster.client.patch(refs.services, web, { kind: 'merge', body: { metadata: { annotations: { a: 'b' } } } });
    cluster.settle();
    assert.equal(cluster.controlPlane.environment.store.resourceVersion, before + 1);
  });
});
