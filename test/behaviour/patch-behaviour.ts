import assert from 'node:assert/strict';
import {
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Deployment,
  type V1Service,
} from '@kubernetes/client-node';
import { PATCH, type ApiAnswer, type ApiStatus, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';

type ConfigMap = Wire<V1ConfigMap>;
type Deployment = Wire<V1Deployment>;
type Service = Wire<V1Service>;

/** The four kinds of patch; server-side apply has a part of its own. */
export function describePatches(behaviour: Behaviour): void {
  const configMap = (body: object = { data: { a: '1', b: '2' } }) =>
    behaviour.create<ConfigMap>('configmaps', { metadata: { name: behaviour.unique('patched') }, ...body });
  const service = (ports: object[]) =>
    behaviour.create<Service>('services', { metadata: { name: behaviour.unique('patched') }, spec: { ports } });
  const patch =
    (kind: keyof typeof PATCH, resource: string, object: { metadata?: { name?: string } }) => (body: unknown) =>
      behaviour.patch(resource, object.metadata?.name ?? '', { type: PATCH[kind], body });
  const ports = (answer: ApiAnswer<ApiStatus>) =>
    accepted<Service>(answer).spec?.ports?.map(
      ({ name = '', port, targetPort, protocol = '' }) => `${name} ${port}>${targetPort ?? ''}/${protocol}`,
    );

  describe('JSON patch', () => {
    it('adds, replaces, removes, copies, moves and tests', async () => {
      const send = patch('json', 'configmaps', await configMap());
      const answer = await send([
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'replace', path: '/data/a', value: '10' },
        { op: 'add', path: '/data/c~1d', value: '3' },
        { op: 'copy', from: '/data/a', path: '/data/e' },
        { op: 'move', from: '/data/b', path: '/data/f' },
        { op: 'add', path: '/metadata/labels', value: { x: 'y' } },
        { op: 'remove', path: '/data/c~1d' },
      ]);
      const { data, metadata } = accepted<ConfigMap>(answer);
      assert.deepEqual([data, metadata?.labels], [{ a: '10', e: '10', f: '2' }, { x: 'y' }]);
    });

    it('puts elements into lists, at the end with "-"', async () => {
      const send = patch('json', 'services', await service([{ name: 'a', port: 1 }]));
      const answer = await send([
        { op: 'add', path: '/spec/ports/-', value: { name: 'c', port: 3 } },
        { op: 'add', path: '/spec/ports/1', value: { name: 'b', port: 2 } },
      ]);
      assert.deepEqual(ports(answer), ['a 1>1/TCP', 'b 2>2/TCP', 'c 3>3/TCP']);
    });

    const failing: readonly (readonly [string, object])[] = [
      ['a test that does not hold', { op: 'test', path: '/data/a', value: 'other' }],
      ['removing what is not there', { op: 'remove', path: '/data/absent' }],
      ['adding below what is not there', { op: 'add', path: '/metadata/labels/x', value: 'y' }],
    ];
    for (const [title, operation] of failing) {
      it(`${title} is refused as a whole: 422 Invalid`, async () => {
        const made = await configMap();
        const answer = await patch('json', 'configmaps', made)([{ op: 'add', path: '/data/z', value: '1' }, operation]);
        assertRefused(answer, { code: 422, reason: 'Invalid' });
        assert.deepEqual((await behaviour.read<ConfigMap>('configmaps', made.metadata?.name ?? '')).data, {
          a: '1',
          b: '2',
        });
      });
    }

    it('something that is no list of operations is refused: 400 BadRequest', async () => {
      assertRefused(await patch('json', 'configmaps', await configMap())({ data: {} }), {
        code: 400,
        reason: 'BadRequest',
      });
    });
  });

  describe('merge patch', () => {
    it('merges objects, and null removes', async () => {
      const answer = await patch('merge', 'configmaps', await configMap())({ data: { a: null, c: '3' } });
      assert.deepEqual(accepted<ConfigMap>(answer).data, { b: '2', c: '3' });
    });

    it('replaces lists as a whole', async () => {
      const send = patch(
        'merge',
        'services',
        await service([
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ]),
      );
      assert.deepEqual(ports(await send({ spec: { ports: [{ port: 3 }] } })), [' 3>3/TCP']);
    });

    it('with nothing new keeps the resource version', async () => {
      const made = await configMap();
      const after = accepted<ConfigMap>(await patch('merge', 'configmaps', made)({ data: { a: '1' } }));
      assert.equal(after.metadata?.resourceVersion, made.metadata?.resourceVersion);
    });

    it('with a resource version that is stale is refused: 409 Conflict', async () => {
      const made = await configMap();
      const send = patch('merge', 'configmaps', made);
      accepted(await send({ data: { a: '2' } }));
      const metadata = { resourceVersion: made.metadata?.resourceVersion };
      assertRefused(await send({ metadata, data: { a: '3' } }), {
        code: 409,
        reason: 'Conflict',
        message: /the object has been modified/,
      });
    });

    it('with the uid of another object is refused on 1.20: 422 Invalid', async () => {
      if (behaviour.minor > 20) return;
      const uid = '00000000-0000-4000-8000-000000000000';
      for (const [resource, made] of [
        ['configmaps', await configMap()],
        ['services', await service([{ port: 1 }])],
      ] as const) {
        const send = patch('merge', resource, made);
        accepted(await send({ metadata: { uid: made.metadata?.uid, labels: { a: '1' } } }));
        const answer = await send({ metadata: { uid, labels: { a: '2' } } });
        assertRefused(answer, {
          code: 422,
          reason: 'Invalid',
          message: /field is immutable/,
          causes: [['FieldValueInvalid', 'metadata.uid']],
        });
      }
    });

    it('that makes the object invalid is refused with the causes: 422 Invalid', async () => {
      const answer = await patch('merge', 'services', await service([{ port: 1 }]))({ spec: { ports: [{ port: 0 }] } });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        causes: [
          ['FieldValueInvalid', 'spec.ports[0].port'],
          ['FieldValueInvalid', 'spec.ports[0].targetPort'],
        ],
      });
    });

    it('text that is no JSON is refused', async () => {
      const { status, body } = await patch('merge', 'configmaps', await configMap())('{"data":');
      assert.equal(body.kind, 'Status');
      // 1.20 blames itself.
      assert.ok(status === 400 || (status === 500 && behaviour.minor <= 20), JSON.stringify(body));
    });
  });

  describe('strategic merge patch', () => {
    it('merges the ports of a Service by number', async () => {
      const send = patch(
        'strategic',
        'services',
        await service([
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ]),
      );
      const answer = await send({
        spec: {
          ports: [
            { port: 2, targetPort: 22 },
            { name: 'c', port: 3 },
          ],
        },
      });
      assert.deepEqual(ports(answer)?.sort(), ['a 1>1/TCP', 'b 2>22/TCP', 'c 3>3/TCP']);
    });

    it('$patch: delete takes an element out', async () => {
      const send = patch(
        'strategic',
        'services',
        await service([
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ]),
      );
      assert.deepEqual(ports(await send({ spec: { ports: [{ port: 1, $patch: 'delete' }] } })), ['b 2>2/TCP']);
    });

    it('$patch: replace replaces the list', async () => {
      const send = patch(
        'strategic',
        'services',
        await service([
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ]),
      );
      assert.deepEqual(ports(await send({ spec: { ports: [{ port: 3 }, { $patch: 'replace' }] } })), [' 3>3/TCP']);
    });

    it('$patch: replace replaces an object', async () => {
      const answer = await patch('strategic', 'configmaps', await configMap())({ data: { z: '9', $patch: 'replace' } });
      assert.deepEqual(accepted<ConfigMap>(answer).data, { z: '9' });
    });

    it('$setElementOrder orders the list', async () => {
      const send = patch(
        'strategic',
        'services',
        await service([
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ]),
      );
      const answer = await send({
        spec: { '$setElementOrder/ports': [{ port: 3 }, { port: 2 }, { port: 1 }], ports: [{ name: 'c', port: 3 }] },
      });
      assert.deepEqual(ports(answer), ['c 3>3/TCP', 'b 2>2/TCP', 'a 1>1/TCP']);
    });

    it('merges lists of texts, and $deleteFromPrimitiveList takes out of them', async () => {
      const made = await configMap();
      const send = patch('strategic', 'configmaps', made);
      const finalizers = async (metadata: object) => accepted<ConfigMap>(await send({ metadata })).metadata?.finalizers;
      assert.deepEqual(await finalizers({ finalizers: ['example.com/a'] }), ['example.com/a']);
      assert.deepEqual((await finalizers({ finalizers: ['example.com/b'] }))?.sort(), [
        'example.com/a',
        'example.com/b',
      ]);
      assert.deepEqual(await finalizers({ '$deleteFromPrimitiveList/finalizers': ['example.com/a'] }), [
        'example.com/b',
      ]);
      assert.equal(await finalizers({ finalizers: null }), undefined);
    });

    it('merges containers by name and their variables by name; $retainKeys drops the rest of an object', async () => {
      const labels = { app: behaviour.unique('deep') };
      const made = await behaviour.create<Deployment>('apps/v1/deployments', {
        metadata: { name: labels.app },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] }] },
          },
        },
      });
      const answer = await patch(
        'strategic',
        'apps/v1/deployments',
        made,
      )({
        spec: {
          strategy: { $retainKeys: ['type'], type: 'Recreate' },
          template: {
            spec: {
              containers: [
                { name: 'web', image: 'web:2', env: [{ name: 'B', value: '2' }] },
                { name: 'side', image: 'side' },
              ],
            },
          },
        },
      });
      const { spec } = accepted<Deployment>(answer);
      const containers = spec?.template.spec?.containers.map(({ name, image, env = [] }) => [
        name,
        image,
        env.map((one) => one.name).sort(),
      ]);
      assert.deepEqual(containers?.sort(), [
        ['side', 'side', []],
        ['web', 'web:2', ['A', 'B']],
      ]);
      assert.deepEqual(spec?.strategy, { type: 'Recreate' });
    });

    it('null removes', async () => {
      const answer = await patch('strategic', 'configmaps', await configMap())({ data: { a: null } });
      assert.deepEqual(accepted<ConfigMap>(answer).data, { b: '2' });
    });

    it('an element without its key is refused', async () => {
      const answer = await patch(
        'strategic',
        'services',
        await service([{ port: 1 }]),
      )({ spec: { ports: [{ name: 'x' }] } });
      assert.ok(answer.status === 400 || answer.status === 422 || answer.status === 500, `${answer.status}`);
      assert.match(answer.body.message, /does not contain declared merge key: port/);
    });
  });

  describe('any patch', () => {
    it('of a content type that is no patch is refused: 415 UnsupportedMediaType', async () => {
      const answer = await behaviour.patch('configmaps', (await configMap()).metadata?.name ?? '', {
        type: 'application/json',
        body: {},
      });
      assertRefused(answer, { code: 415, reason: 'UnsupportedMediaType' });
    });

    for (const [kind, body] of [
      ['json', []],
      ['merge', {}],
      ['strategic', {}],
    ] as const) {
      it(`${kind}: of what is not there is refused: 404 NotFound`, async () => {
        const answer = await patch(kind, 'services', { metadata: { name: 'absent' } })(body);
        assertRefused(answer, { code: 404, reason: 'NotFound', message: 'services "absent" not found' });
      });
    }

    it('of the name is refused: 400 BadRequest', async () => {
      const answer = await patch('merge', 'configmaps', await configMap())({ metadata: { name: 'other' } });
      assertRefused(answer, { code: 400, reason: 'BadRequest', message: /does not match the name on the URL/ });
    });

    it('leaves uid and creation time alone', async () => {
      const made = await configMap();
      const answer = await patch(
        'merge',
        'configmaps',
        made,
      )({ metadata: { creationTimestamp: '2001-01-01T00:00:00Z' } });
      assert.equal(accepted<ConfigMap>(answer).metadata?.creationTimestamp, made.metadata?.creationTimestamp);
    });

    it('goes through client-node with the content type set', async () => {
      const made = await configMap();
      const core = behaviour.api.config.makeApiClient(CoreV1Api);
      const after = await core.patchNamespacedConfigMap(
        { name: made.metadata?.name ?? '', namespace: behaviour.namespace, body: { data: { a: null } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      assert.deepEqual(after.data, { b: '2' });
    });
  });
}
