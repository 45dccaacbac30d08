import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import { objectStore } from '../../../../../packages/simulator/src/cluster/storage/object-store.ts';

const object = (name: string, value = 0, namespace?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name, namespace },
  value,
});

describe('[unit] object store', () => {
  it('gives every write the next resource version and tells it in order', () => {
    const store = objectStore({ resourceVersion: 5 });
    const seen: string[] = [];
    store.subscribe('xs', ({ type, object: { metadata } }) =>
      seen.push(`${type} ${metadata.name} ${metadata.resourceVersion ?? ''}`),
    );
    store.put('xs', object('a'));
    store.put('ys', object('b'));
    store.put('xs', object('a', 1));
    store.delete('xs', object('a', 1));
    assert.deepEqual(seen, ['ADDED a 6', 'MODIFIED a 8', 'DELETED a 9']);
    assert.equal(store.resourceVersion, 9);
  });

  it('delivers what a listener causes after everybody has heard what caused it', () => {
    const store = objectStore();
    const heard: string[] = [];
    store.subscribe('xs', ({ object: { metadata } }) => {
      heard.push(`first ${metadata.name}`);
      if (metadata.name === 'a') store.put('xs', object('b'));
    });
    store.subscribe('xs', ({ object: { metadata } }) => heard.push(`second ${metadata.name}`));
    store.put('xs', object('a'));
    assert.deepEqual(heard, ['first a', 'second a', 'first b', 'second b']);
  });

  it('goes on when a listener throws, and says so', () => {
    const errors: unknown[] = [];
    const store = objectStore({ onListenerError: (error) => errors.push(error) });
    store.subscribe('xs', () => {
      throw new Error('broken');
    });
    let heard = 0;
    store.subscribeAll(() => (heard += 1));
    store.put('xs', object('a'));
    assert.deepEqual([heard, errors.length], [1, 1]);
  });

  it('stops telling a listener that has left, even in the middle of a delivery', () => {
    const store = objectStore();
    let heard = 0;
    const ends: (() => void)[] = [];
    store.subscribe('xs', () => ends.forEach((end) => end()));
    ends.push(store.subscribe('xs', () => (heard += 1)));
    store.put('xs', object('a'));
    assert.equal(heard, 0);
  });

  it('lists by namespace and name, and hands out frozen objects', () => {
    const store = objectStore();
    for (const [name, namespace] of [
      ['b', 'x'],
      ['a', 'y'],
      ['a', 'x'],
    ] as const)
      store.put('xs', object(name, 0, namespace));
    assert.deepEqual(
      store.list('xs').map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
      ['x/a', 'x/b', 'y/a'],
    );
    assert.throws(() => ((store.list('xs')[0] as KubeObject).metadata.name = 'z'), TypeError);
  });

  it('shows a collection as it was', () => {
    const store = objectStore({ resourceVersion: 0 });
    store.put('xs', object('a', 1));
    store.put('xs', object('b', 1));
    const then = store.resourceVersion;
    store.put('xs', object('a', 2));
    store.delete('xs', object('b', 1));
    store.put('xs', object('c', 1));
    const values = (list: readonly KubeObject[] | undefined) =>
      list?.map((item) => `${item.metadata.name}${String(item['value'])}`);
    assert.deepEqual(values(store.listAt('xs', then)), ['a1', 'b1']);
    assert.deepEqual(values(store.listAt('xs', store.resourceVersion)), ['a2', 'c1']);
    store.compact();
    assert.equal(store.listAt('xs', then), undefined);
    assert.equal(store.eventsSince('xs', then), undefined);
    assert.deepEqual(store.eventsSince('xs', store.resourceVersion), []);
  });

  it('remembers at least the last events up to its limit, and knows what it forgot', () => {
    const store = objectStore({ historyLimit: 10, resourceVersion: 0 });
    for (let version = 1; version <= 35; version++) store.put('xs', object('a', version));
    assert.equal(store.eventsSince('xs', 25)?.length, 10);
    assert.equal(store.eventsSince('xs', 5), undefined);
  });

  it('comes back from a snapshot with its resource version', () => {
    const store = objectStore();
    store.put('xs', object('a', 1));
    const copy = objectStore({ snapshot: store.snapshot() });
    assert.deepEqual([copy.resourceVersion, copy.get('xs', { name: 'a' })?.['value']], [store.resourceVersion, 1]);
    assert.equal(copy.put('xs', object('b')).metadata.resourceVersion, String(store.resourceVersion + 1));
  });
});
