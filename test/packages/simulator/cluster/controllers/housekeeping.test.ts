import assert from 'node:assert/strict';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import { objectAt, objectsAt } from '../../../../../packages/simulator/src/cluster/json.ts';
import type { KubeObject } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import type { NodeObject, PodObject } from '../../../../../packages/simulator/src/cluster/workload-objects.ts';
import { addNode, bareCluster, deployment, names, serviceOf, type BareCluster } from '../support/bare-cluster.ts';

const configMap = (name: string, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...metadata },
});
const ownedBy = ({ metadata }: KubeObject, blockOwnerDeletion = false): object => ({
  ownerReferences: [
    { apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name, uid: metadata.uid, blockOwnerDeletion },
  ],
});

describe('[unit] garbage collection', () => {
  const owned = (cluster: BareCluster, blocks = false): void => {
    const owner = cluster.client.create(refs.configMaps, configMap('owner'));
    cluster.client.create(refs.configMaps, configMap('owned', ownedBy(owner, blocks)));
    cluster.settle();
  };
  const left = ({ client }: BareCluster): string[] =>
    names(client, refs.configMaps).filter((name) => name.startsWith('own'));

  it('in the background takes what is owned after the owner', async () => {
    const cluster = await bareCluster();
    owned(cluster);
    cluster.client.remove(refs.configMaps, { namespace: 'default', name: 'owner' });
    assert.deepEqual(left(cluster), ['owned']);
    cluster.settle();
    assert.deepEqual(left(cluster), []);
  });

  it('in the foreground takes what is owned first', async () => {
    const cluster = await bareCluster();
    owned(cluster, true);
    const order: string[] = [];
    cluster.client.watch(refs.configMaps, ({ type, object }) => {
      if (type === 'DELETED') order.push(object.metadata.name);
    });
    cluster.client.remove(
      refs.configMaps,
      { namespace: 'default', name: 'owner' },
      { propagationPolicy: 'Foreground' },
    );
    cluster.settle();
    assert.deepEqual(order, ['owned', 'owner']);
  });

  it('as orphans leaves them without a reference', async () => {
    const cluster = await bareCluster();
    owned(cluster);
    cluster.client.remove(refs.configMaps, { namespace: 'default', name: 'owner' }, { propagationPolicy: 'Orphan' });
    cluster.settle();
    assert.deepEqual(left(cluster), ['owned']);
    assert.equal(
      cluster.client.get(refs.configMaps, { namespace: 'default', name: 'owned' })?.metadata.ownerReferences,
      undefined,
    );
  });

  it('takes an object whose owner never was, and one that waits for a finalizer only when that is gone', async () => {
    const cluster = await bareCluster();
    const ghost = { ...configMap('ghost'), metadata: { name: 'ghost', uid: 'nobody' } };
    cluster.client.create(refs.configMaps, configMap('owned', { ...ownedBy(ghost), finalizers: ['example.com/hold'] }));
    cluster.settle();
    assert.deepEqual(left(cluster), ['owned']);
    cluster.client.patch(
      refs.configMaps,
      { namespace: 'default', name: 'owned' },
      { kind: 'merge', body: { metadata: { finalizers: null } } },
    );
    assert.deepEqual(left(cluster), []);
  });

  it('goes on after a restart with what stands in the store', async () => {
    const first = await bareCluster();
    owned(first);
    const snapshot = structuredClone(first.controlPlane.environment.store.snapshot());
    const second = await bareCluster({ snapshot });
    second.client.remove(refs.configMaps, { namespace: 'default', name: 'owner' });
    second.settle();
    assert.deepEqual(left(second), []);
  });
});

describe('[unit] namespaces', () => {
  it('get an account and the certificate, before 1.24 also a token', async () => {
    for (const [version, secrets] of [
      ['1.20.15', 1],
      ['1.28.15', 0],
    ] as const) {
      const { client } = await bareCluster({ version });
      assert.deepEqual(names(client, refs.serviceAccounts), ['default']);
      assert.deepEqual(names(client, refs.configMaps), ['kube-root-ca.crt']);
      assert.equal(client.list(refs.secrets, { namespace: 'default' }).length, secrets);
    }
  });

  it('are emptied, with pods given their time, and then go', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'] });
    const { client } = cluster;
    client.create(refs.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'plant' } });
    client.create(refs.services, { ...serviceOf('web'), metadata: { name: 'web', namespace: 'plant' } });
    client.create(refs.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'plant' },
      spec: { nodeName: 'k8s-1', containers: [{ name: 'c', image: 'c' }] },
    });
    cluster.settle();
    client.remove(refs.namespaces, { name: 'plant' });
    cluster.settle();
    assert.equal(objectAt(client.get(refs.namespaces, { name: 'plant' }), 'status')?.['phase'], 'Terminating');
    assert.deepEqual([names(client, refs.services, 'plant'), names(client, refs.pods, 'plant')], [[], ['a']]);
    assert.throws(
      () => client.create(refs.configMaps, configMap('late', { namespace: 'plant' })),
      /unable to create new content in namespace plant because it is being terminated/,
    );
    client.remove(refs.pods, { namespace: 'plant', name: 'a' });
    cluster.settle();
    assert.equal(client.get(refs.namespaces, { name: 'plant' }), undefined);
  });

  it('of the system may not be deleted', async () => {
    const { client } = await bareCluster();
    assert.throws(() => client.remove(refs.namespaces, { name: 'kube-system' }), /this namespace may not be deleted/);
  });
});

