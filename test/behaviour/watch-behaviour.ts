import assert from 'node:assert/strict';
import { CoreV1Api, makeInformer, Watch, type V1ConfigMap, type V1ConfigMapList } from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';
import { PATCH, type Wire } from './api-session.ts';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';
import { openWatch, type OpenWatch, type WatchLine } from './watch-lines.ts';

type ConfigMap = Wire<V1ConfigMap>;
type ConfigMapList = Wire<V1ConfigMapList>;

/** Watches: what arrives, in which order, how they end, what happens to those that come too late. */
export function describeWatches(behaviour: Behaviour): void {
  const path = () => behaviour.collection('configmaps');
  const create = (labels: Record<string, string>) =>
    behaviour.create<ConfigMap>('configmaps', { metadata: { generateName: 'watched-', labels } });
  const label = (object: ConfigMap, labels: Record<string, string | null>) =>
    behaviour.patch('configmaps', object.metadata?.name ?? '', { type: PATCH.merge, body: { metadata: { labels } } });
  const remove = (object: ConfigMap) =>
    behaviour.api.send({ method: 'DELETE', path: `${path()}/${object.metadata?.name ?? ''}` });
  const select = (group: string) => `labelSelector=${encodeURIComponent(`group=${group}`)}`;
  const version = async () =>
    (await behaviour.api.ask<ConfigMapList>({ path: `${path()}?limit=1` })).metadata?.resourceVersion ?? '';
  const types = (lines: readonly WatchLine[]) => lines.map(({ type }) => type);
  const opened: OpenWatch[] = [];
  const watch = async (query: string, accept?: string) => {
    const made = await openWatch(behaviour.api, `${path()}?${query}`, accept);
    opened.push(made);
    return made;
  };
  afterEach(() => opened.splice(0).forEach((one) => one.close()));

  it('from a version tell every later change in order, with rising versions', async () => {
    const group = behaviour.unique('group');
    const early = await create({ group });
    const from = await version();
    const late = await create({ group });
    const lines = await watch(`${select(group)}&resourceVersion=${from}`);
    assert.equal(lines.status, 200);
    accepted(await label(late, { step: '2' }));
    accepted(await remove(late));
    accepted(await remove(early));
    await lines.until('four events', (all) => all.length === 4);
    assert.deepEqual(types(lines.lines), ['ADDED', 'MODIFIED', 'DELETED', 'DELETED']);
    assert.deepEqual(
      lines.lines.map(({ object }) => object.metadata?.name),
      [late, late, late, early].map(({ metadata }) => metadata?.name),
    );
    const versions = [from, ...lines.lines.map(({ object }) => object.metadata?.resourceVersion ?? '')].map(BigInt);
    assert.ok(
      versions.every((one, index) => index === 0 || one > (versions[index - 1] ?? 0n)),
      versions.join(' '),
    );
  });

  it('hold whole objects with kind and version', async () => {
    const group = behaviour.unique('group');
    const lines = await watch(`${select(group)}&resourceVersion=${await version()}`);
    const made = await create({ group });
    const [line] = await lines.until('the event', (all) => all.length === 1);
    assert.deepEqual(
      [line?.object.kind, line?.object.apiVersion, line?.object.metadata?.uid],
      ['ConfigMap', 'v1', made.metadata?.uid],
    );
  });

  for (const [title, query] of [
    ['without a version', ''],
    ['from version 0', '&resourceVersion=0'],
  ] as const) {
    it(`${title} begin with what is there`, async () => {
      const group = behaviour.unique('group');
      const names = [await create({ group }), await create({ group })].map(({ metadata }) => metadata?.name);
      const lines = await watch(select(group) + query);
      await lines.until('both objects', (all) => all.length === 2);
      assert.deepEqual(types(lines.lines), ['ADDED', 'ADDED']);
      assert.deepEqual(lines.lines.map(({ object }) => object.metadata?.name).sort(), names.sort());
    });
  }

  it('with a selector see objects come and go as their labels change', async () => {
    const group = behaviour.unique('group');
    const made = await create({ group: 'elsewhere' });
    const lines = await watch(`${select(group)}&resourceVersion=${await version()}`);
    accepted(await label(made, { group }));
    accepted(await label(made, { group, more: 'x' }));
    accepted(await label(made, { group: 'elsewhere' }));
    accepted(await label(made, { more: 'y' }));
    await lines.until('three events', (all) => all.length === 3);
    assert.deepEqual(types(lines.lines), ['ADDED', 'MODIFIED', 'DELETED']);
    // What left is shown as it was when it still belonged, at the version of the change.
    const last = lines.lines[2]?.object.metadata as { labels?: Record<string, string> } | undefined;
    assert.equal(last?.labels?.group, group);
  });

  it('of one name see that object only', async () => {
    const [one, other] = [await create({}), await create({})];
    const lines = await watch(
      `fieldSelector=${encodeURIComponent(`metadata.name=${one.metadata?.name ?? ''}`)}&resourceVersion=${await version()}`,
    );
    accepted(await label(other, { a: '1' }));
    accepted(await label(one, { a: '1' }));
    await lines.until('the event', (all) => all.length > 0);
    assert.deepEqual(
      lines.lines.map(({ object }) => object.metadata?.name),
      [one.metadata?.name],
    );
  });

  it('of one namespace say nothing of another; of all namespaces they do', async () => {
    const group = behaviour.unique('group');
    const from = await version();
    const own = await watch(`${select(group)}&resourceVersion=${from}`);
    const all = await openWatch(behaviour.api, `/api/v1/configmaps?${select(group)}&resourceVersion=${from}`);
    opened.push(all);
    const elsewhere = await behaviour.api.ask<ConfigMap>({
      method: 'POST',
      path: behaviour.collection('configmaps', 'default'),
      body: { metadata: { generateName: 'watched-', labels: { group } } },
    });
    behaviour.removeLater(`${behaviour.collection('configmaps', 'default')}/${elsewhere.metadata?.name ?? ''}`);
    await create({ group });
    await all.until('both events', (lines) => lines.length === 2);
    await own.until('its own event', (lines) => lines.length === 1);
    assert.equal(own.lines[0]?.object.metadata?.namespace, behaviour.namespace);
  });

  it('end by themselves after timeoutSeconds, with a bookmark shortly before where asked for', async () => {
    const from = await version();
    const started = Date.now();
    const lines = await watch(`resourceVersion=${from}&timeoutSeconds=4&allowWatchBookmarks=true&${select('nobody')}`);
    // A bookmark tells of a newer version only, so something has to happen that the selector does not show.
    const unseen = await create({ group: 'elsewhere' });
    await lines.end(8000);
    assert.ok(Date.now() - started > 3000);
    const bookmarks = lines.lines.filter(({ type }) => type === 'BOOKMARK');
    assert.deepEqual(types(lines.lines), types(bookmarks));
    assert.ok(bookmarks.length >= 1, 'no bookmark came');
    const { kind, metadata } = bookmarks[0]?.object ?? {};
    assert.equal(kind, 'ConfigMap');
    assert.ok(BigInt(metadata?.resourceVersion ?? 0) >= BigInt(unseen.metadata?.resourceVersion ?? 0));
    assert.equal(metadata?.name, undefined);
  });

  it('without asking get no bookmark', async () => {
    const lines = await watch(`resourceVersion=${await version()}&timeoutSeconds=3&${select('nobody')}`);
    await lines.end(8000);
    assert.deepEqual(lines.lines, []);
  });

  it('as Table send rows, with the columns in the first event only', async () => {
    const group = behaviour.unique('group');
    const lines = await watch(
      `${select(group)}&resourceVersion=${await version()}`,
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    );
    const made = await create({ group });
    accepted(await label(made, { a: '1' }));
    const [first, second] = await lines.until('two events', (all) => all.length === 2);
    const table = (line: WatchLine | undefined) =>
      line?.object as unknown as {
        kind: string;
        columnDefinitions: { name: string }[] | null;
        rows: { cells: unknown[] }[];
      };
    assert.equal(table(first).kind, 'Table');
    assert.deepEqual(
      table(first).columnDefinitions?.map(({ name }) => name),
      ['Name', 'Data', 'Age'],
    );
    assert.equal(table(second).columnDefinitions, null);
    assert.equal(table(second).rows[0]?.cells[0], made.metadata?.name);
  });

  it('from text that is no version are refused', async () => {
    const { status, body } = await behaviour.api.send({ path: `${path()}?watch=true&resourceVersion=abc` });
    assert.match(body.message, /"abc"/);
    // 1.20 blames itself.
    assert.ok(status === 400 || (status === 500 && behaviour.minor <= 20), JSON.stringify(body));
  });

  it('of a kind that does not exist are refused: 404 NotFound', async () => {
    const answer = await behaviour.api.send({ path: `/apis/metallb.example/v1/nothings?watch=true` });
    assert.equal(answer.status, 404);
  });

  it('reach client-node: Watch and informer', async () => {
    const group = behaviour.unique('group');
    const config = behaviour.api.config;
    const core = config.makeApiClient(CoreV1Api);
    const seen: string[] = [];
    const told: string[] = [];
    const labelSelector = `group=${group}`;
    const informer = makeInformer<V1ConfigMap>(
      config,
      path(),
      () => core.listNamespacedConfigMap({ namespace: behaviour.namespace, labelSelector }),
      labelSelector,
    );
    for (const event of ['add', 'update', 'delete'] as const) informer.on(event, () => void seen.push(event));
    informer.on('error', () => undefined);
    await informer.start();
    const abort = await new Watch(config).watch(
      path(),
      { labelSelector, resourceVersion: await version() },
      (type) => void told.push(type),
      () => undefined,
    );
    try {
      const made = await create({ group });
      await eventually('the informer sees the object', () => seen.includes('add'));
      accepted(await label(made, { a: '1' }));
      await eventually('the informer sees the change', () => seen.includes('update'));
      accepted(await remove(made));
      await eventually('the informer sees the end', () => seen.includes('delete'));
      await eventually('the watch tells all three', () => told.length === 3);
      assert.deepEqual(told, ['ADDED', 'MODIFIED', 'DELETED']);
    } finally {
      await informer.stop();
      abort.abort();
    }
  });

  describe('when the history is forgotten', () => {
    it('a watch from an older version is told 410 Expired in its stream, and a new list goes on', async function () {
      this.timeout(60_000);
      const { forgetHistory } = behaviour.target;
      if (forgetHistory === undefined) return this.skip();
      const group = behaviour.unique('group');
      const from = await version();
      for (const step of ['1', '2', '3']) await create({ group, step });
      await forgetHistory();
      const lines = await watch(`resourceVersion=${from}`);
      assert.equal(lines.status, 200);
      const [line] = await lines.until('the error', (all) => all.length > 0);
      assert.equal(line?.type, 'ERROR');
      const { kind, code, reason, message = '' } = line.object;
      assert.deepEqual([kind, code, reason], ['Status', 410, 'Expired']);
      assert.match(message, /^too old resource version: \d+ \(\d+\)$/);
      await lines.end(5000);
      const again = await watch(`resourceVersion=${await version()}&${select(group)}`);
      await create({ group });
      await again.until('the new event', (all) => all.length === 1);
    });

    it('a list of an older version is refused: 410 Expired', async function () {
      this.timeout(60_000);
      const { forgetHistory } = behaviour.target;
      if (forgetHistory === undefined) return this.skip();
      const from = await version();
      await create({ group: 'elsewhere' });
      await forgetHistory();
      const answer = await behaviour.api.send({ path: `${path()}?resourceVersion=${from}&resourceVersionMatch=Exact` });
      assertRefused(answer, { code: 410, reason: 'Expired' });
    });

    it('the next page of an older list is refused: 410 Expired', async function () {
      this.timeout(60_000);
      const { forgetHistory } = behaviour.target;
      if (forgetHistory === undefined) return this.skip();
      const group = behaviour.unique('group');
      for (const step of ['1', '2', '3']) await create({ group, step });
      const first = await behaviour.api.ask<ConfigMapList>({ path: `${path()}?limit=1&${select(group)}` });
      await create({ group });
      await forgetHistory();
      const answer = await behaviour.api.send({
        path: `${path()}?limit=1&${select(group)}&continue=${encodeURIComponent(continueOf(first))}`,
      });
      assertRefused(answer, { code: 410, reason: 'Expired' });
    });
  });
}

// On the wire the field is called continue; client-node's type renames it.
function continueOf({ metadata }: ConfigMapList): string {
  return (metadata as { continue?: string } | undefined)?.continue ?? '';
}
