import assert from 'node:assert/strict';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startDashboard, type Dashboard } from '@iotedge-networking/dashboard';
import { openEvents, send, signIn, type Browser, type EventFeed } from '../support/dashboard-client.ts';
import { instantDesk, memorySource, sampleFacts, type MemorySource } from '../support/dashboard-source.ts';
import { eventually } from '../support/eventually.ts';
import { pageAssets } from '../support/page-assets.ts';

const SCRIPT = 'export const page = "the page";\n'.repeat(50);

let count = 0;
const randomText = (): string => `random${(count += 1)}-${'x'.repeat(30)}`;

describe('[wire] server of the page', () => {
  let source: MemorySource;
  let dashboard: Dashboard;
  let printed: string[];
  let applied: string[];
  const errors: unknown[] = [];
  const feeds: EventFeed[] = [];

  const start = (readOnly = false): Promise<Dashboard> => {
    applied = [];
    source = memorySource(readOnly ? undefined : () => instantDesk(applied));
    printed = [];
    return startDashboard({
      ...{ source, assets: pageAssets(SCRIPT), randomText, about: { version: '0.1.0', language: 'sv-SE' } },
      ...{
        onAddress: (url) => printed.push(url),
        onError: (error) => errors.push(error),
        code: 'code-of-the-technician',
      },
      heartbeatMs: 60_000,
    });
  };
  const browse = (): Promise<Browser> => signIn(dashboard.address());
  const listen = async (browser: Browser, query: string, lastEventId?: string): Promise<EventFeed> => {
    const headers = { cookie: browser.cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
    const feed = await openEvents(dashboard.port, `/api/events${query}`, headers);
    feeds.push(feed);
    return feed;
  };

  beforeEach(async () => {
    dashboard = await start();
  });
  afterEach(async () => {
    for (const feed of feeds.splice(0)) feed.close();
    await dashboard.close();
    assert.deepEqual(errors.splice(0), []);
  });

  describe('signing in', () => {
    it('turns the printed address into a session once, and prints the next', async () => {
      const [first = ''] = printed;
      const url = new URL(first);
      const answer = await send(dashboard.port, `/${url.search}`);
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.location, '/');
      const cookie = answer.headers['set-cookie']?.[0] ?? '';
      assert.match(cookie, /^iotedge-net-\d+=random/);
      for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(attribute), cookie);
      assert.equal((await send(dashboard.port, `/${url.search}`)).headers['set-cookie'], undefined);
      assert.equal(printed.length, 2);
      assert.notEqual(printed[1], first);
    });

    it('refuses a wrong token and lets no one at the data', async () => {
      assert.equal((await send(dashboard.port, '/?token=guess')).headers['set-cookie'], undefined);
      const answers = await Promise.all(
        ['/api/session', '/api/fleet', '/api/events', '/api/devices/a', '/api/devices/a/history'].map((path) =>
          send(dashboard.port, path, { headers: { cookie: `iotedge-net-${dashboard.port}=guess` } }),
        ),
      );
      for (const { status, body } of answers) {
        assert.equal(status, 401);
        assert.equal((JSON.parse(body.toString()) as { code: string }).code, 'no-session');
      }
    });

    it('lets a code sign in any number of browsers', async () => {
      for (const round of [1, 2]) {
        const { headers } = await send(dashboard.port, '/?token=code-of-the-technician');
        assert.ok(headers['set-cookie'] !== undefined, `round ${round}`);
      }
      assert.equal(printed.length, 1);
    });

    it('tells the page what it needs', async () => {
      const browser = await browse();
      const { csrfToken, ...session } = (await browser.json('/api/session')) as Record<string, unknown>;
      assert.equal(csrfToken, browser.csrf);
      assert.deepEqual(session, {
        ...{ readOnly: false, source: 'simulator', name: 'memory', version: '0.1.0', language: 'sv-SE' },
      });
    });
  });

  describe('hardening', () => {
    it('answers only under its own names', async () => {
      const browser = await browse();
      const status = async (host: string): Promise<number> => (await browser.get('/api/fleet', { host })).status;
      const { port } = dashboard;
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
        assert.equal(await status(host), 200, host);
      for (const host of [
        `evil.example:${port}`,
        'localhost',
        `localhost:${port + 1}`,
        `127.0.0.1.evil.example:${port}`,
      ])
        assert.equal(await status(host), 421, host);
    });

    it('sends its headers with every answer', async () => {
      const browser = await browse();
      const paths = ['/', '/assets/app.js', '/assets/none.js', '/api/fleet', '/api/devices/none', '/none'];
      for (const path of paths) {
        const { headers } = await browser.get(path);
        const policy = String(headers['content-security-policy']);
        for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "connect-src 'self'"])
          assert.ok(policy.includes(part), `${path}: ${policy}`);
        assert.ok(!policy.includes('unsafe'), path);
        assert.equal(headers['x-content-type-options'], 'nosniff', path);
        assert.equal(headers['referrer-policy'], 'no-referrer', path);
        assert.equal(headers['access-control-allow-origin'], undefined, path);
        assert.equal(
          headers['cache-control'],
          path === '/' || path === '/assets/app.js' ? 'no-cache' : 'no-store',
          path,
        );
      }
    });

    it('takes a change only from its own page', async () => {
      source.put(sampleFacts('a'));
      const browser = await browse();
      const stranger = await browse();
      const draft = { computeNetwork: (await source.device('a'))?.computeNetwork };
      const post = async (headers: Record<string, string>): Promise<number> =>
        (await browser.post('/api/devices/a/apply', draft, headers)).status;
      assert.equal(await post({ 'x-csrf-token': '' }), 403);
      assert.equal(await post({ 'x-csrf-token': stranger.csrf }), 403);
      assert.equal(await post({ origin: 'http://evil.example' }), 403);
      assert.equal(await post({ 'sec-fetch-site': 'cross-site' }), 403);
      assert.equal(await post({ 'sec-fetch-site': 'same-site' }), 403);
      assert.equal(await post({ 'content-type': 'text/plain' }), 422);
      assert.deepEqual(applied, []);
      const own = `http://127.0.0.1:${dashboard.port}`;
      assert.equal(await post({ origin: own, 'sec-fetch-site': 'same-origin' }), 200);
      await eventually('the change', () => applied.includes('apply a'));
    });

    it('refuses every change of a read-only source', async () => {
      await dashboard.close();
      dashboard = await start(true);
      source.put(sampleFacts('a'));
      const browser = await browse();
      for (const action of ['preview', 'apply', 'undo']) {
        const answer = await browser.post(`/api/devices/a/${action}`, {});
        assert.equal(answer.status, 403, action);
      }
      assert.equal(((await browser.json('/api/session')) as { readOnly: boolean }).readOnly, true);
      assert.deepEqual(await browser.json('/api/devices/a/history'), { entries: [] });
    });
  });

  describe('files of the page', () => {
    it('sends the smallest form that the browser takes, and nothing when it has it', async () => {
      const get = (headers: Record<string, string>) => send(dashboard.port, '/assets/app.js', { headers });
      const br = await get({ 'accept-encoding': 'gzip, deflate, br' });
      assert.equal(br.headers['content-encoding'], 'br');
      assert.equal(brotliDecompressSync(br.body).toString(), SCRIPT);
      const gzip = await get({ 'accept-encoding': 'gzip;q=1.0, br;q=0' });
      assert.equal(gzip.headers['content-encoding'], 'gzip');
      assert.equal(gunzipSync(gzip.body).toString(), SCRIPT);
      const plain = await get({});
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.equal(plain.body.toString(), SCRIPT);
      const again = await get({ 'if-none-match': String(br.headers.etag) });
      assert.equal(again.status, 304);
      assert.equal(again.body.length, 0);
    });
  });

  describe('reading', () => {
    it('lists the fleet, problems first, filtered and in pages', async () => {
      for (const id of ['c', 'b', 'a']) source.put(sampleFacts(id));
      source.put(sampleFacts('d', { desired: { version: 3, state: 'rejected', problems: {} } }));
      source.put({ id: 'e', module: 'networking', profile: 'ase-k8s' });
      const browser = await browse();
      const ids = async (query: string): Promise<readonly string[]> =>
        ((await browser.json(`/api/fleet${query}`)) as { rows: { id: string }[] }).rows.map(({ id }) => id);
      assert.deepEqual(await ids(''), ['d', 'e', 'a', 'b', 'c']);
      assert.deepEqual(await ids('?offset=1&limit=2'), ['e', 'a']);
      assert.deepEqual(await ids('?state=ready'), ['a', 'b', 'c']);
      assert.deepEqual(await ids('?q=INVALIDdesired'), ['d']);
      assert.deepEqual(await ids('?q=role=store&limit=x'), ['d', 'a', 'b', 'c']);
      const { counts, total } = (await browser.json('/api/fleet?limit=1')) as { counts: unknown; total: number };
      assert.deepEqual({ counts, total }, { counts: { failing: 1, pending: 0, unknown: 1, ready: 3 }, total: 5 });
    });

    it('shows a device, the way to a Service, hosts lines and zone records', async () => {
      source.put(sampleFacts('store-001'));
      const browser = await browse();
      const device = (await browser.json('/api/devices/store-001')) as { id: string; services: { name: string }[] };
      assert.deepEqual(
        device.services.map(({ name }) => name),
        ['database', 'webserver'],
      );
      const path = (await browser.json('/api/devices/store-001/services/iotedge/webserver/path')) as { ok: boolean };
      assert.equal(path.ok, true);
      const hosts = await browser.get('/api/devices/store-001/hosts');
      assert.match(hosts.body.toString(), /^10\.126\.75\.210\twebserver\.iotedge\.store-001 webserver\.store-001$/m);
      assert.equal(hosts.headers['content-disposition'], 'attachment; filename="hosts-store-001"');
      const zone = await browser.get('/api/devices/store-001/zone');
      assert.match(zone.body.toString(), /^webserver\.iotedge\tIN\tA\t10\.126\.75\.210$/m);
    });

    it('says what there is not', async () => {
      source.put(sampleFacts('a'));
      const browser = await browse();
      const paths = [
        '/api/devices/b',
        '/api/devices/a/services/iotedge/none/path',
        '/api/devices/b/hosts',
        '/api/none',
      ];
      for (const path of paths) assert.equal((await browser.get(path)).status, 404, path);
    });
  });

  describe('changing', () => {
    it('streams the steps to the browser that asked and to every other one', async () => {
      source.put(sampleFacts('a'));
      const [one, other] = [await browse(), await browse()];
      const feed = await listen(other, '');
      const answer = await one.post('/api/devices/a/undo', { entry: 'e7' });
      assert.match(String(answer.headers['content-type']), /^application\/x-ndjson/);
      const lines = answer.body
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; text: string });
      assert.deepEqual(
        lines.map(({ kind, text }) => `${kind} ${text}`),
        ['step undo a e7', 'end done'],
      );
      await eventually('the other browser', () => feed.seen.some(({ kind }) => kind === 'history'));
      assert.deepEqual(
        feed.seen.filter(({ kind }) => kind === 'apply').map(({ data }) => (data.step as { kind: string }).kind),
        ['step', 'end'],
      );
    });

    it('refuses what is no draft', async () => {
      const browser = await browse();
      const bodies = [{}, { computeNetwork: { deviceNodes: 3 } }, { computeNetwork: null }, []];
      for (const body of bodies) assert.equal((await browser.post('/api/devices/a/preview', body)).status, 422);
      const { body } = await browser.post('/api/devices/a/preview', { computeNetwork: {}, more: 1 });
      assert.ok((JSON.parse(body.toString()) as { problems: unknown[] }).problems.length > 0);
      assert.equal((await browser.post('/api/devices/a/undo', { entry: '' })).status, 422);
      assert.equal((await browser.post('/api/devices/a/preview', { text: 'x'.repeat(70_000) })).status, 422);
    });
  });

  describe('events', () => {
    it('begins with the source and the device, and tells what is new', async () => {
      source.put(sampleFacts('a'));
      const browser = await browse();
      const feed = await listen(browser, '?device=a');
      await eventually('the device', () => feed.seen.some(({ kind }) => kind === 'device'));
      assert.deepEqual(source.watched, ['a']);
      source.put(sampleFacts('a', { conditions: { Forbidden: 'may not list pods' } }));
      source.put(sampleFacts('b'));
      source.setState({ state: 'away', since: '2026-01-01T00:01:00.000Z', message: 'gone' });
      await eventually('away', () => feed.seen.some(({ data }) => data.state === 'away'));
      assert.deepEqual(
        feed.seen.map(({ kind }) => kind),
        ['source', 'device', 'fleet', 'device', 'fleet', 'source'],
      );
      feed.close();
      await eventually('nobody watches', () => source.watched.length === 0);
    });

    it('tells a browser that comes back what it missed', async () => {
      source.put(sampleFacts('a'));
      const browser = await browse();
      const first = await listen(browser, '');
      source.put(sampleFacts('b'));
      const last = await eventually('an event', () => first.seen.find(({ kind }) => kind === 'fleet')?.id);
      first.close();
      source.put(sampleFacts('c'));
      source.put(sampleFacts('d'));
      const second = await listen(browser, '', last);
      await eventually('the rest', () => second.seen.filter(({ kind }) => kind === 'fleet').length === 2);
      const ids = second.seen.flatMap(
        ({ data }) => (data.changed as { id: string }[] | undefined)?.map(({ id }) => id) ?? [],
      );
      assert.deepEqual(ids, ['c', 'd']);
    });

    it('misses nothing between reading the fleet and listening', async () => {
      source.put(sampleFacts('a'));
      const browser = await browse();
      const { lastEventId } = (await browser.json('/api/fleet')) as { lastEventId: string };
      source.put(sampleFacts('b'));
      const feed = await listen(browser, `?after=${lastEventId}`);
      await eventually('the row', () => feed.seen.some(({ kind }) => kind === 'fleet'));
      assert.ok(!feed.seen.some(({ kind }) => kind === 'reset'));
    });

    it('says when it no longer knows what was missed', async () => {
      const browser = await browse();
      for (const id of ['other-3', 'nonsense', 'a-b-c']) {
        const feed = await listen(browser, '', id);
        await eventually('reset', () => feed.seen.some(({ kind }) => kind === 'reset'));
      }
      for (let number = 0; number < 600; number += 1) source.put(sampleFacts('a'));
      const { lastEventId } = (await browser.json('/api/fleet')) as { lastEventId: string };
      const old = lastEventId.replace(/-\d+$/, '-1');
      const feed = await listen(browser, '', old);
      await eventually('reset', () => feed.seen.some(({ kind }) => kind === 'reset'));
    });

    it('ends with the server', async () => {
      const feed = await listen(await browse(), '');
      await dashboard.close();
      await feed.closed;
      dashboard = await start();
    });
  });
});
