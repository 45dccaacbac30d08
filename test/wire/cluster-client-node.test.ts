import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
  type V1ConfigMap,
  type V1Service,
} from '@kubernetes/client-node';
import type { PodLogRequest } from '../../packages/simulator/src/cluster/api/api-context.ts';
import type { Cluster } from '../../packages/simulator/src/cluster/cluster.ts';
import { startCalico } from '../../packages/simulator/src/cluster/addons/start-calico.ts';
import { systemScheduler } from '../../packages/simulator/src/cluster/timing/scheduler.ts';
import { startReadyPods } from '../packages/simulator/cluster/support/ready-pods.ts';
import { testCluster } from '../packages/simulator/cluster/support/test-cluster.ts';
import { eventually } from '../support/eventually.ts';

const namespace = 'default';
/** A plain object where client-node declares a class, and takes both. */
const typed = (body: object) => body as never;
const service = (name: string) =>
  typed({
    metadata: { name },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
  });

/** The code and reason of a refusal; fails when there was none. */
async function refusal(request: Promise<unknown>): Promise<{ code: number; reason: string; message: string }> {
  const error: unknown = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ApiException, String(error));
  // client-node hides the body of a 401.
  const { reason, message } = JSON.parse(
    typeof error.body === 'string' ? error.body : '{"reason":"","message":""}',
  ) as { reason: string; message: string };
  return { code: error.code, reason, message };
}

/** The log of every container that is not called `silent`. */
function podLogs({ container, tailLines }: PodLogRequest): AsyncIterable<string> | undefined {
  if (container === 'silent') return undefined;
  return Readable.from(['one\n', 'two\n'].slice(-(tailLines ?? 2)));
}

