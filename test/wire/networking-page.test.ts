import assert from 'node:assert/strict';
import type { Reported } from '@iotedge-networking/contract';
import { openPage, type OpenPage } from '../../modules/networking/src/page/open-page.ts';
import { PageSwitch } from '../../modules/networking/src/page/page-switch.ts';
import { createLogger, type Logger } from '../../modules/networking/src/log.ts';
import { openEvents, send, signIn } from '../support/dashboard-client.ts';
import { sampleFacts } from '../support/dashboard-source.ts';
import { eventually } from '../support/eventually.ts';
import { pageAssets } from '../support/page-assets.ts';

describe('[wire] page of the networking module', () => {
  let report: Reported | undefined;
  let urls: string[];
  let page: PageSwitch;
  const silent = createLogger('silent');
  const log: Logger = {
    ...silent,
    info: (fields: { url?: string }) => fields.url !== undefined && urls.push(fields.url),
  };

  const open = (): Promise<OpenPage> =>
    openPage(
      { host: '127.0.0.1', port: 0, device: 'store-001', assets: pageAssets() },
      {
        ...{ id: 'store-001', module: 'networking', desired: () => undefined, report: () => report },
        pods: () => [{ name: 'web-1', ready: true }],
        now: () => '2026-01-01T00:00:00.000Z',
      },
      log,
    );

  beforeEach(() => {
    report = sampleFacts('store-001').reported;
    urls = [];
    page = new PageSwitch(open, log);
  });
  afterEach(() => page.close());

  it('is served exactly while the desired properties say so', async () => {
    page.look(false);
    assert.equal(page.port, undefined);
    page.look(true);
    const port = await eventually('the page', () => page.port);
    assert.equal((await send(port, '/')).status, 200);
    page.look(false);
    await eventually('its end', () => page.port === undefined);
    await page.close();
    await assert.rejects(send(port, '/'));
  });

  it('shows the device and changes nothing', async () => {
    page.look(true);
    const browser = await signIn(await eventually('the address', () => urls[0]));
    const { readOnly, source, name } = (await browser.json('/api/session')) as Record<string, unknown>;
    assert.deepEqual({ readOnly, source, name }, { readOnly: true, source: 'device', name: 'store-001' });
    const device = (await browser.json('/api/devices/store-001')) as { computeNetworkFrom: string; services: object[] };
    assert.deepEqual([device.computeNetworkFrom, device.services.length], ['reported', 2]);
    const path = await browser.json('/api/devices/store-001/services/iotedge/webserver/path');
    assert.deepEqual((path as { pods: object[] }).pods, [{ name: 'web-1', ready: true }]);
    assert.equal((await browser.get('/api/devices/store-001/services/iotedge/none/path')).status, 404);
    assert.equal((await browser.get('/api/devices/store-002')).status, 404);
    assert.equal((await browser.post('/api/devices/store-001/apply', {})).status, 403);
  });

  it('tells what is new after each pass, and only then', async () => {
    page.look(true);
    const browser = await signIn(await eventually('the address', () => urls[0]));
    const feed = await openEvents(page.port ?? 0, '/api/events?device=store-001', { cookie: browser.cookie });
    await eventually('the device', () => feed.seen.some(({ kind }) => kind === 'device'));
    report = sampleFacts('store-001', { conditions: { Forbidden: 'may not list pods' } }).reported;
    page.look(true);
    await eventually('the condition', () => JSON.stringify(feed.seen).includes('may not list pods'));
    const { length } = feed.seen;
    page.look(true);
    await browser.json('/api/fleet');
    assert.equal(feed.seen.length, length);
    feed.close();
  });

  it('is no reason to fail when it cannot be served', async () => {
    const warnings: string[] = [];
    const failing = new PageSwitch(() => Promise.reject(new Error('the port is taken')), {
      ...silent,
      warn: ({ cause }: { cause?: string }) => warnings.push(cause ?? ''),
    });
    failing.look(true);
    await eventually('the warning', () => warnings.length === 1);
    await failing.close();
    assert.deepEqual(warnings, ['the port is taken']);
  });
});
