import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processClock, processFiles } from '@iotedge-networking/deployment';
import type { ApplyStep, Dashboard, DeviceView, HistoryView, PreviewView } from '@iotedge-networking/dashboard';
import type { Reported } from '@iotedge-networking/contract';
import { HubError } from '../../packages/deployment/src/commands/hub-gateway.ts';
import { generateManifest } from '../../packages/deployment/src/generate/manifest.ts';
import type { JsonObject } from '../../packages/deployment/src/generate/sorted-json.ts';
import { readNetworkFile } from '../../packages/deployment/src/network-file/network-file.ts';
import { planDevice } from '../../packages/deployment/src/plan/plan-device.ts';
import { openUi, type UiSettings } from '../../packages/deployment/src/ui/open-ui.ts';
import { memoryHub, type MemoryHub } from '../packages/deployment/memory-hub.ts';
import { reportOf } from '../packages/deployment/plan/applied-device.ts';
import { recordedIo } from '../packages/deployment/recorded-io.ts';
import { openEvents, signIn, type Browser } from '../support/dashboard-client.ts';
import { eventually } from '../support/eventually.ts';
import { pageAssets } from '../support/page-assets.ts';

const NETWORK = `# The plant's network
apiVersion: iotedge-networking/v1
name: plant
computeNetwork:
  subnet: 10.0.0.0/24
  nodeIps: 10.0.0.2-10.0.0.3 # two nodes
  externalServiceIps: 10.0.0.10-10.0.0.19 # asked for in May
apps:
  web:
    image: nginx:1.27
    replicas: 2
    expose: external
    ports: { http: { port: 8080, targetPort: 80 } }
devices:
  - id: store-001
`;

const RANGE = '10.0.0.10-10.0.0.19';
const WIDER = '10.0.0.10-10.0.0.29';

let count = 0;
const randomText = (): string => `random${(count += 1)}-${'y'.repeat(30)}`;