describe('[wire] client-node against the simulated cluster', function () {
  this.timeout(20_000);
  let cluster: Cluster;
  let config: KubeConfig;
  let core: CoreV1Api;
  const ends: (() => unknown)[] = [];

  before(async () => {
    cluster = await testCluster({ podLogs });
    config = new KubeConfig();
    config.loadFromString(cluster.kubeconfig());
    core = config.makeApiClient(CoreV1Api);
    ends.push(startReadyPods(cluster.client));
  });

  after(async () => {
    for (const end of ends) end();
    await cluster.close();
  });

  describe('objects', () => {
    it('are created, read, listed, replaced and deleted', async () => {
      const made = await core.createNamespacedService({ namespace, body: service('crud') });
      assert.match(made.spec?.clusterIP ?? '', /^172\.28\./);
      assert.ok(made.metadata?.creationTimestamp instanceof Date);
      const { items } = await core.listNamespacedService({ namespace, labelSelector: '!component' });
      assert.deepEqual(
        items.map(({ metadata }) => metadata?.name),
        ['crud'],
      );
      const replaced = await core.replaceNamespacedService({
        name: 'crud',
        namespace,
        body: typed({ metadata: made.metadata, spec: Object.assign({}, made.spec, { sessionAffinity: 'ClientIP' }) }),
      });
      assert.equal(replaced.spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds, 10_800);
      assert.deepEqual(
        (await refusal(core.replaceNamespacedService({ name: 'crud', namespace, body: made }))).reason,
        'Conflict',
      );
      await core.deleteNamespacedService({ name: 'crud', namespace });
      assert.equal((await refusal(core.readNamespacedService({ name: 'crud', namespace }))).code, 404);
    });

    it('are patched in the four ways', async () => {
      await core.createNamespacedService({ namespace, body: service('patched') });
      const patch = (strategy: string, body: unknown, fieldManager?: string) =>
        core.patchNamespacedService(
          { name: 'patched', namespace, body, fieldManager },
          setHeaderOptions('Content-Type', strategy),
        );
      assert.equal(
        (await patch(PatchStrategy.JsonPatch, [{ op: 'add', path: '/metadata/labels', value: { a: '1' } }])).metadata
          ?.labels?.['a'],
        '1',
      );
      assert.deepEqual(
        (await patch(PatchStrategy.MergePatch, { metadata: { labels: { a: null, b: '2' } } })).metadata?.labels,
        { b: '2' },
      );
      const strategic = await patch(PatchStrategy.StrategicMergePatch, {
        spec: {
          ports: [
            { port: 443, name: 'b' },
            { port: 80, name: 'a' },
          ],
        },
      });
      assert.deepEqual(strategic.spec?.ports?.map(({ name }) => name).sort(), ['a', 'b']);
      const applied = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'patched', annotations: { owner: 'me' } },
      };
      assert.equal((await patch(PatchStrategy.ServerSideApply, applied, 'one')).metadata?.annotations?.['owner'], 'me');
      const other = { ...applied, metadata: { name: 'patched', annotations: { owner: 'you' } } };
      const conflict = await refusal(patch(PatchStrategy.ServerSideApply, other, 'two'));
      assert.deepEqual(conflict, {
        code: 409,
        reason: 'Conflict',
        message: 'Apply failed with 1 conflict: conflict with "one": .metadata.annotations.owner',
      });
    });

    it('are listed in pages that all show one moment', async () => {
      const create = (name: string) =>
        core.createNamespacedConfigMap({ namespace, body: typed({ metadata: { name, labels: { paged: '1' } } }) });
      for (const name of ['page-a', 'page-b', 'page-c']) await create(name);
      const list = (_continue?: string) =>
        core.listNamespacedConfigMap({ namespace, labelSelector: 'paged', limit: 2, _continue });
      const first = await list();
      await create('page-bb');
      const second = await list(first.metadata?._continue);
      assert.deepEqual(
        [...first.items, ...second.items].map(({ metadata }) => metadata?.name),
        ['page-a', 'page-b', 'page-c'],
      );
      assert.equal(second.metadata?._continue, undefined);
      cluster.faults.expireHistory();
      await create('page-d');
      assert.deepEqual(await refusal(list(first.metadata?._continue)).then(({ code, reason }) => [code, reason]), [
        410,
        'Expired',
      ]);
    });

    it('of custom resources are served as soon as their definition is there', async () => {
      ends.push(startCalico({ client: cluster.client, scheduler: systemScheduler, podSubnet: '172.27.0.0/16' }));
      const custom = config.makeApiClient(CustomObjectsApi);
      const pool = (await custom.getClusterCustomObject({
        group: 'crd.projectcalico.org',
        version: 'v1',
        plural: 'ippools',
        name: 'default-ipv4-ippool',
      })) as {
        spec: { cidr: string };
      };
      assert.equal(pool.spec.cidr, '172.27.0.0/16');
    });
  });

  describe('watches', () => {
    const watch = async (query: Record<string, string>) => {
      const seen: { type: string; name: string; code?: number }[] = [];
      let over: unknown = 'open';
      const abort = await new Watch(config).watch(
        `/api/v1/namespaces/${namespace}/configmaps`,
        query,
        (type, object: V1ConfigMap & { code?: number }) =>
          seen.push({ type, name: object.metadata?.name ?? '', code: object.code }),
        (error: unknown) => {
          over = error ?? 'ended';
        },
      );
      ends.push(() => abort.abort());
      return { seen, over: () => over };
    };

    it('tell of every change in order', async () => {
      const { metadata } = await core.listNamespacedConfigMap({ namespace });
      const { seen } = await watch({ resourceVersion: metadata?.resourceVersion ?? '' });
      await core.createNamespacedConfigMap({ namespace, body: typed({ metadata: { name: 'watched' } }) });
      await core.patchNamespacedConfigMap(
        { name: 'watched', namespace, body: { data: { a: '1' } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      await core.deleteNamespacedConfigMap({ name: 'watched', namespace });
      await eventually('three events', () => seen.length === 3);
      assert.deepEqual(
        seen.map(({ type, name }) => `${type} ${name}`),
        ['ADDED watched', 'MODIFIED watched', 'DELETED watched'],
      );
    });

    it('from before the history are told 410 in the stream', async () => {
      const { metadata } = await core.listNamespacedConfigMap({ namespace });
      await core.createNamespacedConfigMap({ namespace, body: typed({ metadata: { name: 'newer' } }) });
      cluster.faults.expireHistory();
      const { seen, over } = await watch({ resourceVersion: metadata?.resourceVersion ?? '' });
      await eventually('the end', () => over() !== 'open');
      assert.deepEqual(seen, [{ type: 'ERROR', name: '', code: 410 }]);
    });

    it('are cut without a last chunk, or end cleanly, or fall silent, when told so', async () => {
      const cut = await watch({});
      await eventually('the present objects', () => cut.seen.length > 0);
      cluster.faults.dropWatches();
      assert.ok((await eventually('the cut', () => cut.over() !== 'open' && cut.over())) instanceof Error);
      const ended = await watch({});
      await eventually('the present objects', () => ended.seen.length > 0);
      cluster.faults.endWatches();
      await eventually('the end', () => ended.over() !== 'open');
      const silent = await watch({});
      await eventually('the present objects', () => silent.seen.length > 0);
      cluster.faults.hangWatches(true);
      const before = silent.seen.length;
      await core.createNamespacedConfigMap({ namespace, body: typed({ metadata: { name: 'unseen' } }) });
      cluster.faults.hangWatches(false);
      const another = await watch({});
      await core.createNamespacedConfigMap({ namespace, body: typed({ metadata: { name: 'seen' } }) });
      await eventually('the event, on a new watch', () => another.seen.some(({ name }) => name === 'seen'));
      assert.deepEqual([silent.seen.length, silent.over()], [before, 'open']);
    });

    it('feed an informer', async () => {
      const informer = makeInformer(config, '/api/v1/services', () => core.listServiceForAllNamespaces());
      const added: string[] = [];
      informer.on('add', ({ metadata }: V1Service) => added.push(metadata?.name ?? ''));
      await informer.start();
      ends.push(() => informer.stop());
      await core.createNamespacedService({ namespace, body: service('informed') });
      await eventually('the new Service', () => added.includes('informed'));
    });
  });

  describe('faults', () => {
    const read = () => core.readNamespacedService({ name: 'kubernetes', namespace });

    it('answer some requests with 429, 500 or 503, then go on', async () => {
      for (const [code, reason] of [
        [429, 'TooManyRequests'],
        [500, 'InternalError'],
        [503, 'ServiceUnavailable'],
      ] as const) {
        cluster.faults.failNext(1, code, { resource: 'services', verbs: ['get'] });
        assert.deepEqual(await refusal(read()).then((found) => [found.code, found.reason]), [code, reason]);
        await read();
      }
    });

    it('refuse writes and still read', async () => {
      cluster.faults.refuseWrites(true);
      const refused = await refusal(
        core.createNamespacedConfigMap({ namespace, body: typed({ metadata: { name: 'refused' } }) }),
      );
      cluster.faults.refuseWrites(false);
      assert.deepEqual([refused.code, refused.message], [500, 'etcdserver: request timed out']);
    });

    it('slow every answer down', async () => {
      cluster.faults.slowDown(150);
      const started = Date.now();
      await read();
      cluster.faults.slowDown(0);
      assert.ok(Date.now() - started >= 140);
    });

    it('take the server away and bring it back on its port', async () => {
      await cluster.stopApiServer();
      await assert.rejects(read());
      await cluster.startApiServer();
      await read();
    });
  });

  describe('users', () => {
    it('without a token, or with an unknown one, get nowhere', async () => {
      const with_ = (token: string | undefined) => {
        const other = new KubeConfig();
        other.loadFromString(cluster.kubeconfig());
        const [user] = other.users;
        other.users = [{ ...user, name: user?.name ?? '', token }];
        return other.makeApiClient(CoreV1Api);
      };
      assert.deepEqual((await refusal(with_('wrong').listNode())).code, 401);
      const { code, message } = await refusal(with_(undefined).listNode());
      assert.deepEqual(
        [code, message],
        [
          403,
          'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope',
        ],
      );
    });
  });

  it('gives the logs of containers', async () => {
    const containers = [
      { name: 'web', image: 'web' },
      { name: 'silent', image: 'silent' },
    ];
    await core.createNamespacedPod({ namespace, body: typed({ metadata: { name: 'logs' }, spec: { containers } }) });
    const log = (container?: string, tailLines?: number) =>
      core.readNamespacedPodLog({ name: 'logs', namespace, container, tailLines });
    assert.equal(await log('web'), 'one\ntwo\n');
    assert.equal(await log('web', 1), 'two\n');
    assert.match(
      (await refusal(log())).message,
      /a container name must be specified for pod logs, choose one of: \[web silent\]/,
    );
    assert.match((await refusal(log('other'))).message, /container other is not valid for pod logs/);
    assert.match((await refusal(log('silent'))).message, /container "silent" in pod "logs" is waiting to start/);
  });

  it('runs Deployments', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'runs' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
    await apps.createNamespacedDeployment({
      namespace,
      body: typed({ metadata: { name: 'runs' }, spec: { replicas: 2, selector: { matchLabels: labels }, template } }),
    });
    const status = async () => (await apps.readNamespacedDeployment({ name: 'runs', namespace })).status;
    await eventually('both replicas', async () => (await status())?.availableReplicas === 2);
    await apps.deleteNamespacedDeployment({ name: 'runs', namespace });
    await eventually(
      'no pod',
      async () => (await core.listNamespacedPod({ namespace, labelSelector: 'app=runs' })).items.length === 0,
    );
  });
});
