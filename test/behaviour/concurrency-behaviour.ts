import assert from 'node:assert/strict';
import type { V1ConfigMap, V1ConfigMapList, V1Service } from '@kubernetes/client-node';
import { PATCH, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';
import { openWatch } from './watch-lines.ts';

type ConfigMap = Wire<V1ConfigMap>;
type ConfigMapList = Wire<V1ConfigMapList>;
type Service = Wire<V1Service>;

/** Many requests at once, and large ones. */
export function describeConcurrency(behaviour: Behaviour): void {
  const create = (data: Record<string, string> = {}) =>
    behaviour.create<ConfigMap>('configmaps', { metadata: { generateName: 'busy-' }, data });
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
  const pathOf = (object: ConfigMap) => `${behaviour.collection('configmaps')}/${object.metadata?.name ?? ''}`;

  it('merge patches without a resource version all count, none is refused', async () => {
    const made = await create();
    const name = made.metadata?.name ?? '';
    await Promise.all(
      numbers(12).map(async (key) =>
        accepted(
          await behaviour.patch('configmaps', name, { type: PATCH.merge, body: { data: { [`k${key}`]: key } } }),
        ),
      ),
    );
    const { data = {} } = await behaviour.read<ConfigMap>('configmaps', name);
    assert.equal(Object.keys(data).length, 12);
  });

  it('of PUTs from one version exactly one wins', async () => {
    const made = await create({ winner: '' });
    const answers = await Promise.all(
      numbers(6).map((winner) =>
        behaviour.api.send({ method: 'PUT', path: pathOf(made), body: { ...made, data: { winner } } }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409]);
  });

  it('of creations of one name exactly one wins', async () => {
    const name = behaviour.unique('once');
    const answers = await Promise.all(
      numbers(6).map(() =>
        behaviour.api.send({ method: 'POST', path: behaviour.collection('configmaps'), body: { metadata: { name } } }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
  });

  it('Services made at once get cluster addresses and node ports of their own', async () => {
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    const made = await Promise.all(
      numbers(10).map(() => behaviour.create<Service>('services', { metadata: { generateName: 'busy-' }, spec })),
    );
    assert.equal(new Set(made.map((one) => one.spec?.clusterIP)).size, 10);
    assert.equal(new Set(made.map((one) => one.spec?.ports?.[0]?.nodePort)).size, 10);
  });

  it('a watch misses none of a burst and tells each object in its order', async () => {
    const group = behaviour.unique('burst');
    const selector = `labelSelector=group%3D${group}`;
    const { metadata } = await behaviour.api.ask<ConfigMapList>({
      path: `${behaviour.collection('configmaps')}?limit=1`,
    });
    const watch = await openWatch(
      behaviour.api,
      `${behaviour.collection('configmaps')}?${selector}&resourceVersion=${metadata?.resourceVersion ?? ''}`,
    );
    try {
      await Promise.all(
        numbers(40).map(async (step) => {
          const body = { metadata: { generateName: 'burst-', labels: { group } }, data: { step } };
          const made = await behaviour.create<ConfigMap>('configmaps', body);
          accepted(
            await behaviour.patch('configmaps', made.metadata?.name ?? '', {
              type: PATCH.merge,
              body: { data: { more: 'x' } },
            }),
          );
          accepted(await behaviour.api.send({ method: 'DELETE', path: pathOf(made) }));
        }),
      );
      await watch.until('three events for each', (lines) => lines.length === 120, 20_000);
      const versions = watch.lines.map(({ object }) => BigInt(object.metadata?.resourceVersion ?? 0));
      assert.ok(versions.every((version, index) => index === 0 || version > (versions[index - 1] ?? 0n)));
      const stories = Map.groupBy(watch.lines, ({ object }) => object.metadata?.name);
      for (const story of stories.values())
        assert.deepEqual(
          story.map(({ type }) => type),
          ['ADDED', 'MODIFIED', 'DELETED'],
        );
    } finally {
      watch.close();
    }
  });

  it('annotations over 256 KiB are refused: 422 Invalid', async () => {
    const metadata = { generateName: 'big-', annotations: { big: 'x'.repeat(262_145) } };
    const answer = await behaviour.api.send({
      method: 'POST',
      path: behaviour.collection('configmaps'),
      body: { metadata },
    });
    assertRefused(answer, { code: 422, reason: 'Invalid', causes: [['FieldValueTooLong', 'metadata.annotations']] });
  });

  it('a request over 3 MiB is refused: 413 RequestEntityTooLarge', async () => {
    const body = { metadata: { generateName: 'big-' }, data: { big: 'x'.repeat(3 * 1024 * 1024) } };
    const answer = await behaviour.api.send({ method: 'POST', path: behaviour.collection('configmaps'), body });
    assertRefused(answer, { code: 413, reason: 'RequestEntityTooLarge' });
  });
}
