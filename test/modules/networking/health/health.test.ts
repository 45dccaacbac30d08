import assert from 'node:assert/strict';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import { startHealthServer, type HealthServer } from '../../../../modules/networking/src/health/health-server.ts';
import { garbageCollector, idleMemory } from '../../../../modules/networking/src/health/idle-memory.ts';
import { renderMetrics } from '../../../../modules/networking/src/health/metrics.ts';
import { SILENT } from '../../../../modules/networking/src/log.ts';
import { eventually } from '../../../support/eventually.ts';
import { input, service, snapshot } from '../support/build-snapshot.ts';

const COUNTS = { online: true, patches: 3, patchBytes: 400, passes: 7, changes: 2, droppedEvents: 0, sdkFailures: 4 };

describe('[unit] metrics', () => {
  it('tell Services by state, pools, conditions and what was done', async () => {
    const world = snapshot(
      { services: [service('a', { ingress: ['10.126.75.206'] }), service('b')] },
      { conditions: { Forbidden: 'x' } },
    );
    const { report } = decide(input({ snapshot: world }));
    const { text, contentType } = await renderMetrics({ report, ...COUNTS });
    assert.match(contentType, /text\/plain/);
    for (const line of [
      'iotedge_networking_services{state="Ready"} 1',
      'iotedge_networking_services{state="Pending"} 1',
      'iotedge_networking_services{state="Failing"} 0',
      'iotedge_networking_pool_addresses{pool="default"} 10',
      'iotedge_networking_pool_addresses_in_use{pool="default"} 1',
      'iotedge_networking_condition{reason="Forbidden"} 1',
      'iotedge_networking_hub_connected 1',
      'iotedge_networking_patches_total 3',
    ])
      assert.ok(text.split('\n').includes(line), line);
    const early = await renderMetrics({ report: undefined, ...COUNTS, online: false });
    assert.match(early.text, /iotedge_networking_hub_connected 0/);
  });
});

describe('[unit] the health server', () => {
  let server: HealthServer | undefined;
  afterEach(() => server?.close());

  it('answers health, readiness and metrics', async () => {
    let isReady = false;
    let isBroken = false;
    const metrics = () =>
      isBroken ? Promise.reject(new Error('broken')) : Promise.resolve({ contentType: 'text/plain', text: 'metrics' });
    server = await startHealthServer({ host: '127.0.0.1', port: 0 }, { ready: () => isReady, metrics }, SILENT);
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${server?.port ?? 0}${path}`)).status;
    assert.equal(await status('/healthz'), 200);
    assert.equal(await status('/readyz'), 503);
    isReady = true;
    assert.equal(await status('/readyz?verbose'), 200);
    assert.equal(await status('/metrics'), 200);
    isBroken = true;
    assert.equal(await status('/metrics'), 500);
    assert.equal(await status('/'), 404);
  });

  it('does without when the port is taken', async () => {
    const source = { ready: () => true, metrics: () => Promise.resolve({ contentType: '', text: '' }) };
    server = await startHealthServer({ host: '127.0.0.1', port: 0 }, source, SILENT);
    assert.equal(await startHealthServer({ host: '127.0.0.1', port: server?.port ?? 0 }, source, SILENT), undefined);
  });
});

describe('[unit] idle memory', () => {
  it('is collected once after a burst of work', async () => {
    let collections = 0;
    const worked = idleMemory(() => (collections += 1), 5);
    for (let count = 0; count < 3; count += 1) worked();
    await eventually('the collection', () => collections === 1);
    worked();
    await eventually('the next', () => collections === 2);
    garbageCollector()();
  });
});
