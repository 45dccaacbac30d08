import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processClock } from '@iotedge-networking/deployment';
import { createAzureHubGateway } from '../../packages/deployment/src/azure-iothub/azure-hub-gateway.ts';
import { openUi } from '../../packages/deployment/src/ui/open-ui.ts';
import { recordedIo } from '../packages/deployment/recorded-io.ts';
import { sampleReported } from '../packages/deployment/sample-reported.ts';
import { openEvents, signIn } from '../support/dashboard-client.ts';
import { eventually } from '../support/eventually.ts';
import { startHubFixture } from '../support/hub-fixture.ts';
import { pageAssets } from '../support/page-assets.ts';

let count = 0;
const randomText = (): string => `random${(count += 1)}-${'z'.repeat(30)}`;

describe('[wire] page over a simulated hub that is started anew', function () {
  this.timeout(30_000);

  it('says that the hub is away and since when, and goes on when it is back', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'hub-'));
    const first = await startHubFixture({ stateDir });
    const { restPort, mqttPort, hostName } = first.hub;
    first.hub.ensureDevice({ deviceId: 'store-001', iotEdge: true });
    first.hub.ensureModule('store-001', 'networking');
    first.hub.patchReported('store-001', 'networking', { ...sampleReported() });
    const stop = new AbortController();
    const io = { ...recordedIo({ signal: stop.signal }), clock: processClock };
    const hub = createAzureHubGateway(first, hostName);
    const page = await openUi(io, {
      ...{ hub, module: 'networking', port: 0, kind: 'simulator', who: 'ada', watchMs: 30, randomText },
      assets: pageAssets(),
    });
    const browser = await signIn(page.address());
    const feed = await openEvents(page.port, '/api/events?device=store-001', { cookie: browser.cookie });
    const states = (): readonly unknown[] =>
      feed.seen.flatMap(({ kind, data }) => (kind === 'source' ? data.state : []));
    await eventually('the device', () =>
      feed.seen.some(({ data }) => data.device !== null && data.device !== undefined),
    );
    await first.hub.close();
    await eventually('away', () => states().at(-1) === 'away', 10_000);
    assert.equal(((await browser.json('/api/devices/store-001')) as { id: string }).id, 'store-001');
    const second = await startHubFixture({ stateDir, restPort, mqttPort });
    await eventually('back', () => states().at(-1) === 'connected', 10_000);
    second.hub.patchReported('store-001', 'networking', { conditions: { Forbidden: 'may not list pods' } });
    await eventually('news', () => JSON.stringify(feed.seen).includes('may not list pods'));
    feed.close();
    stop.abort();
    await page.close();
    await second.close();
    await first.close().catch(() => undefined);
    await rm(stateDir, { recursive: true, force: true });
  });
});
