import assert from 'node:assert/strict';
import { ClusterWatch, type ClusterView } from '../../modules/networking/src/cluster/cluster-watch.ts';
import { kubeClient } from '../../modules/networking/src/cluster/kube-client.ts';
import { SILENT } from '../../modules/networking/src/log.ts';
import { KubeServer } from '../modules/networking/support/kube-server.ts';
import { eventually } from '../support/eventually.ts';

const CALICO = '/apis/crd.projectcalico.org/v1';
const METALLB = '/apis/metallb.io/v1beta1';
const NAMESPACE = 'metallb-system';

describe('[wire] what the networking module sees of Calico and of MetalLB’s own account', function () {
  this.timeout(10_000);
  let server: KubeServer;
  let watch: ClusterWatch;

  beforeEach(async () => {
    server = await KubeServer.start();
    server.put('/api/v1/namespaces', { metadata: { name: 'iotedge' } });
    watch = new ClusterWatch({
      client: kubeClient(server.kubeConfig),
      metalLbNamespace: NAMESPACE,
      isOurs: () => false,
      onChange: () => undefined,
      log: SILENT,
      random: () => 0,
      discoveryMs: 40,
    });
  });
  afterEach(async () => {
    await watch.stop();
    await server.close();
  });

  const seen = (what: string, test: (view: ClusterView) => boolean): Promise<ClusterView> =>
    eventually(what, () => {
      const view = watch.view();
      return test(view) && view;
    });
  const putPool = (name: string, spec: object) => server.put(`${CALICO}/ippools`, { metadata: { name }, spec });
  const putMetalLb = (plural: string, name: string, rest: object) =>
    server.put(`${METALLB}/${plural}`, { metadata: { namespace: NAMESPACE, name }, ...rest });
  const metalLb = ({ loadBalancer }: ClusterView) => (loadBalancer.kind === 'metallb' ? loadBalancer : undefined);

  it('finds Calico’s pools when they come later, and follows blocks', async () => {
    watch.start();
    assert.equal((await seen('the cluster', ({ synced }) => synced)).podNetwork, undefined);
    putPool('b', { cidr: '172.27.0.0/16' });
    putPool('a', { cidr: '172.26.0.0/16', disabled: true });
    const block = (allocations: readonly (number | null)[]) => {
      const spec = { cidr: '172.27.0.0/26', allocations };
      return server.put(`${CALICO}/ipamblocks`, { metadata: { name: '172-27-0-0-26' }, spec });
    };
    block([0, null]);
    const view = await seen('blocks', ({ podNetwork }) => podNetwork?.blocks?.[0]?.used === 1);
    assert.deepEqual(view.podNetwork?.pools, [
      { name: 'a', cidr: '172.26.0.0/16', disabled: true },
      { name: 'b', cidr: '172.27.0.0/16', disabled: false },
    ]);
    block([0, 1]);
    await seen('another pod', ({ podNetwork }) => podNetwork?.blocks?.[0]?.used === 2);
  });

  it('names the right that is missing, and goes on without', async () => {
    putPool('a', { cidr: '172.27.0.0/16' });
    server.refusals.set(`${CALICO}/ipamblocks`, 403);
    watch.start();
    const view = await seen('a condition', ({ synced, conditions }) => synced && conditions.Forbidden !== undefined);
    assert.match(view.conditions.Forbidden ?? '', /ipamblocks/);
    const { podNetwork } = await seen('pools', ({ podNetwork: found }) => found !== undefined);
    assert.deepEqual(podNetwork, { pools: [{ name: 'a', cidr: '172.27.0.0/16', disabled: false }], blocks: undefined });
  });

  it('takes MetalLB’s word for who announces, and for its configuration', async () => {
    putMetalLb('ipaddresspools', 'p', { spec: { addresses: ['10.0.0.0/28'] } });
    const status = (node: string) => ({ status: { node, serviceNamespace: 'iotedge', serviceName: 'web' } });
    putMetalLb('servicel2statuses', 'l2-a', status('n1'));
    putMetalLb('servicebgpstatuses', 'bgp-a', {
      status: { node: 'n2', serviceNamespace: 'iotedge', serviceName: 'db' },
    });
    putMetalLb('servicebgpstatuses', 'bgp-b', {
      status: { node: 'n1', serviceNamespace: 'iotedge', serviceName: 'db' },
    });
    putMetalLb('configurationstates', 'controller', { status: { result: 'Valid' } });
    watch.start();
    const view = metalLb(await seen('announcers', (one) => metalLb(one)?.announcers?.size === 2));
    assert.deepEqual([...(view?.announcers ?? [])].sort(), [
      ['iotedge/db', { protocol: 'bgp', nodes: ['n1', 'n2'] }],
      ['iotedge/web', { protocol: 'layer2', nodes: ['n1'] }],
    ]);
    assert.equal(view?.stale, undefined);
    putMetalLb('configurationstates', 'speaker-x', {
      status: { result: 'Invalid', errorSummary: 'peer refers to nothing' },
    });
    await seen('the error', (one) => metalLb(one)?.stale === 'speaker-x: peer refers to nothing');
  });

  it('keeps the last good configuration of MetalLB, and says why', async () => {
    putMetalLb('ipaddresspools', 'p', { spec: { addresses: ['10.0.0.0/28'] } });
    watch.start();
    await seen('the pool', (one) => metalLb(one)?.config?.pools.length === 1);
    putMetalLb('ipaddresspools', 'q', { spec: { addresses: ['10.0.0.4/32'] } });
    const view = metalLb(await seen('the problem', (one) => metalLb(one)?.stale !== undefined));
    assert.match(view?.stale ?? '', /overlaps/);
    assert.equal(view?.config?.pools.length, 1);
    assert.equal(view.source?.dialect === 'crd' ? view.source.objects.pools?.length : 0, 2);
  });
});
