import assert from 'node:assert/strict';
import type { V1ConfigMap, V1ConfigMapList, V1ListMeta, V1PodList, V1Service } from '@kubernetes/client-node';
import { accepted, assertRefused, type Behaviour } from './behaviour.ts';
import type { Wire } from './api-session.ts';

type ConfigMap = Wire<V1ConfigMap>;
type ConfigMapList = Wire<V1ConfigMapList>;
type ListMeta = Wire<V1ListMeta>;
type PodList = Wire<V1PodList>;
type Service = Wire<V1Service>;

interface WireList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: ListMeta & { readonly continue?: string };
  readonly items: readonly ConfigMap[];
}

interface Table {
  readonly kind: string;
  readonly columnDefinitions: readonly { readonly name: string; readonly type: string; readonly priority: number }[];
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object: { readonly kind: string; readonly metadata: { readonly name: string } };
  }[];
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const METADATA = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

/** Lists: selectors, pages, versions, tables. */
export function describeLists(behaviour: Behaviour): void {
  const group = behaviour.unique('listed');
  const path = () => behaviour.collection('configmaps');
  const list = (query: string) => behaviour.api.ask<WireList>({ path: `${path()}?${query}` });
  const names = ({ items }: { readonly items: readonly { metadata?: { name?: string } }[] }) =>
    items.map(({ metadata }) => metadata?.name ?? '');
  const labelled = (selector: string) =>
    `labelSelector=${encodeURIComponent(`group=${group}${selector === '' ? '' : `,${selector}`}`)}`;

  before(async () => {
    const objects = [
      ['a', { tier: 'web', env: 'prod' }],
      ['b', { tier: 'web', env: 'test' }],
      ['c', { tier: 'db', env: 'prod' }],
      ['d', { env: 'prod' }],
    ] as const;
    for (const [name, labels] of objects) {
      await behaviour.create('configmaps', { metadata: { name: `${group}-${name}`, labels: { group, ...labels } } });
    }
  });

  it('have kind, version and resource version; items go without kind, sorted by name', async () => {
    const found = await list(labelled(''));
    assert.deepEqual([found.kind, found.apiVersion], ['ConfigMapList', 'v1']);
    assert.match(found.metadata.resourceVersion ?? '', /^\d+$/);
    assert.deepEqual(
      names(found),
      ['a', 'b', 'c', 'd'].map((name) => `${group}-${name}`),
    );
    assert.ok(found.items.every((item) => item.kind === undefined && item.apiVersion === undefined));
  });

  const selectors: readonly (readonly [selector: string, found: string])[] = [
    ['tier=web', 'ab'],
    ['tier==web', 'ab'],
    ['tier!=web', 'cd'],
    ['tier in (web, db)', 'abc'],
    ['tier notin (web)', 'cd'],
    ['tier', 'abc'],
    ['!tier', 'd'],
    ['tier=web,env=prod', 'a'],
    ['tier in (),env=prod', ''],
    ['env=', ''],
  ];
  for (const [selector, expected] of selectors) {
    it(`labels: ${selector}`, async () => {
      assert.deepEqual(
        names(await list(labelled(selector))).join(''),
        Array.from(expected, (name) => `${group}-${name}`).join(''),
      );
    });
  }

  it('a label selector that can not be read is refused: 400 BadRequest', async () => {
    for (const selector of ['tier in web', 'a=b=c', 'tier=a b', '-x=1']) {
      const answer = await behaviour.api.send({ path: `${path()}?labelSelector=${encodeURIComponent(selector)}` });
      assertRefused(answer, { code: 400, reason: 'BadRequest' });
    }
  });

  it('fields: name and namespace, equal and unequal', async () => {
    const one = encodeURIComponent(`metadata.name=${group}-b`);
    assert.deepEqual(names(await list(`fieldSelector=${one}`)), [`${group}-b`]);
    const others = encodeURIComponent(`metadata.name!=${group}-b,metadata.namespace=${behaviour.namespace}`);
    assert.deepEqual(names(await list(`${labelled('tier=web')}&fieldSelector=${others}`)), [`${group}-a`]);
    const everywhere = await behaviour.api.ask<ConfigMapList>({ path: `/api/v1/configmaps?fieldSelector=${one}` });
    assert.deepEqual(names(everywhere), [`${group}-b`]);
  });

  it('a field that can not be selected by is refused: 400 BadRequest', async () => {
    const answer = await behaviour.api.send({ path: `${path()}?fieldSelector=data.a%3D1` });
    assertRefused(answer, { code: 400, reason: 'BadRequest', message: /data\.a/ });
  });

  it('pods by node and phase', async () => {
    const name = behaviour.unique('pod');
    await behaviour.create('pods', {
      metadata: { name },
      spec: { nodeName: name, containers: [{ name: 'web', image: 'web' }] },
    });
    const find = async (selector: string) =>
      names(
        await behaviour.api.ask<PodList>({
          path: `${behaviour.collection('pods')}?fieldSelector=${encodeURIComponent(selector)}`,
        }),
      );
    assert.deepEqual(await find(`spec.nodeName=${name}`), [name]);
    assert.deepEqual(await find(`spec.nodeName=${name},status.phase=Pending`), [name]);
    assert.deepEqual(await find(`spec.nodeName=${name},status.phase!=Pending`), []);
  });

  describe('by pages', () => {
    it('tell everything once, of one version, with the number that remains', async () => {
      const seen: string[] = [];
      const versions = new Set<string | undefined>();
      let token = '';
      do {
        const page = await list(`limit=2&${token === '' ? '' : `continue=${encodeURIComponent(token)}`}`);
        if (token === '') {
          assert.equal(page.items.length, 2);
          assert.ok((page.metadata.remainingItemCount ?? 0) >= 2);
          // Made after the first page: no later page shows it.
          await behaviour.create('configmaps', { metadata: { name: `${group}-zz`, labels: {} } });
        }
        seen.push(...names(page));
        versions.add(page.metadata.resourceVersion);
        token = page.metadata.continue ?? '';
      } while (token !== '');
      assert.equal(versions.size, 1);
      assert.equal(new Set(seen).size, seen.length);
      assert.ok(['a', 'b', 'c', 'd'].every((name) => seen.includes(`${group}-${name}`)));
      assert.equal(seen.includes(`${group}-zz`), false);
      assert.deepEqual([...seen].sort(), seen);
    });

    it('a selector leaves the number that remains unsaid', async () => {
      const page = await list(`limit=1&${labelled('')}`);
      assert.equal(page.items.length, 1);
      assert.equal(page.metadata.remainingItemCount, undefined);
      assert.notEqual(page.metadata.continue ?? '', '');
    });

    it('a token that is none is refused: 400 BadRequest', async () => {
      const answer = await behaviour.api.send({ path: `${path()}?limit=1&continue=abc` });
      assertRefused(answer, { code: 400, reason: 'BadRequest', message: /continue key is not valid/ });
    });

    it('a limit above the number of objects gives all and no token', async () => {
      const page = await list(`limit=500&${labelled('')}`);
      assert.deepEqual([page.items.length, page.metadata.continue], [4, undefined]);
    });
  });

  describe('as of a version', () => {
    it('0 is answered from any state', async () => {
      assert.equal((await list(`resourceVersion=0&${labelled('')}`)).kind, 'ConfigMapList');
    });

    it('one in the future is refused after a while: 504 Timeout, to be tried again', async () => {
      const future = String(BigInt((await list('limit=1')).metadata.resourceVersion ?? 0) + 1_000_000n);
      const answer = await behaviour.api.send({ path: `${path()}?resourceVersion=${future}` });
      assertRefused(answer, {
        code: 504,
        reason: 'Timeout',
        message: /Too large resource version/,
        causes: [['ResourceVersionTooLarge', '']],
        details: { retryAfterSeconds: 1 },
      });
    });

    it('Exact shows the past', async () => {
      const before = await list(labelled(''));
      const made = await behaviour.create<ConfigMap>('configmaps', {
        metadata: { name: `${group}-later`, labels: { group } },
      });
      const query = `resourceVersion=${before.metadata.resourceVersion ?? ''}&resourceVersionMatch=Exact&${labelled('')}`;
      assert.deepEqual(names(await list(query)), names(before));
      accepted(await behaviour.api.send({ method: 'DELETE', path: `${path()}/${made.metadata?.name ?? ''}` }));
    });

    it('resourceVersionMatch without a version is refused', async () => {
      const answer = await behaviour.api.send({ path: `${path()}?resourceVersionMatch=Exact` });
      assertRefused(answer, {
        code: 422,
        reason: 'Invalid',
        causes: [['FieldValueForbidden', 'resourceVersionMatch']],
      });
    });
  });

  describe('as Table', () => {
    it('Services have the columns that kubectl prints, an address that is awaited says so', async () => {
      const name = behaviour.unique('table');
      const made = await behaviour.create<Service>('services', {
        metadata: { name, labels: { group: name } },
        spec: {
          type: 'LoadBalancer',
          selector: { app: 'web', tier: 'a' },
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 443 },
          ],
        },
      });
      const table = await behaviour.api.ask<Table>({
        path: `${behaviour.collection('services')}?labelSelector=group%3D${name}`,
        accept: TABLE,
      });
      assert.equal(table.kind, 'Table');
      assert.deepEqual(
        table.columnDefinitions.map((column) => `${column.name} ${column.type} ${column.priority}`),
        [
          'Name string 0',
          'Type string 0',
          'Cluster-IP string 0',
          'External-IP string 0',
          'Port(s) string 0',
          'Age string 0',
          'Selector string 1',
        ],
      );
      const row = table.rows[0]!;
      const [a, b] = made.spec?.ports?.map(({ nodePort }) => nodePort) ?? [];
      const ports = `80:${a ?? ''}/TCP,443:${b ?? ''}/TCP`;
      assert.deepEqual(
        row.cells.filter((_, index) => index !== 5),
        [name, 'LoadBalancer', made.spec?.clusterIP, '<pending>', ports, 'app=web,tier=a'],
      );
      assert.deepEqual([row.object.kind, row.object.metadata.name], ['PartialObjectMetadata', name]);
    });

    it('one object is a table of one row', async () => {
      const table = await behaviour.api.ask<Table>({ path: `${path()}/${group}-a`, accept: TABLE });
      assert.deepEqual(
        table.rows.map(({ cells }) => cells.slice(0, 2)),
        [[`${group}-a`, 0]],
      );
    });

    const columns: Readonly<Record<string, readonly string[]>> = {
      '/api/v1/nodes': [
        'Name',
        'Status',
        'Roles',
        'Age',
        'Version',
        'Internal-IP',
        'External-IP',
        'OS-Image',
        'Kernel-Version',
        'Container-Runtime',
      ],
      '/api/v1/namespaces': ['Name', 'Status', 'Age'],
      '/api/v1/pods': ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP', 'Node', 'Nominated Node', 'Readiness Gates'],
      '/api/v1/endpoints': ['Name', 'Endpoints', 'Age'],
      '/apis/apps/v1/deployments': [
        'Name',
        'Ready',
        'Up-to-date',
        'Available',
        'Age',
        'Containers',
        'Images',
        'Selector',
      ],
      '/apis/discovery.k8s.io/v1beta1/endpointslices': ['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'],
      '/api/v1/events': [
        'Last Seen',
        'Type',
        'Reason',
        'Object',
        'Subobject',
        'Source',
        'Message',
        'First Seen',
        'Count',
        'Name',
      ],
    };
    for (const [collection, expected] of Object.entries(columns)) {
      it(`columns of ${collection}`, async () => {
        if (collection.includes('v1beta1') && behaviour.minor >= 25) return;
        const table = await behaviour.api.ask<Table>({ path: collection, accept: TABLE });
        assert.deepEqual(
          table.columnDefinitions.map(({ name }) => name),
          expected,
        );
      });
    }
  });

  it('as metadata only, without the rest', async () => {
    const found = await behaviour.api.ask<WireList>({ path: `${path()}?${labelled('')}`, accept: METADATA });
    assert.equal(found.kind, 'PartialObjectMetadataList');
    assert.ok(found.items.every((item) => item.kind === 'PartialObjectMetadata' && item.data === undefined));
  });

  it('of everything in a namespace that does not exist are empty', async () => {
    const found = await behaviour.api.ask<WireList>({ path: behaviour.collection('configmaps', 'no-such-namespace') });
    assert.deepEqual(found.items, []);
  });
}
