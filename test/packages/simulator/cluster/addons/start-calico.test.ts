import assert from 'node:assert/strict';
import { startCalico } from '../../../../../packages/simulator/src/cluster/addons/start-calico.ts';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import { bareCluster, deployment, names } from '../support/bare-cluster.ts';

const ref = (plural: string) => ({ group: 'crd.projectcalico.org', version: 'v1', plural });

describe('[unit] Calico', () => {
  it('shows the pod subnet as a pool, and each block with the addresses in use', async () => {
    const { client, scheduler, settle } = await bareCluster({ nodes: ['k8s-1'], kubelet: true });
    const stop = startCalico({ client, scheduler, podSubnet: '172.27.0.0/16' });
    client.create(refs.deployments, deployment('web', 2));
    settle();
    const [pool] = client.list(ref('ippools')) as unknown as { spec: { cidr: string; blockSize: number } }[];
    assert.deepEqual([pool?.spec.cidr, pool?.spec.blockSize], ['172.27.0.0/16', 26]);
    type Block = {
      metadata: { name: string };
      spec: {
        cidr: string;
        affinity: string;
        allocations: (number | null)[];
        unallocated: number[];
        attributes: { secondary: { pod: string } }[];
      };
    };
    const block = (): Block | undefined => (client.list(ref('ipamblocks')) as unknown as Block[])[0];
    assert.deepEqual(
      [block()?.metadata.name, block()?.spec.cidr, block()?.spec.affinity],
      ['172-27-0-0-26', '172.27.0.0/26', 'host:k8s-1'],
    );
    assert.deepEqual(block()?.spec.allocations.slice(0, 4), [null, 0, 1, null]);
    assert.deepEqual(
      [
        block()?.spec.unallocated.length,
        block()
          ?.spec.attributes.map(({ secondary }) => secondary.pod)
          .sort(),
      ],
      [62, names(client, refs.pods)],
    );
    assert.deepEqual(
      client.list(ref('blockaffinities')).map(({ metadata }) => metadata.name),
      ['k8s-1-172-27-0-0-26'],
    );
    client.remove(refs.deployments, { namespace: 'default', name: 'web' });
    settle();
    assert.equal(block()?.spec.unallocated.length, 64);
    stop();
    stop();
  });

  it('refuses a pod subnet that is none, and installs twice without harm', async () => {
    const { client, scheduler } = await bareCluster();
    assert.throws(() => startCalico({ client, scheduler, podSubnet: 'x' }), /the pod subnet "x" is not a network/);
    for (let time = 0; time < 2; time++) startCalico({ client, scheduler, podSubnet: '172.27.0.0/16' })();
  });
});
