import assert from 'node:assert/strict';
import { ClusterWatch, type ClusterView } from '../../modules/networking/src/cluster/cluster-watch.ts';
import { kubeClient, type KubeClient } from '../../modules/networking/src/cluster/kube-client.ts';
import { KubeError } from '../../modules/networking/src/cluster/kube-error.ts';
import { SILENT } from '../../modules/networking/src/log.ts';
import { takeSnapshot } from '../../modules/networking/src/gather/take-snapshot.ts';
import { KubeServer } from '../modules/networking/support/kube-server.ts';
import { eventually } from '../support/eventually.ts';

const SERVICES = '/api/v1/services';
const SLICES = '/apis/discovery.k8s.io/v1/endpointslices';
const POOLS = '/apis/metallb.io/v1beta1/ipaddresspools';
const NAMESPACE = 'metallb-system';

const service = (namespace: string, name: string) => ({
  metadata: { namespace, name },
  spec: { type: 'LoadBalancer' },
});
const pool = (addresses: string) => ({
  metadata: { namespace: NAMESPACE, name: 'p' },
  spec: { addresses: [addresses] },
});

describe('[wire] the networking module’s view of the cluster', function () {
  this.timeout(10_000);
  let server: KubeServer;
  let watch: ClusterWatch;
  let changes = 0;

  beforeEach(async () => {
    server = await KubeServer.start();
    server.put('/api/v1/namespaces', { metadata: { name: 'iotedge' } });
    server.put('/api/v1/nodes', { metadata: { name: 'n' } });
  });
  afterEach(async () => {
    await watch.stop();
    await server.close();
  });

  function start(client: KubeClient = kubeClient(server.kubeConfig)): ClusterWatch {
    watch = new ClusterWatch({
      client,
      metalLbNamespace: NAMESPACE,
      isOurs: () => false,
      onChange: () => (changes += 1),
      log: SILENT,
      random: () => 0,
      discoveryMs: 100,
    });
    watch.start();
    return watch;
  }

  const seen = (what: string, test: (view: ClusterView) => boolean): Promise<ClusterView> =>
    eventually(what, () => {
      const view = watch.view();
      return test(view) && view;
    });

  it('is whole when everything was looked for, and groups what it found', async () => {
    server.put(SERVICES, service('a', 'web'));
    server.put(SLICES, {
      metadata: { namespace: 'a', name: 's', labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [{ addresses: ['1'] }],
    });
    server.put('/api/v1/pods', { metadata: { namespace: 'a', name: 'p' } });
    start().setNamespaces(new Set(['a']), new Set(['a']));
    const view = await seen('the whole', ({ synced, podNamespaces }) => synced && podNamespaces.has('a'));
    const snapshot = takeSnapshot(view, new Map());
    assert.deepEqual([...snapshot.services.keys()], ['a/web']);
    assert.deepEqual(
      snapshot.slices.get('a/web')?.map(({ name }) => name),
      ['s'],
    );
    assert.deepEqual(
      snapshot.pods.get('a')?.map(({ name }) => name),
      ['p'],
    );
    assert.deepEqual([...(snapshot.namespaces?.keys() ?? [])], ['iotedge']);
    assert.deepEqual([snapshot.loadBalancer, snapshot.conditions], [{ kind: 'none' }, {}]);
    assert.equal(watch.endpointSlices, 'v1');
    assert.ok(changes > 0);
  });

  it('looks into single namespaces where the whole cluster may not be seen, and says which right is missing', async () => {
    for (const path of [SERVICES, SLICES, '/api/v1/nodes', '/api/v1/namespaces']) server.refusals.set(path, 403);
    server.put(SERVICES, service('a', 'seen'));
    server.put(SERVICES, service('b', 'hidden'));
    start().setNamespaces(new Set(['a', 'c']), new Set());
    const view = await seen('one namespace', ({ synced, services }) => synced && services.size === 1);
    assert.deepEqual([...view.services.keys()], ['a/seen']);
    assert.equal(view.namespaces, undefined);
    assert.match(view.conditions.Forbidden ?? '', /nodes refused; .*services refused/);
    watch.setNamespaces(new Set(['b']), new Set());
    await seen('the other namespace', ({ services }) => [...services.keys()].join() === 'b/hidden');
  });

  it('reads MetalLB’s ConfigMap, and keeps the last good one when a new one is wrong', async () => {
    const config = (text: string) =>
      server.put('/api/v1/configmaps', { metadata: { namespace: NAMESPACE, name: 'config' }, data: { config: text } });
    config('address-pools: [{name: p, protocol: layer2, addresses: [10.0.0.0/28]}]');
    start();
    const isPool = ({ loadBalancer: found }: ClusterView): boolean =>
      found.kind === 'metallb' && found.dialect === 'configmap' && found.config?.pools[0]?.name === 'p';
    await seen('the pool', isPool);
    config('address-pools: [{nome: p}]');
    config('address-pools: [{name: q, protocol: layer2, addresses: [10.0.0.0/28]}]');
    await seen(
      'the next good one',
      ({ loadBalancer: found }) => found.kind === 'metallb' && found.config?.pools[0]?.name === 'q',
    );
  });

  it('finds MetalLB with resources when it is installed later, its release by the image, and its class', async () => {
    start();
    await seen('the cluster without it', ({ synced, loadBalancer }) => synced && loadBalancer.kind === 'none');
    server.put('/apis/apps/v1/deployments', {
      metadata: { namespace: NAMESPACE, name: 'metallb-controller' },
      spec: {
        template: {
          spec: {
            containers: [{ image: 'quay.io/metallb/controller:v0.14.9', args: ['--port=7472', '--lb-class=x'] }],
          },
        },
      },
    });
    server.put(POOLS, pool('10.0.0.0/28'));
    const view = await seen(
      'the pool',
      ({ loadBalancer }) => loadBalancer.kind === 'metallb' && loadBalancer.config !== undefined,
    );
    const { config, source, ...rest } =
      view.loadBalancer.kind === 'metallb' ? view.loadBalancer : { config: undefined, source: undefined };
    assert.equal(source?.dialect, 'crd');
    assert.deepEqual(rest, { kind: 'metallb', dialect: 'crd', version: '0.14.9', loadBalancerClass: 'x' });
    assert.deepEqual(config?.pools[0]?.addresses, ['10.0.0.0/28']);
  });

  it('tells releases by their resources where no image is readable, and an unreadable configuration from none', async () => {
    server.put(POOLS, pool('10.0.0.0/28'));
    server.put('/apis/metallb.io/v1beta1/servicel2statuses', { metadata: { namespace: NAMESPACE, name: 'l2' } });
    server.refusals.set(`/apis/metallb.io/v1beta1/namespaces/${NAMESPACE}/ipaddresspools`, 403);
    start();
    const view = await seen('the condition', ({ conditions }) => /ipaddresspools/.test(conditions.Forbidden ?? ''));
    assert.deepEqual(view.loadBalancer, {
      kind: 'metallb',
      dialect: 'crd',
      version: '0.14.5',
      loadBalancerClass: undefined,
      config: undefined,
    });
  });

  it('does not believe at once that MetalLB’s kinds are gone: a starting API server serves them last', async () => {
    server.put(POOLS, pool('10.0.0.0/28'));
    const client = kubeClient(server.kubeConfig);
    let looks = 0;
    const starting: KubeClient = {
      ...client,
      request: async (request) => {
        const answer = (await client.request(request)) as { readonly groups: readonly { readonly name: string }[] };
        if (request.path !== '/apis') return answer;
        looks += 1;
        return looks === 2 ? { groups: answer.groups.filter(({ name }) => name !== 'metallb.io') } : answer;
      },
    };
    start(starting);
    await seen('MetalLB', ({ synced, loadBalancer }) => synced && loadBalancer.kind === 'metallb');
    await eventually('several looks', () => {
      assert.equal(watch.view().loadBalancer.kind, 'metallb');
      return looks > 3;
    });
    server.remove(POOLS, NAMESPACE, 'p');
    await seen('that they are gone', ({ loadBalancer }) => loadBalancer.kind === 'none');
  });

  it('says when the API does not answer, and goes on when it does', async () => {
    server.refusals.set('/apis', 503);
    start();
    const view = await seen('the condition', ({ conditions }) => conditions.ApiUnavailable !== undefined);
    assert.equal(view.synced, false);
    server.refusals.clear();
    await seen('the whole', ({ synced, conditions }) => synced && conditions.ApiUnavailable === undefined);
  });

  it('turns every failure of a request into a reason', async () => {
    start();
    const client = kubeClient(server.kubeConfig);
    const trouble = (path: string, timeoutMs?: number) =>
      client.request({ method: 'GET', path, timeoutMs }).then(
        () => assert.fail('was answered'),
        (error: unknown) => (error instanceof KubeError ? [error.reason, error.status] : assert.fail(String(error))),
      );
    for (const [status, reason] of [
      [401, 'Forbidden'],
      [403, 'Forbidden'],
      [404, 'Refused'],
      [429, 'ApiUnavailable'],
      [500, 'ApiUnavailable'],
    ] as const) {
      server.refusals.set('/api/v1/pods', status);
      assert.deepEqual(await trouble('/api/v1/pods'), [reason, status]);
    }
    client.close();
    await watch.stop();
    await server.close();
    assert.deepEqual(await trouble('/api/v1/pods'), ['ApiUnavailable', 0]);
    server = await KubeServer.start();
  });
});
