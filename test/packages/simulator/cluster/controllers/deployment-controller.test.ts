import assert from 'node:assert/strict';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import type {
  DeploymentObject,
  PodObject,
  ReplicaSetObject,
} from '../../../../../packages/simulator/src/cluster/workload-objects.ts';
import { bareCluster, deployment, names, type BareCluster } from '../support/bare-cluster.ts';

const key = { namespace: 'default', name: 'web' };

function read({ client }: BareCluster): DeploymentObject {
  return client.get(refs.deployments, key) as DeploymentObject;
}

function setImage({ client }: BareCluster, image: string): void {
  const body = { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } };
  client.patch(refs.deployments, key, { kind: 'strategic', body });
}

const condition = (object: DeploymentObject, type: string) =>
  object.status?.conditions?.find((each) => each.type === type);

describe('[unit] Deployment controller', () => {
  it('makes pods through a ReplicaSet, and its status says when they are available', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 3));
    cluster.settle();
    const { status = {}, metadata } = read(cluster);
    assert.deepEqual(
      { ...status, conditions: undefined },
      {
        observedGeneration: 1,
        replicas: 3,
        updatedReplicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        conditions: undefined,
      },
    );
    assert.equal(metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
    assert.deepEqual(
      [condition(read(cluster), 'Available')?.status, condition(read(cluster), 'Progressing')?.reason],
      ['True', 'NewReplicaSetAvailable'],
    );
    const [replicaSet] = cluster.client.list(refs.replicaSets) as ReplicaSetObject[];
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'] ?? '';
    assert.equal(replicaSet?.metadata.name, `web-${hash}`);
    for (const name of names(cluster.client, refs.pods)) assert.match(name, new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
    assert.deepEqual(cluster.errors, []);
  });

  it('without nodes leaves pods pending and says that it is not available', async () => {
    const cluster = await bareCluster();
    cluster.client.create(refs.deployments, deployment('web', 1));
    cluster.settle();
    assert.equal(condition(read(cluster), 'Available')?.reason, 'MinimumReplicasUnavailable');
    const [pod] = cluster.client.list(refs.pods, { namespace: 'default' }) as PodObject[];
    assert.equal(pod?.status?.conditions?.[0]?.message, 'no nodes available to schedule pods');
  });

  for (const [maxSurge, maxUnavailable] of [
    ['25%', '25%'],
    [1, 0],
    [0, 1],
    [3, 2],
    ['0%', '0%'],
  ] as const) {
    it(`rolls with a surge of ${maxSurge} and ${maxUnavailable} unavailable without ever leaving these bounds`, async () => {
      const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
      const rollingUpdate = { maxSurge, maxUnavailable: maxUnavailable === '0%' ? 1 : maxUnavailable };
      cluster.client.create(refs.deployments, deployment('web', 4, { strategy: { rollingUpdate } }));
      cluster.settle();
      const bounds = { most: 0, least: Infinity };
      cluster.client.watch(refs.pods, () => {
        const active = (cluster.client.list(refs.pods) as PodObject[]).filter(
          (pod) => pod.metadata.deletionTimestamp === undefined,
        );
        const ready = active.filter((pod) =>
          pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
        );
        bounds.most = Math.max(bounds.most, active.length);
        bounds.least = Math.min(bounds.least, ready.length);
      });
      setImage(cluster, 'web:2');
      cluster.settle();
      const surge = typeof maxSurge === 'number' ? maxSurge : maxSurge === '25%' ? 1 : 0;
      const missing = typeof maxUnavailable === 'number' ? maxUnavailable : 1;
      assert.ok(bounds.most <= 4 + surge, `${bounds.most} pods`);
      assert.ok(bounds.least >= 4 - missing, `${bounds.least} ready pods`);
      const images = (cluster.client.list(refs.pods) as PodObject[]).map(({ spec }) => spec.containers[0]?.image);
      assert.deepEqual(images, Array(4).fill('web:2'));
      assert.equal(read(cluster).metadata.annotations?.['deployment.kubernetes.io/revision'], '2');
      assert.deepEqual(cluster.errors, []);
    });
  }

  it('with Recreate ends every old pod before the first new one begins', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 2, { strategy: { type: 'Recreate' } }));
    cluster.settle();
    let mixed = false;
    cluster.client.watch(refs.pods, () => {
      mixed ||=
        new Set((cluster.client.list(refs.pods) as PodObject[]).map(({ spec }) => spec.containers[0]?.image)).size > 1;
    });
    setImage(cluster, 'web:2');
    cluster.settle();
    assert.equal(mixed, false);
    assert.equal(read(cluster).status?.availableReplicas, 2);
  });

  it('scales, pauses, and takes an old ReplicaSet up again for an old template', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 2));
    cluster.settle();
    cluster.client.patch(refs.deployments, key, {
      kind: 'merge',
      subresource: 'scale',
      body: { spec: { replicas: 3 } },
    });
    cluster.settle();
    assert.equal(names(cluster.client, refs.pods).length, 3);
    cluster.client.patch(refs.deployments, key, { kind: 'merge', body: { spec: { paused: true } } });
    setImage(cluster, 'web:2');
    cluster.settle();
    assert.equal(names(cluster.client, refs.replicaSets).length, 1);
    cluster.client.patch(refs.deployments, key, { kind: 'merge', body: { spec: { paused: false } } });
    cluster.settle();
    assert.equal(names(cluster.client, refs.replicaSets).length, 2);
    setImage(cluster, 'web:1');
    cluster.settle();
    assert.equal(names(cluster.client, refs.replicaSets).length, 2);
    assert.equal(read(cluster).metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
  });

  it('keeps no more old revisions than its history allows', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 1, { revisionHistoryLimit: 1 }));
    for (const image of ['web:2', 'web:3', 'web:4']) {
      cluster.settle();
      setImage(cluster, image);
    }
    cluster.settle();
    assert.equal(names(cluster.client, refs.replicaSets).length, 2);
  });

  it('says so when it does not get on within its deadline', async () => {
    const cluster = await bareCluster();
    cluster.client.create(refs.deployments, deployment('web', 1, { progressDeadlineSeconds: 60 }));
    cluster.settle();
    assert.equal(condition(read(cluster), 'Progressing')?.reason, 'ReplicaSetUpdated');
    cluster.scheduler.advance(120_000);
    assert.deepEqual(
      [condition(read(cluster), 'Progressing')?.reason, condition(read(cluster), 'Progressing')?.status],
      ['ProgressDeadlineExceeded', 'False'],
    );
  });

  it('counts a pod as available only after minReadySeconds', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 1, { minReadySeconds: 30 }));
    cluster.settle();
    assert.deepEqual([read(cluster).status?.readyReplicas, read(cluster).status?.availableReplicas], [1, undefined]);
    cluster.scheduler.advance(31_000);
    assert.equal(read(cluster).status?.availableReplicas, 1);
  });

  it('replaces pods that are deleted, and takes everything with it when it goes', async () => {
    const cluster = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    cluster.client.create(refs.deployments, deployment('web', 2));
    cluster.settle();
    const [first = ''] = names(cluster.client, refs.pods);
    cluster.client.remove(refs.pods, { namespace: 'default', name: first }, {});
    cluster.settle();
    assert.equal(names(cluster.client, refs.pods).includes(first), false);
    assert.equal(names(cluster.client, refs.pods).length, 2);
    cluster.client.remove(refs.deployments, key);
    cluster.settle();
    assert.deepEqual([names(cluster.client, refs.pods), names(cluster.client, refs.replicaSets)], [[], []]);
  });
});
