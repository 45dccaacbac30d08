import assert from 'node:assert/strict';
import type {
  V1ConfigMap,
  V1Deployment,
  V1EndpointSlice,
  V1EndpointSliceList,
  V1Endpoints,
  V1PodList,
  V1ReplicaSetList,
  V1Service,
} from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';
import { PATCH, type Wire } from './api-session.ts';
import { addNode, addPod, removePod, setPodReady } from './cluster-objects.ts';
import { accepted, type Behaviour } from './behaviour.ts';

type ConfigMap = Wire<V1ConfigMap>;
type Deployment = Wire<V1Deployment>;
type EndpointSlice = Wire<V1EndpointSlice>;
type EndpointSliceList = Wire<V1EndpointSliceList>;
type Endpoints = Wire<V1Endpoints>;
type PodList = Wire<V1PodList>;
type ReplicaSetList = Wire<V1ReplicaSetList>;
type Service = Wire<V1Service>;

const PATIENCE_MS = 15_000;

/** What the controllers behind the API do: endpoints, Deployments, owners, namespaces. */
export function describeControllers(behaviour: Behaviour): void {
  const node = behaviour.unique('node');
  before(async function () {
    if (!behaviour.target.capabilities.controllers) this.skip();
    // Pods of a node that does not exist become no endpoints.
    await addNode(behaviour.api, { name: node });
    behaviour.removeLater(`/api/v1/nodes/${node}`);
  });
  const slices = () => `discovery.k8s.io/${behaviour.minor >= 21 ? 'v1' : 'v1beta1'}/endpointslices`;
  const slicesOf = async (service: string) => {
    const path = `${behaviour.collection(slices())}?labelSelector=kubernetes.io%2Fservice-name%3D${service}`;
    return (await behaviour.api.ask<EndpointSliceList>({ path })).items;
  };
  const readyAddresses = (items: readonly EndpointSlice[]) =>
    items
      // No endpoints are null on the wire.
      .flatMap(({ endpoints }) => (endpoints as EndpointSlice['endpoints'] | null) ?? [])
      .filter(({ conditions }) => conditions?.ready === true)
      .flatMap(({ addresses }) => addresses)
      .sort();
  const setReady = (name: string, ip: string, isReady: boolean) =>
    setPodReady(behaviour.api, { namespace: behaviour.namespace, name, ip }, isReady);
  const podOf = async (app: string, ip: string, isReady = true) => {
    const name = behaviour.unique(app);
    const place = { namespace: behaviour.namespace, node, ip };
    await addPod(behaviour.api, { ...place, name, labels: { app }, ports: { http: 8080 } }, isReady);
    return name;
  };
  const service = (app: string, spec: object = {}) =>
    behaviour.create<Service>('services', {
      metadata: { name: app },
      spec: { selector: { app }, ports: [{ name: 'web', port: 80, targetPort: 'http' }], ...spec },
    });

  describe('endpoints', () => {
    it('are the ready pods that the selector matches, in Endpoints and EndpointSlices, with named ports resolved', async () => {
      const app = behaviour.unique('app');
      await service(app);
      await podOf(app, '172.27.1.1');
      const waiting = await podOf(app, '172.27.1.2', false);
      await podOf('another', '172.27.1.3');
      await eventually(
        'one endpoint is ready',
        async () => readyAddresses(await slicesOf(app)).join() === '172.27.1.1',
        PATIENCE_MS,
      );
      const [made] = await slicesOf(app);
      assert.equal(
        made?.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'],
        'endpointslice-controller.k8s.io',
      );
      assert.deepEqual(made.ports, [{ name: 'web', port: 8080, protocol: 'TCP' }]);
      assert.deepEqual(
        made.metadata.ownerReferences?.map(({ kind, name }) => [kind, name]),
        [['Service', app]],
      );
      await eventually(
        'both are in Endpoints',
        async () => {
          const { subsets } = await behaviour.read<Endpoints>('endpoints', app);
          return (
            subsets?.[0]?.addresses?.[0]?.ip === '172.27.1.1' && subsets[0].notReadyAddresses?.[0]?.ip === '172.27.1.2'
          );
        },
        PATIENCE_MS,
      );
      await setReady(waiting, '172.27.1.2', true);
      await eventually(
        'two endpoints are ready',
        async () => readyAddresses(await slicesOf(app)).join() === '172.27.1.1,172.27.1.2',
        PATIENCE_MS,
      );
    });

    it('lose a pod that turns not ready, and one that is deleted', async () => {
      const app = behaviour.unique('app');
      await service(app);
      const [one, other] = [await podOf(app, '172.27.2.1'), await podOf(app, '172.27.2.2')];
      await eventually('both are ready', async () => readyAddresses(await slicesOf(app)).length === 2, PATIENCE_MS);
      await setReady(one, '172.27.2.1', false);
      await eventually(
        'one is left',
        async () => readyAddresses(await slicesOf(app)).join() === '172.27.2.2',
        PATIENCE_MS,
      );
      await removePod(behaviour.api, { namespace: behaviour.namespace, name: other });
      await eventually('none is left', async () => readyAddresses(await slicesOf(app)).length === 0, PATIENCE_MS);
    });

    it('take pods that are not ready where the Service publishes them', async () => {
      const app = behaviour.unique('app');
      await service(app, { publishNotReadyAddresses: true });
      await podOf(app, '172.27.3.1', false);
      await eventually(
        'it is an endpoint',
        async () => readyAddresses(await slicesOf(app)).join() === '172.27.3.1',
        PATIENCE_MS,
      );
    });

    it('of a Service without selector are left to whoever makes them', async () => {
      const name = behaviour.unique('app');
      const { metadata } = await behaviour.create<Service>('services', {
        metadata: { name },
        spec: { ports: [{ port: 80 }] },
      });
      const owner = {
        apiVersion: 'v1',
        kind: 'Service',
        name,
        uid: metadata?.uid,
        controller: true,
        blockOwnerDeletion: false,
      };
      const labels = {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'iotedge-networking',
      };
      await behaviour.create(slices(), {
        metadata: { name: `${name}-own`, labels, ownerReferences: [owner] },
        addressType: 'IPv4',
        ports: [{ name: '', port: 80 }],
        endpoints: [{ addresses: ['172.27.4.1'], conditions: { ready: true } }],
      });
      // A Service made later whose endpoints are complete shows that the controllers have passed by.
      const witness = behaviour.unique('app');
      await service(witness);
      await podOf(witness, '172.27.4.9');
      await eventually(
        'the controllers have passed by',
        async () => readyAddresses(await slicesOf(witness)).length === 1,
        PATIENCE_MS,
      );
      const left = await slicesOf(name);
      assert.deepEqual(
        [left.map((one) => one.metadata?.name), readyAddresses(left)],
        [[`${name}-own`], ['172.27.4.1']],
      );
      accepted(await behaviour.api.send({ method: 'DELETE', path: `${behaviour.collection('services')}/${name}` }));
      await eventually('the slice goes with its Service', async () => (await slicesOf(name)).length === 0, PATIENCE_MS);
    });

    it('made by hand as Endpoints are mirrored into EndpointSlices', async () => {
      const name = behaviour.unique('app');
      await behaviour.create('services', { metadata: { name }, spec: { ports: [{ port: 80 }] } });
      await behaviour.create('endpoints', {
        metadata: { name },
        subsets: [{ addresses: [{ ip: '172.27.5.1' }], ports: [{ port: 80 }] }],
      });
      await eventually(
        'they are mirrored',
        async () => readyAddresses(await slicesOf(name)).join() === '172.27.5.1',
        PATIENCE_MS,
      );
      const [mirrored] = await slicesOf(name);
      assert.equal(
        mirrored?.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'],
        'endpointslicemirroring-controller.k8s.io',
      );
    });
  });

  describe('Deployments', () => {
    it('make a ReplicaSet and its pods, follow their scale and tell who is available', async () => {
      const app = behaviour.unique('deployed');
      const template = { metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image: 'web' }] } };
      await behaviour.create('apps/v1/deployments', {
        metadata: { name: app },
        spec: { replicas: 2, selector: { matchLabels: { app } }, template },
      });
      const pods = async () =>
        (await behaviour.api.ask<PodList>({ path: `${behaviour.collection('pods')}?labelSelector=app%3D${app}` }))
          .items;
      await eventually('two pods', async () => (await pods()).length === 2, PATIENCE_MS);
      const sets = await behaviour.api.ask<ReplicaSetList>({
        path: `${behaviour.collection('apps/v1/replicasets')}?labelSelector=app%3D${app}`,
      });
      const [set] = sets.items;
      const { name: setName, labels = {}, ownerReferences: owners = [] } = set?.metadata ?? {};
      assert.match(labels['pod-template-hash'] ?? '', /^[a-z0-9]+$/);
      assert.equal(setName, `${app}-${labels['pod-template-hash'] ?? ''}`);
      assert.deepEqual(
        owners.map(({ kind, name, controller }) => [kind, name, controller]),
        [['Deployment', app, true]],
      );
      for (const [index, pod] of (await pods()).entries()) {
        const { name = '', ownerReferences: podOwners = [] } = pod.metadata ?? {};
        assert.deepEqual(
          podOwners.map((owner) => [owner.kind, owner.name]),
          [['ReplicaSet', setName]],
        );
        await setReady(name, `172.27.6.${index + 1}`, true);
      }
      const status = async () => (await behaviour.read<Deployment>('apps/v1/deployments', app)).status;
      await eventually('two are available', async () => (await status())?.availableReplicas === 2, PATIENCE_MS);
      accepted(
        await behaviour.patch('apps/v1/deployments', `${app}/scale`, {
          type: PATCH.merge,
          body: { spec: { replicas: 1 } },
        }),
      );
      await eventually(
        'one pod is left',
        async () => (await pods()).filter(({ metadata }) => metadata?.deletionTimestamp === undefined).length === 1,
        PATIENCE_MS,
      );
    });
  });

  describe('owners', () => {
    const owned = async (owner: ConfigMap, blockOwnerDeletion = false) => {
      const { name, uid } = owner.metadata ?? {};
      const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion }];
      return behaviour.create<ConfigMap>('configmaps', { metadata: { generateName: 'owned-', ownerReferences } });
    };
    const owner = () => behaviour.create<ConfigMap>('configmaps', { metadata: { generateName: 'owner-' } });
    const remove = (object: ConfigMap, propagationPolicy: string) =>
      behaviour.api.send({
        method: 'DELETE',
        path: `${behaviour.collection('configmaps')}/${object.metadata?.name ?? ''}`,
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy },
      });
    const exists = (object: ConfigMap) => behaviour.exists('configmaps', object.metadata?.name ?? '');

    it('deleted in the background go first, what they own follows', async () => {
      const one = await owner();
      const other = await owned(one);
      accepted(await remove(one, 'Background'));
      assert.equal(await exists(one), false);
      await eventually('the owned object is gone', async () => !(await exists(other)), PATIENCE_MS);
    });

    it('deleted in the foreground wait for what they own', async () => {
      const one = await owner();
      const other = await owned(one, true);
      const marked = accepted<ConfigMap>(await remove(one, 'Foreground'));
      assert.deepEqual(marked.metadata?.finalizers, ['foregroundDeletion']);
      await eventually('both are gone', async () => !(await exists(one)) && !(await exists(other)), PATIENCE_MS);
    });

    it('deleted with Orphan leave what they own, without the reference', async () => {
      const one = await owner();
      const other = await owned(one);
      accepted(await remove(one, 'Orphan'));
      await eventually('the owner is gone', async () => !(await exists(one)), PATIENCE_MS);
      const left = await behaviour.read<ConfigMap>('configmaps', other.metadata?.name ?? '');
      assert.equal(left.metadata?.ownerReferences, undefined);
    });

    it('that do not exist make the object go', async () => {
      const ghost = { metadata: { name: 'ghost', uid: '00000000-0000-4000-8000-000000000000' } };
      const other = await owned(ghost);
      await eventually('the owned object is gone', async () => !(await exists(other)), PATIENCE_MS);
    });
  });

  describe('namespaces', () => {
    it('get a ServiceAccount, refuse new objects while they end, and take everything with them', async () => {
      const name = behaviour.unique('ending');
      await behaviour.addNamespace(name);
      const path = `/api/v1/namespaces/${name}`;
      const finalizers = ['example.com/hold'];
      await behaviour.api.ask({
        method: 'POST',
        path: `${path}/configmaps`,
        body: { metadata: { name: 'held', finalizers } },
      });
      await behaviour.api.ask({
        method: 'POST',
        path: `${path}/services`,
        body: { metadata: { name: 'free' }, spec: { ports: [{ port: 80 }] } },
      });
      accepted(await behaviour.api.send({ method: 'DELETE', path }));
      const { status } = await behaviour.api.ask<{ status: { phase: string } }>({ path });
      assert.equal(status.phase, 'Terminating');
      const late = await behaviour.api.send({
        method: 'POST',
        path: `${path}/configmaps`,
        body: { metadata: { name: 'late' } },
      });
      assert.deepEqual(
        [late.status, late.body.reason, late.body.details?.causes?.[0]?.reason],
        [403, 'Forbidden', 'NamespaceTerminating'],
      );
      await eventually(
        'the free object is gone',
        async () => (await behaviour.api.send({ path: `${path}/services/free` })).status === 404,
        PATIENCE_MS,
      );
      const release = {
        method: 'PATCH',
        path: `${path}/configmaps/held`,
        contentType: PATCH.merge,
        body: { metadata: { finalizers: null } },
      } as const;
      accepted(await behaviour.api.send(release));
      await eventually(
        'the namespace is gone',
        async () => (await behaviour.api.send({ path })).status === 404,
        20_000,
      );
    });
  });
}