describe('[wire] page over a hub', function () {
  this.timeout(20_000);
  let folder: string;
  let file: string;
  let hub: MemoryHub;
  let page: Dashboard;
  let stop: AbortController;
  let browser: Browser;

  /** Plays edgeAgent and the networking module: what is desired is reported as it was foreseen. */
  function report(change: Partial<Reported> = {}): void {
    const twin = hub.devices.get('store-001')?.twins.get('networking');
    const read = readNetworkFile(NETWORK.replace(RANGE, rangeOf(twin?.desired ?? {})), { file, environment: {} });
    assert.ok(read.ok);
    const [device] = read.value.network.devices;
    assert.ok(device !== undefined && twin !== undefined);
    const reported: Reported = {
      ...reportOf(planDevice(read.value.network, device)),
      desired: { version: twin.desiredVersion ?? 0, state: 'applied', problems: {} },
      nodes: { 'k8s-1': { ip: '10.0.0.2', role: 'master', ready: true } },
      ...change,
    };
    hub.reportFrom('store-001', 'networking', JSON.parse(JSON.stringify(reported)) as JsonObject);
  }

  function rangeOf(desired: JsonObject): string {
    const { computeNetwork } = desired as { computeNetwork?: { externalServiceIps?: { default?: string } } };
    return computeNetwork?.externalServiceIps?.default ?? RANGE;
  }

  function playPage(): Promise<void> {
    report();
    return Promise.resolve();
  }

  async function open(settings: Partial<UiSettings> = {}): Promise<void> {
    stop = new AbortController();
    const io = { ...recordedIo({ signal: stop.signal }), files: processFiles, clock: processClock };
    page = await openUi(io, {
      ...{ hub, module: 'networking', file, port: 0, kind: 'simulator', who: 'ada', watchMs: 20 },
      ...{ randomText, assets: pageAssets(), devicePage: playPage },
      ...settings,
    });
    browser = await signIn(page.address());
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iotedge-ui-'));
    file = join(folder, 'network.yaml');
    await writeFile(file, NETWORK);
    hub = memoryHub();
    await hub.createDevices(['store-001'], 'test');
    const read = readNetworkFile(NETWORK, { file, environment: {} });
    assert.ok(read.ok);
    const [device] = read.value.network.devices;
    assert.ok(device !== undefined);
    await hub.applyContent('store-001', generateManifest(read.value.network, device));
    report();
  });
  afterEach(async () => {
    stop.abort();
    await page.close();
    await rm(folder, { recursive: true, force: true });
  });

  const device = async (): Promise<DeviceView> => (await browser.json('/api/devices/store-001')) as DeviceView;
  const draft = async (range: string): Promise<{ computeNetwork: object }> => ({
    computeNetwork: { ...(await device()).computeNetwork, externalServiceIps: { default: [range] } },
  });
  const stepsOf = (text: string): readonly ApplyStep[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ApplyStep);
  const apply = async (body: object): Promise<readonly ApplyStep[]> =>
    stepsOf((await browser.post('/api/devices/store-001/apply', body)).body.toString());
  const history = async (): Promise<HistoryView> =>
    (await browser.json('/api/devices/store-001/history')) as HistoryView;
  const preview = async (body: object): Promise<PreviewView> =>
    JSON.parse((await browser.post('/api/devices/store-001/preview', body)).body.toString()) as PreviewView;

  it('previews who would change address, and changes nothing', async () => {
    await open();
    const before = [...hub.writes];
    const { problems, losers, changes, applicable } = await preview(await draft('10.0.0.12-10.0.0.19'));
    assert.deepEqual(
      problems.map(({ code, level }) => `${code} ${level}`),
      ['N10 warning'],
    );
    assert.deepEqual(
      losers.map(({ service, from, to }) => `${service} ${from?.join()} ${to?.join()}`),
      ['iotedge/edgehub 10.0.0.10 10.0.0.12', 'iotedge/web 10.0.0.11 10.0.0.13'],
    );
    assert.ok(changes.some(({ kind, by }) => kind === 'pool-changed' && by === 'device'));
    assert.equal(applicable, true);
    assert.deepEqual(hub.writes, before);
    assert.equal(await readFile(file, 'utf8'), NETWORK);
  });

  it('answers every rule that a draft breaks, and does not apply it', async () => {
    await open();
    const bad = await draft('10.0.0.1-10.0.1.5');
    const { problems, applicable, powershell } = await preview(bad);
    assert.ok(problems.some(({ code, path }) => code === 'N03' && path.startsWith('externalServiceIps')));
    assert.ok(problems.some(({ code }) => code === 'N04'));
    assert.deepEqual([applicable, powershell], [false, []]);
    const answer = await browser.post('/api/devices/store-001/apply', bad);
    assert.equal(answer.status, 422);
    assert.equal(await readFile(file, 'utf8'), NETWORK);
  });

  it('applies a change to file and hub, follows it to its end, notes it, and goes back', async () => {
    await open();
    const steps = await apply(await draft(WIDER));
    assert.deepEqual(steps.at(-1)?.kind === 'end' && steps.at(-1), { ...steps.at(-1), ok: true });
    const done = steps.flatMap((step) => (step.kind === 'step' && step.state === 'done' ? [step.stage] : []));
    assert.deepEqual(done, ['check', 'history', 'file', 'twin', 'module', 'addresses']);
    assert.equal(await readFile(file, 'utf8'), NETWORK.replace(RANGE, WIDER));
    assert.ok(hub.writes.some((line) => line.startsWith('patch store-001/networking') && line.includes(WIDER)));
    assert.deepEqual((await device()).pools[0]?.ranges, [WIDER]);
    const [entry] = (await history()).entries;
    assert.ok(entry !== undefined);
    assert.deepEqual(
      [entry.who, entry.action, entry.outcome, entry.undoable, entry.changes],
      ['ada', 'apply', 'applied', true, [{ path: 'externalServiceIps.default', from: RANGE, to: WIDER }]],
    );
    const undone = await browser.post('/api/devices/store-001/undo', { entry: entry.id });
    assert.equal(stepsOf(undone.body.toString()).at(-1)?.kind, 'end');
    assert.equal(await readFile(file, 'utf8'), NETWORK);
    const { entries } = await history();
    assert.deepEqual(
      entries.map(({ action, undoable }) => `${action} ${undoable}`),
      ['undo true', 'apply false'],
    );
    assert.equal((await browser.post('/api/devices/store-001/undo', { entry: entry.id })).status, 409);
  });

  it('does not wait for an address that a Service did not have before either', async () => {
    await open();
    const lacking = {
      type: 'LoadBalancer',
      ips: '',
      ports: '80/TCP',
      state: 'Pending',
      reason: 'PoolNotFound',
    } as const;
    const play = (): void => {
      report();
      const { reported } = hub.devices.get('store-001')?.twins.get('networking') ?? { reported: {} };
      const { services } = reported as unknown as Reported;
      report({ services: { ...services, plant: { hmi: lacking } } });
    };
    play();
    const { writes } = hub;
    const steps = apply(await draft(WIDER));
    await eventually('the write', () => writes.some((line) => line.startsWith('patch')));
    play();
    assert.equal((await steps).at(-1)?.kind === 'end' && (await device()).pools[0]?.ranges[0], WIDER);
    assert.ok((await history()).entries[0]?.outcome === 'applied');
  });

  it('takes an address away only when that is meant', async () => {
    await open();
    const smaller = await draft('10.0.0.12-10.0.0.19');
    const refused = await browser.post('/api/devices/store-001/apply', smaller);
    assert.deepEqual([refused.status, (JSON.parse(refused.body.toString()) as { code: string }).code], [422, 'losses']);
    const steps = await apply({ ...smaller, acceptLosses: true });
    assert.equal(steps.at(-1)?.kind === 'end' && steps.at(-1), steps.at(-1));
  });

  it('refuses a draft that was begun on another state', async () => {
    await open();
    const { revision } = await device();
    report({ conditions: { Forbidden: 'may not list pods' } });
    const answer = await browser.post('/api/devices/store-001/apply', { ...(await draft(WIDER)), revision });
    assert.equal(answer.status, 409);
  });

  it('ends badly when the module refuses, and says so in the history', async () => {
    await open({
      devicePage: () => {
        const version = hub.devices.get('store-001')?.twins.get('networking')?.desiredVersion ?? 0;
        report({ desired: { version, state: 'rejected', problems: { computeNetwork: 'no good' } } });
        return Promise.resolve();
      },
    });
    const end = (await apply(await draft(WIDER))).at(-1);
    assert.ok(end?.kind === 'end' && !end.ok && end.text.includes('no good') && end.undo !== undefined);
    assert.equal((await history()).entries[0]?.outcome, 'refused');
  });

  it('shows what only a real device can do as PowerShell lines, and is content with the rest', async () => {
    await open({ devicePage: undefined, kind: 'hub' });
    const { powershell } = await preview(await draft(WIDER));
    assert.ok(
      powershell.some((line) => line.includes('start 10.0.0.10, end 10.0.0.29')),
      powershell.join('\n'),
    );
    const answering = setInterval(() => report({ pools: { default: { ranges: RANGE, total: 10, used: 2 } } }), 20);
    const end = (await apply(await draft(WIDER))).at(-1);
    clearInterval(answering);
    assert.ok(end?.kind === 'end' && end.ok);
  });

  it('without a file changes the desired properties alone', async () => {
    await open({ file: undefined });
    assert.equal((await device()).computeNetworkFrom, 'desired');
    const { losers } = await preview(await draft('10.0.0.12-10.0.0.19'));
    assert.equal(losers.length, 2);
    const steps = await apply(await draft(WIDER));
    assert.ok(!steps.some((step) => step.kind === 'step' && step.stage === 'file'));
    const last = hub.writes.filter((line) => line.startsWith('patch')).at(-1);
    assert.equal(last, `patch store-001/networking {"computeNetwork":{"externalServiceIps":{"default":"${WIDER}"}}}`);
    assert.equal(await readFile(file, 'utf8'), NETWORK);
  });

  it('tells browsers of changes it did not make, by itself', async () => {
    await open();
    const feed = await openEvents(page.port, '/api/events?device=store-001', { cookie: browser.cookie });
    await eventually('the device', () => feed.seen.some(({ kind }) => kind === 'device'));
    report({ conditions: { Forbidden: 'may not list pods' } });
    await eventually('the condition', () => JSON.stringify(feed.seen).includes('may not list pods'));
    await writeFile(file, NETWORK.replace(RANGE, WIDER));
    await eventually('the file', () =>
      JSON.stringify(feed.seen.filter(({ kind }) => kind === 'device')).includes(WIDER),
    );
    feed.close();
  });

  it('says when the hub is away, keeps showing what it knew, and recovers', async () => {
    await open();
    await device();
    const feed = await openEvents(page.port, '/api/events', { cookie: browser.cookie });
    const working = { ...hub };
    const away = (): Promise<never> =>
      Promise.reject(
        new HubError('hub.test cannot be reached (ECONNREFUSED).', { transient: true, code: 'ECONNREFUSED' }),
      );
    Object.assign(hub, { getModuleTwin: away, getDevice: away });
    const state = await eventually('away', () => feed.seen.find(({ data }) => data.state === 'away')?.data);
    assert.ok(String(state.message).includes('ECONNREFUSED') && typeof state.since === 'string');
    assert.equal((await device()).id, 'store-001');
    assert.equal((await browser.get('/api/devices/store-001/history')).status, 503);
    assert.equal((await browser.post('/api/devices/store-001/preview', await draft(WIDER))).status, 503);
    Object.assign(hub, working);
    await eventually('back', () => feed.seen.at(-1)?.data.state === 'connected');
    feed.close();
  });

  it('asks the module for the way to a Service, and falls back to what it reported', async () => {
    await open();
    const path = async (name: string) => browser.get(`/api/devices/store-001/services/iotedge/${name}/path`);
    const reported = JSON.parse((await path('web')).body.toString()) as { source: string; note: string };
    assert.equal(reported.source, 'reported');
    assert.match(reported.note, /cannot be asked: The module is not connected/);
    assert.equal((await path('nobody')).status, 404);
    hub.onMethod = (_device, _module, { payload }) =>
      payload.name === 'web'
        ? {
            status: 200,
            payload: {
              ...{ type: 'LoadBalancer', ips: '10.0.0.11', clusterIp: '172.28.1.2', ready: '0/2', ports: '8080/TCP' },
              ...{ state: 'Failing', reason: 'NoReadyEndpoints', pods: [{ name: 'web-1', ready: false }] },
            },
          }
        : { status: 404, payload: {} };
    const asked = JSON.parse((await path('web')).body.toString()) as Record<string, unknown>;
    assert.deepEqual([asked.source, asked.ok, asked.pods], ['module', false, [{ name: 'web-1', ready: false }]]);
    assert.deepEqual(
      (asked.legs as { from: string; broken: string }[]).map(({ from, broken }) => `${from} ${broken}`),
      ['outside endpoints', 'cluster endpoints'],
    );
    assert.equal((await path('nobody')).status, 404);
  });
});
