import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { databaseServer } from '../../../modules/database/src/database-server.ts';
import { openRowStore } from '../../../modules/database/src/row-store.ts';
import type { RowStore } from '../../../modules/database/src/row-store.ts';

describe('[wire] sample database', () => {
  let store: RowStore;
  let server: Server;
  let url: string;

  beforeEach(async () => {
    store = openRowStore(':memory:');
    server = databaseServer(store, 'database-1').listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
    store.close();
  });

  const post = (body: string) => fetch(`${url}/rows`, { method: 'POST', body });

  it('lists its rows and says who it is', async () => {
    const response = await fetch(`${url}/rows`);
    const { rows } = (await response.json()) as { rows: { id: number; name: string }[] };
    assert.equal(response.headers.get('x-replica'), 'database-1');
    assert.deepEqual(
      rows.map(({ id, name }) => [id, name]),
      [
        [1, 'line-1'],
        [2, 'line-2'],
        [3, 'line-3'],
      ],
    );
  });

  it('stores a row', async () => {
    const response = await post(JSON.stringify({ name: 'line-4', value: '18 °C' }));
    assert.equal(response.status, 201);
    assert.deepEqual(await response.json(), { id: 4, name: 'line-4', value: '18 °C' });
    assert.equal(store.list().length, 4);
  });

  const cases: [string, () => Promise<Response>, number][] = [
    ['health', () => fetch(`${url}/healthz`), 200],
    ['an unknown path', () => fetch(`${url}/tables`), 404],
    ['another method', () => fetch(`${url}/rows`, { method: 'DELETE' }), 405],
    ['a row without value', () => post('{"name":"x"}'), 400],
    ['nothing', () => post('null'), 400],
    ['no JSON', () => post('name=x'), 400],
    ['far too much', () => post('x'.repeat(70_000)), 400],
  ];
  for (const [title, ask, status] of cases) {
    it(`answers ${title} with ${status}`, async () => assert.equal((await ask()).status, status));
  }
});