describe('[unit] scheduler and nodes', () => {
  const nodesOf = ({ client }: BareCluster): string[] =>
    (client.list(refs.pods) as PodObject[]).map(({ spec }) => spec.nodeName ?? '').sort();

  it('spreads pods over ready nodes', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1', 'k8s-2'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 4));
    cluster.settle();
    assert.deepEqual(nodesOf(cluster), ['k8s-1', 'k8s-1', 'k8s-2', 'k8s-2']);
  });

  it('keeps a pod waiting and says why, until a node takes it', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.patch(refs.nodes, { name: 'k8s-1' }, { kind: 'merge', body: { spec: { unschedulable: true } } });
    cluster.client.create(refs.deployments, deployment('web', 1));
    cluster.settle();
    const events = cluster.client.list(refs.events).filter((event) => event['reason'] === 'FailedScheduling');
    assert.deepEqual(
      events.map((event) => event['message']),
      ['0/1 nodes are available: 1 node(s) were unschedulable.'],
    );
    addNode(cluster.client, 'k8s-2');
    cluster.settle();
    assert.deepEqual(nodesOf(cluster), ['k8s-2']);
  });

  it('respects node selectors and taints', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1', 'k8s-2'] });
    cluster.client.patch(
      refs.nodes,
      { name: 'k8s-2' },
      {
        kind: 'merge',
        body: { metadata: { labels: { gpu: 'yes' } }, spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } },
      },
    );
    const pod = (name: string, spec: object): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { containers: [{ name: 'c', image: 'c' }], ...spec },
    });
    cluster.client.create(refs.pods, pod('plain', {}));
    cluster.client.create(refs.pods, pod('picky', { nodeSelector: { gpu: 'yes' } }));
    cluster.client.create(
      refs.pods,
      pod('fit', { nodeSelector: { gpu: 'yes' }, tolerations: [{ key: 'gpu', operator: 'Exists' }] }),
    );
    cluster.settle();
    const placed = (cluster.client.list(refs.pods) as PodObject[]).map(
      ({ metadata, spec }) => `${metadata.name} ${spec.nodeName ?? '-'}`,
    );
    assert.deepEqual(placed, ['fit k8s-2', 'picky -', 'plain k8s-1']);
  });

  it('taints a node that is lost and takes its pods out of service; both come back', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 1));
    cluster.settle();
    const setReady = (status: string): void => {
      cluster.client.patch(
        refs.nodes,
        { name: 'k8s-1' },
        { kind: 'merge', subresource: 'status', body: { status: { conditions: [{ type: 'Ready', status }] } } },
      );
      cluster.settle();
    };
    setReady('Unknown');
    const node = (): NodeObject => cluster.client.get(refs.nodes, { name: 'k8s-1' }) as NodeObject;
    assert.deepEqual(
      node().spec.taints?.map(({ key, effect }) => `${key}:${effect}`),
      ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
    );
    const [pod] = cluster.client.list(refs.pods) as PodObject[];
    assert.equal(pod?.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'False');
    setReady('True');
    assert.equal(node().spec.taints, undefined);
  });
});

describe('[unit] events', () => {
  it('that repeat raise a count, and all expire after an hour', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 1));
    cluster.settle();
    const scale = (replicas: number): void => {
      cluster.client.patch(
        refs.deployments,
        { namespace: 'default', name: 'web' },
        { kind: 'merge', body: { spec: { replicas } } },
      );
      cluster.settle();
    };
    for (const replicas of [2, 1, 2, 1]) scale(replicas);
    const counts = cluster.client
      .list(refs.events)
      .filter(({ involvedObject }) => (involvedObject as { kind: string }).kind === 'Deployment')
      .map(({ count }) => count);
    assert.deepEqual(counts.sort(), [1, 2, 2]);
    cluster.scheduler.advance(62 * 60_000);
    assert.deepEqual(cluster.client.list(refs.events), []);
  });

  it('are the same in events.k8s.io/v1 under other names', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'] });
    cluster.client.create(refs.deployments, deployment('web', 1));
    cluster.settle();
    const [event] = cluster.client.list({ group: 'events.k8s.io', version: 'v1', plural: 'events' });
    assert.equal(event?.apiVersion, 'events.k8s.io/v1');
    assert.ok(objectAt(event, 'regarding') !== undefined && typeof event['note'] === 'string');
    assert.deepEqual(objectsAt(event, 'involvedObject'), []);
  });
});
