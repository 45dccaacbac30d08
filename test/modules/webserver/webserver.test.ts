import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webserver } from '../../../modules/webserver/src/webserver.ts';

describe('[wire] sample web server', () => {
  const servers: Server[] = [];

  async function listen(server: Server): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const database = (status: number, body: string) =>
    listen(createServer((_, response) => response.writeHead(status).end(body)));
  const web = (databaseUrl: string) => listen(webserver({ replica: 'web-1', databaseUrl, timeoutMs: 200 }));

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  it('shows its name and a row, as JSON and as a page', async () => {
    const url = await web(await database(200, '{"rows":[{"name":"<line-1>"}]}'));
    for (const request of [fetch(`${url}/?format=json`), fetch(url, { headers: { accept: 'application/json' } })]) {
      const { ok, replica, row } = (await (await request).json()) as { ok: boolean; replica: string; row: unknown };
      assert.deepEqual({ ok, replica, row }, { ok: true, replica: 'web-1', row: { name: '<line-1>' } });
    }
    const page = await fetch(url);
    assert.match(page.headers.get('content-type') ?? '', /text\/html/);
    const text = await page.text();
    assert.match(text, /Answered by <code>web-1<\/code>/);
    assert.match(text, /&lt;line-1&gt;/);
  });

  const failures: [string, () => Promise<string>, string][] = [
    ['an answer with an error', () => database(500, ''), 'answer'],
    ['an answer without rows', () => database(200, '{}'), 'answer'],
    ['an answer that is no JSON', () => database(200, 'oops'), 'answer'],
    [
      'nobody listening',
      async () => {
        const url = await database(200, '');
        servers.pop()?.close();
        return url;
      },
      'connection',
    ],
    ['a name without address', () => Promise.resolve('http://database.invalid:5432'), 'name'],
    ['no answer', () => listen(createServer(() => undefined)), 'time-out'],
  ];
  for (const [title, start, hop] of failures) {
    it(`names the hop that failed: ${title}`, async () => {
      const url = await web(await start());
      const response = await fetch(`${url}/?format=json`);
      assert.equal(response.status, 502);
      assert.equal(((await response.json()) as { hop: string }).hop, hop);
      const page = await fetch(url);
      assert.equal(page.status, 502);
      assert.match(await page.text(), new RegExp(`Failed hop: <strong>${hop}</strong>`));
    });
  }

  it('answers for its health, and for nothing else', async () => {
    const url = await web('http://127.0.0.1:1');
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal((await fetch(`${url}/admin`)).status, 404);
  });
});
