import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkTwinSection, reportedSchema, TWIN_LIMITS, twinSize, type Reported } from '@iotedge-networking/contract';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { KubeServer } from '../modules/networking/support/kube-server.ts';
import { startModuleProcess, type ModuleProcess } from '../modules/networking/support/module-process.ts';
import { eventually } from '../support/eventually.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';

const ADDRESS = ['edge', 'networking'] as const;
const SERVICES = '/api/v1/services';
const METHOD_BYTES = 128 * 1024;
const MAIN = new URL('../../modules/networking/src/main.ts', import.meta.url).pathname;

const external = { expose: 'external', backends: 'selector:app=web' };
const ports = { ports: { http: '8080:80/TCP' } };
const document = (services: object) => ({
  schemaVersion: '1',
  services: { iotedge: services },
  options: { probe: false },
});

describe('[wire] twin manners of the networking module', function () {
  this.timeout(90_000);
  let fixture: HubFixture;
  let hub: Hub;
  let server: KubeServer;
  let folder: string;
  let module: ModuleProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'networking-'));
    fixture = await startHubFixture();
    ({ hub } = fixture);
    await writeFile(join(folder, 'ca.pem'), fixture.certificates.ca);
    hub.ensureDevice({ deviceId: 'edge', iotEdge: true });
    hub.ensureModule(...ADDRESS);
    server = await KubeServer.start();
    server.put('/api/v1/namespaces', { metadata: { name: 'iotedge' } });
  });
  afterEach(async () => {
    await module?.end();
    module = undefined;
    await server.close();
    await fixture.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(args?: readonly string[]): Promise<ModuleProcess> {
    const env = {
      EdgeHubConnectionString: hub.deviceConnectionString(...ADDRESS),
      EdgeModuleCACertificateFile: join(folder, 'ca.pem'),
      LOG_LEVEL: 'warn',
    };
    module = await startModuleProcess(server, env, args);
    return module;
  }

  const reported = async (what: (report: Reported) => boolean): Promise<Reported> => {
    const isWanted = (section: unknown): boolean => {
      const read = reportedSchema.safeParse(section);
      return read.success && what(read.data);
    };
    return reportedSchema.parse(await hub.awaitReported(ADDRESS, isWanted, 60_000));
  };

  function putService(index: number, ips: readonly string[] = []): void {
    server.put(SERVICES, {
      metadata: { namespace: `site-${index % 7}`, name: `service-${String(index).padStart(4, '0')}` },
      spec: { type: 'LoadBalancer', clusterIP: '172.28.0.7', ports: [{ port: 443, protocol: 'TCP' }] },
      status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } },
    });
  }

  it('500 changes of Services in 5 seconds make at most 10 patches, each within the limits', async () => {
    hub.patchDesired(...ADDRESS, document({}));
    await start();
    await reported(({ desired }) => desired.state === 'applied');
    let patches = 0;
    const problems: unknown[] = [];
    hub.on('reported', ({ patch, values }) => {
      patches += 1;
      for (const section of [patch, values]) problems.push(...checkTwinSection(section, TWIN_LIMITS));
    });
    const startedAt = performance.now();
    for (let batch = 0; batch < 50; batch += 1) {
      for (let index = 0; index < 10; index += 1) putService(batch * 10 + index);
      await delay(Math.max(0, startedAt + (batch + 1) * 100 - performance.now()));
    }
    const seconds = (performance.now() - startedAt) / 1000;
    await reported(({ summary }) => summary.external === 500);
    assert.deepEqual(problems, []);
    // A machine that needed longer than 5 seconds for the burst is allowed a patch for each second more.
    assert.ok(patches <= 5 + Math.max(5, Math.ceil(seconds)), `${patches} patches in ${seconds} s`);
  });

  it('with 5,000 Services the twin stays small and says what is missing, and getServices gives them all', async () => {
    for (let index = 0; index < 5000; index += 1) putService(index, [`10.0.${index >> 8}.${index & 255}`]);
    hub.patchDesired(...ADDRESS, document({}));
    await start();
    const report = await reported(({ summary }) => summary.external === 5000);
    assert.ok(twinSize(report) < TWIN_LIMITS.sectionBytes);
    assert.match(
      report.summary.truncated ?? '',
      /^details of all Services; the table of addresses; \d+ (ready )?Services/,
    );
    const names = new Set<string>();
    let calls = 0;
    for (let offset: number | undefined = 0; offset !== undefined; calls += 1) {
      const page = await servicesFrom(offset);
      assert.equal(page.total, 5000);
      assert.ok(page.bytes < METHOD_BYTES, `${page.bytes} bytes`);
      for (const { namespace, name } of page.services) names.add(`${namespace}/${name}`);
      offset = page.next;
    }
    assert.equal(names.size, 5000);
    assert.ok(calls < 40, `${calls} calls`);
  });

  interface Page {
    readonly services: readonly { readonly namespace: string; readonly name: string }[];
    readonly total: number;
    readonly next?: number;
  }

  /** One page over the unmodified service SDK. */
  async function servicesFrom(offset: number): Promise<Page & { readonly bytes: number }> {
    const request = { methodName: 'getServices', payload: { offset, limit: 1000 }, responseTimeoutInSeconds: 30 };
    const { result } = (await fixture.client.invokeDeviceMethod(...ADDRESS, request)) as {
      readonly result: { readonly status: number; readonly payload: Page };
    };
    assert.equal(result.status, 200);
    return { ...result.payload, bytes: Buffer.byteLength(JSON.stringify(result)) };
  }

  it('a wish withdrawn while the link was torn down does not come back with the new connection', async () => {
    hub.patchDesired(...ADDRESS, document({ shop: { ...external, ...ports }, gone: { ...external, ...ports } }));
    await start();
    await reported(({ desired }) => desired.version === 2 && desired.state === 'applied');
    hub.dropLink(...ADDRESS, 'reset');
    hub.patchDesired(...ADDRESS, { services: { iotedge: { gone: null } } });
    const { services } = await reported(({ desired }) => desired.version === 3 && desired.state === 'applied');
    assert.deepEqual(Object.keys(services.iotedge ?? {}), ['shop']);
    assert.equal(server.get(SERVICES, 'iotedge', 'gone'), undefined);
  });

  const garbage: readonly [string, () => void][] = [
    [
      'an empty answer to a read',
      () => Object.assign(hub.faults, { errorProfile: 'edgeHub', throttleTwinRequests: 1 }),
    ],
    ['an answer to a read that is no JSON', () => Object.assign(hub.faults, { garbleTwinResponses: 1 })],
    ['a desired change that is no JSON', () => Object.assign(hub.faults, { garbleDesiredNotifications: 1 })],
  ];
  for (const [title, strike] of garbage)
    it(`${title}, on which the SDK fails where nobody can catch it: the connection is made anew, the process stays`, async () => {
      hub.patchDesired(...ADDRESS, document({}));
      const { log } = await start();
      const { startedAt } = (await reported(({ desired }) => desired.state === 'applied')).module;
      strike();
      if (hub.faults.garbleDesiredNotifications === 0) hub.faults.skipDesiredNotifications = 1;
      hub.patchDesired(...ADDRESS, document({ a: { ...external, ...ports } }));
      hub.patchDesired(...ADDRESS, document({ b: { ...external, ...ports } }));
      const { module: after } = await reported(({ desired }) => desired.version === 4);
      assert.equal(after.startedAt, startedAt);
      assert.ok(log.some(({ msg }) => msg === 'the SDK failed, opening the connection anew'));
    });

  it('an answer to a patch that is no JSON: made anew as well, and the report arrives', async () => {
    hub.patchDesired(...ADDRESS, document({}));
    await start();
    const { startedAt } = (await reported(({ desired }) => desired.state === 'applied')).module;
    hub.faults.garbleTwinResponses = 1;
    putService(1);
    await module?.logged('the SDK failed, opening the connection anew');
    const after = await reported(({ summary }) => summary.external === 1);
    assert.equal(after.module.startedAt, startedAt);
  });

  const bugs: readonly [string, string][] = [
    ['an exception', "throw new Error('a bug')"],
    ['a rejection', "void Promise.reject(new Error('a bug'))"],
    ['a rejection with no error in it', "void Promise.reject('a bug')"],
  ];
  for (const [title, bug] of bugs)
    it(`${title} of our own that nobody caught ends the process, so that IoT Edge starts it anew`, async () => {
      const soon = `(name) => name === 'uncaughtException' && setImmediate(() => { ${bug} })`;
      const preload = `data:text/javascript,process.on('newListener', ${soon})`;
      const process = await start(['--import', preload, MAIN]);
      const line = () => process.log.find(({ msg }) => msg === 'unexpected error, restarting');
      assert.match(String((await eventually('the error in the log', line, 60_000)).cause), /a bug/);
      assert.equal(await process.end(), 1);
    });
});
