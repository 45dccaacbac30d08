import assert from 'node:assert/strict';
import type {
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Namespace,
  V1Node,
  V1Pod,
  V1Scale,
} from '@kubernetes/client-node';
import { PATCH, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';

type Deployment = Wire<V1Deployment>;
type EndpointSlice = Wire<V1EndpointSlice>;
type Endpoints = Wire<V1Endpoints>;
type Namespace = Wire<V1Namespace>;
type Node = Wire<V1Node>;
type Pod = Wire<V1Pod>;
type Scale = Wire<V1Scale>;

/** An EndpointSlice as v1beta1 has it: the node in `topology`. */
type WireSlice = EndpointSlice & { readonly endpoints: readonly { topology?: Record<string, string> }[] };

/** Defaults and rules of the kinds around Services: Deployments, pods, EndpointSlices, Endpoints, nodes, namespaces, events. */
export function describeWorkloads(behaviour: Behaviour): void {
  const deployment = (name: string, spec: object = {}) => ({
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 80 }] }] },
      },
      ...spec,
    },
  });
  const post = (resource: string, body: object) =>
    behaviour.api.send({ method: 'POST', path: behaviour.collection(resource), body });
  const slices = () => `discovery.k8s.io/${behaviour.minor >= 21 ? 'v1' : 'v1beta1'}/endpointslices`;
  const slice = (body: object) =>
    post(slices(), { metadata: { generateName: 'slice-' }, addressType: 'IPv4', endpoints: [], ...body });

  describe('Deployments', () => {
    it('are filled in: one replica, rolling update by quarters, ten old revisions, ten minutes', async () => {
      const name = behaviour.unique('web');
      const made = await behaviour.create<Deployment>(
        'apps/v1/deployments',
        deployment(name, { replicas: undefined, paused: true }),
        '?dryRun=All',
      );
      const { replicas, strategy, revisionHistoryLimit, progressDeadlineSeconds } = made.spec ?? {};
      assert.deepEqual(
        { replicas, strategy, revisionHistoryLimit, progressDeadlineSeconds },
        {
          replicas: 1,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
        },
      );
    });

    it('so are their pods', async () => {
      const made = await behaviour.create<Deployment>(
        'apps/v1/deployments',
        deployment(behaviour.unique('web')),
        '?dryRun=All',
      );
      assert.deepEqual(made.spec?.template.spec, {
        containers: [
          {
            name: 'web',
            image: 'web',
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            imagePullPolicy: 'Always',
          },
        ],
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        securityContext: {},
        schedulerName: 'default-scheduler',
      });
    });

    it('need a selector that matches their pods, and it can not be changed', async () => {
      const name = behaviour.unique('web');
      const mismatch = await post(
        'apps/v1/deployments',
        deployment(name, { selector: { matchLabels: { app: 'other' } } }),
      );
      assertRefused(mismatch, {
        code: 422,
        reason: 'Invalid',
        message: /`selector` does not match template `labels`/,
        causes: [['FieldValueInvalid', 'spec.template.metadata.labels']],
      });
      accepted(await post('apps/v1/deployments', deployment(name)));
      const patch = {
        spec: { selector: { matchLabels: { more: 'x' } }, template: { metadata: { labels: { more: 'x' } } } },
      };
      const changed = await behaviour.patch('apps/v1/deployments', name, { type: PATCH.merge, body: patch });
      assertRefused(changed, {
        code: 422,
        reason: 'Invalid',
        message: /field is immutable/,
        causes: [['FieldValueInvalid', 'spec.selector']],
      });
    });

    it('are scaled through their sub-resource', async () => {
      const name = behaviour.unique('web');
      await behaviour.create('apps/v1/deployments', deployment(name, { paused: true }));
      const before = await behaviour.api.ask<Scale>({
        path: `${behaviour.collection('apps/v1/deployments')}/${name}/scale`,
      });
      assert.deepEqual([before.kind, before.apiVersion, before.spec], ['Scale', 'autoscaling/v1', {}]);
      assert.equal(before.status?.selector, `app=${name}`);
      accepted(
        await behaviour.patch('apps/v1/deployments', `${name}/scale`, {
          type: PATCH.merge,
          body: { spec: { replicas: 2 } },
        }),
      );
      assert.equal((await behaviour.read<Deployment>('apps/v1/deployments', name)).spec?.replicas, 2);
      accepted(
        await behaviour.patch('apps/v1/deployments', `${name}/scale`, {
          type: PATCH.merge,
          body: { spec: { replicas: 0 } },
        }),
      );
    });
  });

  describe('pods', () => {
    // Nobody's scheduler: where there is one, it leaves these pods alone.
    const pod = (name: string) => ({
      metadata: { name },
      spec: { schedulerName: 'nobody', containers: [{ name: 'web', image: 'web:1' }] },
    });

    it('begin as Pending, with their ServiceAccount, and pull a tagged image only if it is not there', async () => {
      const made = await behaviour.create<Pod>('pods', pod(behaviour.unique('pod')));
      assert.deepEqual([made.status?.phase, made.spec?.serviceAccountName], ['Pending', 'default']);
      assert.equal(made.spec?.containers[0]?.imagePullPolicy, 'IfNotPresent');
    });

    it('are bound to a node once', async () => {
      const { metadata } = await behaviour.create<Pod>('pods', pod(behaviour.unique('pod')));
      const bind = () =>
        behaviour.api.send({
          method: 'POST',
          path: `${behaviour.collection('pods')}/${metadata?.name ?? ''}/binding`,
          body: {
            apiVersion: 'v1',
            kind: 'Binding',
            metadata: { name: metadata?.name },
            target: { kind: 'Node', name: 'node-1' },
          },
        });
      assert.equal((await bind()).status, 201);
      const bound = await behaviour.read<Pod>('pods', metadata?.name ?? '');
      assert.equal(bound.spec?.nodeName, 'node-1');
      assert.equal(bound.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status, 'True');
      assertRefused(await bind(), { code: 409, reason: 'Conflict' });
    });

    it('become ready by their status', async () => {
      const { metadata } = await behaviour.create<Pod>('pods', pod(behaviour.unique('pod')));
      const status = {
        phase: 'Running',
        podIP: '172.27.0.9',
        podIPs: [{ ip: '172.27.0.9' }],
        conditions: [{ type: 'Ready', status: 'True' }],
      };
      const answer = await behaviour.patch('pods', `${metadata?.name ?? ''}/status`, {
        type: PATCH.strategic,
        body: { status },
      });
      const after = accepted<Pod>(answer);
      assert.deepEqual([after.status?.phase, after.status?.podIP], ['Running', '172.27.0.9']);
    });

    it('can not be changed but for image and a few fields: 422 Invalid', async () => {
      const { metadata } = await behaviour.create<Pod>('pods', pod(behaviour.unique('pod')));
      const patch = (spec: object) =>
        behaviour.patch('pods', metadata?.name ?? '', { type: PATCH.strategic, body: { spec } });
      accepted(await patch({ containers: [{ name: 'web', image: 'web:2' }] }));
      assertRefused(await patch({ hostNetwork: true }), {
        code: 422,
        reason: 'Invalid',
        message: /pod updates may not change fields other than/,
        causes: [['FieldValueForbidden', 'spec']],
      });
    });

    it('that are bound are only marked by a deletion, until it is forced', async () => {
      const { metadata } = await behaviour.create<Pod>('pods', {
        ...pod(behaviour.unique('pod')),
        spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'web' }] },
      });
      const path = `${behaviour.collection('pods')}/${metadata?.name ?? ''}`;
      const marked = accepted<Pod>(await behaviour.api.send({ method: 'DELETE', path }));
      assert.equal(marked.metadata?.deletionGracePeriodSeconds, 30);
      assert.equal(await behaviour.exists('pods', metadata?.name ?? ''), true);
      accepted(await behaviour.api.send({ method: 'DELETE', path: `${path}?gracePeriodSeconds=0` }));
      assert.equal(await behaviour.exists('pods', metadata?.name ?? ''), false);
    });

    it('that are not bound go at once', async () => {
      const { metadata } = await behaviour.create<Pod>('pods', pod(behaviour.unique('pod')));
      accepted(
        await behaviour.api.send({ method: 'DELETE', path: `${behaviour.collection('pods')}/${metadata?.name ?? ''}` }),
      );
      assert.equal(await behaviour.exists('pods', metadata?.name ?? ''), false);
    });
  });

  describe('EndpointSlices', () => {
    it('fill in name and protocol of their ports', async () => {
      const made = accepted<WireSlice>(await slice({ ports: [{ port: 80 }] }));
      assert.deepEqual(made.ports, [{ name: '', protocol: 'TCP', port: 80 }]);
    });

    it('without ports or endpoints have null there, not an empty list', async () => {
      const made = accepted<WireSlice>(await slice({ ports: [] }));
      assert.deepEqual([made.ports, made.endpoints], [null, null]);
    });

    it('keep what they are told of endpoints', async () => {
      const endpoint = {
        addresses: ['172.27.0.4'],
        conditions: { ready: false },
        targetRef: { kind: 'Pod', name: 'web-1', namespace: 'x', uid: 'y' },
      };
      const made = accepted<WireSlice>(await slice({ endpoints: [endpoint] }));
      assert.deepEqual(made.endpoints, [endpoint]);
    });

    it('of v1beta1 on 1.20 name the node in topology; nodeName is dropped', async () => {
      if (behaviour.minor !== 20) return;
      const topology = { 'kubernetes.io/hostname': 'node-1' };
      const made = accepted<WireSlice>(
        await slice({ endpoints: [{ addresses: ['172.27.0.4'], nodeName: 'node-1', topology }] }),
      );
      assert.deepEqual(made.endpoints, [{ addresses: ['172.27.0.4'], conditions: {}, topology }]);
    });

    const refused: readonly (readonly [string, object, readonly (readonly [string, string])[]])[] = [
      ['without an address type', { addressType: undefined }, [['FieldValueRequired', 'addressType']]],
      [
        'with an address of another family',
        { endpoints: [{ addresses: ['::1'] }] },
        [['FieldValueInvalid', 'endpoints[0].addresses[0]']],
      ],
      [
        'with an endpoint without address',
        { endpoints: [{ addresses: [] }] },
        [['FieldValueRequired', 'endpoints[0].addresses']],
      ],
      ['with a port name twice', { ports: [{ port: 80 }, { port: 81 }] }, [['FieldValueDuplicate', 'ports[1].name']]],
      [
        'with an unknown protocol',
        { ports: [{ port: 80, protocol: 'X' }] },
        [['FieldValueNotSupported', 'ports[0].protocol']],
      ],
      ['with a port name that is none', { ports: [{ name: 'A', port: 80 }] }, [['FieldValueInvalid', 'ports[0].name']]],
    ];
    for (const [title, body, causes] of refused) {
      it(`are refused ${title}: 422 Invalid`, async () => {
        assertRefused(await slice(body), { code: 422, reason: 'Invalid', causes });
      });
    }

    it('can not change their address type', async () => {
      const { metadata } = accepted<WireSlice>(await slice({}));
      const answer = await behaviour.patch(slices(), metadata?.name ?? '', {
        type: PATCH.merge,
        body: { addressType: 'IPv6' },
      });
      assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueInvalid', 'addressType']] });
    });

    it('count generations', async () => {
      const { metadata } = accepted<WireSlice>(await slice({}));
      const patch = async (body: object) =>
        accepted<WireSlice>(await behaviour.patch(slices(), metadata?.name ?? '', { type: PATCH.merge, body })).metadata
          ?.generation;
      assert.equal(metadata?.generation, 1);
      assert.equal(await patch({ ports: [{ name: 'http', port: 80 }] }), 2);
      assert.equal(await patch({ ports: [{ name: 'http', port: 80 }] }), 2);
    });
  });

  describe('Endpoints', () => {
    it('fill in the protocol and refuse loopback addresses', async () => {
      const name = behaviour.unique('ends');
      const subsets = (ip: string) => [{ addresses: [{ ip }], ports: [{ port: 80 }] }];
      const made = await behaviour.create<Endpoints>('endpoints', {
        metadata: { name },
        subsets: subsets('172.27.0.5'),
      });
      assert.equal(made.subsets?.[0]?.ports?.[0]?.protocol, 'TCP');
      const answer = await post('endpoints', { metadata: { name: `${name}-2` }, subsets: subsets('127.0.0.1') });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        causes: [['FieldValueInvalid', 'subsets[0].addresses[0].ip']],
      });
    });
  });

  describe('nodes', () => {
    it('are plain objects whose status is written by a sub-resource', async () => {
      const name = behaviour.unique('node');
      const made = await behaviour.api.ask<Node>({
        method: 'POST',
        path: '/api/v1/nodes',
        body: { metadata: { name, labels: { 'kubernetes.io/hostname': name } } },
      });
      behaviour.removeLater(`/api/v1/nodes/${name}`);
      assert.equal(made.status?.addresses, undefined);
      const status = {
        addresses: [{ type: 'InternalIP', address: '10.126.75.200' }],
        conditions: [{ type: 'Ready', status: 'True' }],
      };
      const after = await behaviour.api.ask<Node>({
        method: 'PATCH',
        path: `/api/v1/nodes/${name}/status`,
        contentType: PATCH.strategic,
        body: { status },
      });
      assert.equal(after.status?.addresses?.[0]?.address, '10.126.75.200');
    });
  });

  describe('namespaces', () => {
    it('are Active, finalized by the server, and refuse names that are no label', async () => {
      const { spec, status } = await behaviour.api.ask<Namespace>({
        path: `/api/v1/namespaces/${behaviour.namespace}`,
      });
      assert.deepEqual([status?.phase, spec?.finalizers], ['Active', ['kubernetes']]);
      const answer = await behaviour.api.send({
        method: 'POST',
        path: '/api/v1/namespaces',
        body: { metadata: { name: 'a.b' } },
      });
      assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueInvalid', 'metadata.name']] });
    });
  });

  describe('events', () => {
    it('belong to the namespace of their object, and are found by it', async () => {
      const name = behaviour.unique('event');
      const event = (namespace: string) => ({
        metadata: { name: behaviour.unique('event') },
        involvedObject: { kind: 'Service', name, namespace, uid: name },
        reason: 'IPAllocated',
        message: 'Assigned IP',
        type: 'Normal',
      });
      accepted(await post('events', event(behaviour.namespace)));
      const selector = encodeURIComponent(`involvedObject.name=${name},reason=IPAllocated`);
      const { items } = await behaviour.api.ask<{ items: { message: string }[] }>({
        path: `${behaviour.collection('events')}?fieldSelector=${selector}`,
      });
      assert.deepEqual(
        items.map(({ message }) => message),
        ['Assigned IP'],
      );
      assertRefused(await post('events', event('default')), {
        code: 422,
        reason: 'Invalid',
        causes: [['FieldValueInvalid', 'involvedObject.namespace']],
      });
    });
  });
}
