import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import device, { type ModuleClient } from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { startHub } from '../../packages/simulator/src/hub/start-hub.ts';
import { eventually } from '../support/eventually.ts';
import {
  answerEcho,
  collectDesired,
  startHubFixture,
  testCertificates,
  updateReported,
  type HubFixture,
} from '../support/hub-fixture.ts';
import { connectRaw } from '../support/raw-mqtt.ts';

const { ModuleClient: Module } = device;
const WEB = ['edge', 'web'] as const;

async function connect(hub: Hub): Promise<ModuleClient> {
  const client = Module.fromConnectionString(hub.deviceConnectionString(...WEB), mqtt.Mqtt);
  await client.setOptions({ ca: (await testCertificates()).ca });
  await client.open();
  return client;
}

describe('[wire] fault switches of the hub', function () {
  this.timeout(10_000);
  let fixture: HubFixture;
  let hub: Hub;
  let client: ModuleClient;

  beforeEach(async () => {
    fixture = await startHubFixture();
    ({ hub } = fixture);
    hub.ensureDevice({ deviceId: 'edge', iotEdge: true });
    hub.ensureModule(...WEB);
    client = await connect(hub);
  });
  afterEach(async () => {
    await client.close();
    await fixture.close();
  });

  it('lose a twin answer: the SDK waits for ever', async () => {
    const twin = await client.getTwin();
    hub.faults.loseTwinResponses = 1;
    let called = false;
    void updateReported(twin, { n: 1 }).then(() => (called = true));
    await hub.awaitReported(WEB, ({ n }) => n === 1);
    await updateReported(twin, { n: 2 });
    assert.equal(called, false);
  });

  it('delay twin answers', async () => {
    const twin = await client.getTwin();
    hub.faults.delayTwinResponsesMs = 60;
    const start = performance.now();
    await updateReported(twin, { n: 1 });
    assert.ok(performance.now() - start >= 55);
  });

  it('throttle twin requests: the SDK shows it as a plain error', async () => {
    const twin = await client.getTwin();
    hub.faults.throttleTwinRequests = 1;
    await assert.rejects(updateReported(twin, { n: 1 }), /throttled/);
    await updateReported(twin, { n: 2 });
    assert.deepEqual(hub.reported(...WEB), { n: 2, $version: 2 });
  });

  it('skip a desired change: a gap in the versions', async () => {
    const seen = collectDesired(await client.getTwin());
    await hub.awaitSubscribed(WEB, 'desired');
    hub.faults.skipDesiredNotifications = 1;
    hub.patchDesired(...WEB, { a: 1 });
    hub.patchDesired(...WEB, { b: 2 });
    await eventually('the second change', () => seen.length === 2);
    assert.deepEqual(seen[1], { b: 2, $version: 3 });
  });

  it('double desired changes, and deliver them in the wrong order', async () => {
    const seen = collectDesired(await client.getTwin());
    await hub.awaitSubscribed(WEB, 'desired');
    hub.faults.duplicateDesiredNotifications = 1;
    hub.patchDesired(...WEB, { a: 1 });
    hub.faults.reorderDesiredNotifications = 1;
    hub.patchDesired(...WEB, { b: 2 });
    hub.patchDesired(...WEB, { c: 3 });
    await eventually('all changes', () => seen.length === 5);
    assert.deepEqual(
      seen.slice(1).map(({ $version }) => $version),
      [2, 2, 4, 3],
    );
  });

  it('let tokens expire, or everybody reconnect: clients with a listener come back by themselves', async () => {
    answerEcho(client);
    await hub.awaitSubscribed(WEB, 'methods');
    let connects = 0;
    client.on('connect', () => connects++);
    hub.expireTokens();
    await eventually('a connection with a new token', () => connects === 1);
    hub.faults.refuseConnections = 1;
    hub.reconnectAll();
    await eventually('a connection after a refusal', () => connects === 2);
    assert.equal(hub.faults.refuseConnections, 0);
  });

  it('reset a connection: the SDK gives up at once and can be opened again', async () => {
    answerEcho(client);
    await hub.awaitSubscribed(WEB, 'methods');
    const lost = new Promise((resolve) => void client.once('disconnect', resolve));
    assert.equal(hub.dropLink(...WEB, 'reset'), true);
    await lost;
    await hub.awaitConnected(WEB, false);
    assert.equal(hub.dropLink(...WEB), false);
    await client.open();
    assert.equal((await hub.invokeMethod(...WEB, { methodName: 'echo' })).status, 200);
  });

  it('refuse a token that has been let expire', async () => {
    const { ca } = fixture.certificates;
    const password = await connectRaw({ hub, ca, deviceId: 'edge' }).then(async (raw) => {
      const used = String(raw.options.password);
      await hub.awaitConnected(['edge']);
      hub.expireTokens();
      await raw.endAsync(true);
      return used;
    });
    await assert.rejects(connectRaw({ hub, ca, deviceId: 'edge', password }), { code: 5 });
  });

  it('answer services with 429 and 503', async () => {
    hub.faults.throttleRestRequests = 1;
    await assert.rejects(
      fixture.registry.get('edge'),
      (error: Error & { response: { headers: Record<string, string> } }) => {
        assert.equal(error.name, 'ThrottlingError');
        assert.equal(error.response.headers['retry-after'], '10');
        return true;
      },
    );
    hub.faults.failRestRequests = 1;
    await assert.rejects(fixture.registry.get('edge'), { name: 'ServiceUnavailableError' });
    await fixture.registry.get('edge');
  });
});

describe('[wire] limits, jobs and state of the hub', function () {
  this.timeout(10_000);

  it('keeps the rates of an edition on request', async () => {
    let now = Date.now();
    const fixture = await startHubFixture({ throttles: 'S1', clock: () => new Date(now) });
    fixture.hub.ensureDevice({ deviceId: 'edge', iotEdge: true });
    for (let index = 0; index < 20; index++) await fixture.registry.getConfigurations();
    await assert.rejects(fixture.registry.getConfigurations(), { name: 'ThrottlingError', message: /Wait 10 seconds/ });
    await fixture.registry.get('edge');
    now += 3000;
    await fixture.registry.getConfigurations();
    await assert.rejects(fixture.registry.getConfigurations(), { name: 'ThrottlingError' });
    await fixture.close();
  });

  it('runs twin updates and method calls as jobs', async () => {
    const fixture = await startHubFixture();
    const { hub, jobs } = fixture;
    for (const deviceId of ['a', 'b', 'c']) hub.ensureDevice({ deviceId, tags: { odd: deviceId !== 'b' } });
    await jobs.scheduleTwinUpdate('tags', 'tags.odd = true', { tags: { seen: 1 } }, new Date(), 60);
    const statusOf = async (jobId: string): Promise<unknown> => {
      const { jobStatus } = (await jobs.getJob(jobId)) as unknown as { jobStatus: { status: string } };
      return ['completed', 'failed'].includes(jobStatus.status) && jobStatus;
    };
    const done = (await eventually('the job', () => statusOf('tags'))) as { deviceJobStatistics: object };
    assert.deepEqual(done.deviceJobStatistics, {
      ...{ deviceCount: 2, failedCount: 0, succeededCount: 2 },
      ...{ runningCount: 0, pendingCount: 0 },
    });
    assert.deepEqual(
      ['a', 'b', 'c'].map((deviceId) => hub.identity(deviceId)?.twin.tags['seen']),
      [1, undefined, 1],
    );
    const detach = hub.attach('a', undefined, () => ({ status: 200, payload: 'pong' }));
    await jobs.scheduleDeviceMethod('ping', "deviceId in ['a', 'b']", { methodName: 'ping' }, new Date(), 60);
    const failed = (await eventually('the job', () => statusOf('ping'))) as { status: string };
    assert.equal(failed.status, 'failed');
    detach();
    const rows = await fixture.registry
      .createQuery("select deviceId, status from devices.jobs where jobId = 'ping'")
      .next();
    assert.deepEqual(rows.result as unknown, [
      { deviceId: 'a', status: 'completed' },
      { deviceId: 'b', status: 'failed' },
    ]);
    await jobs.scheduleTwinUpdate('far', '*', { tags: {} }, new Date(Date.now() + 3_600_000), 60);
    await jobs.cancelJob('far');
    const listed = (await jobs.createQuery('scheduleUpdateTwin', 'cancelled').next()).result as { jobId: string }[];
    assert.deepEqual(
      listed.map(({ jobId }) => jobId),
      ['far'],
    );
    await assert.rejects(jobs.scheduleTwinUpdate('far', '*', {}, new Date(), 60), { name: 'DeviceAlreadyExistsError' });
    await fixture.close();
  });

  it('keeps everything in its state directory, sessions too, readable by the owner only', async () => {
    const tls = await testCertificates();
    const stateDir = await mkdtemp(join(tmpdir(), 'hub-'));
    const first = await startHub({ tls, stateDir });
    first.ensureDevice({ deviceId: 'edge', iotEdge: true, tags: { site: 'oslo' } });
    first.ensureModule(...WEB);
    first.patchDesired(...WEB, { a: 1 });
    const client = await connect(first);
    const seen = collectDesired(await client.getTwin());
    answerEcho(client);
    await first.awaitSubscribed(WEB, 'desired');
    await first.awaitSubscribed(WEB, 'methods');
    const strings = [first.connectionString(), first.deviceConnectionString(...WEB)];
    await first.close();

    const ports = { restPort: first.restPort, mqttPort: first.mqttPort };
    const second = await startHub({ tls, stateDir, ...ports });
    assert.deepEqual([second.connectionString(), second.deviceConnectionString(...WEB)], strings);
    assert.deepEqual(second.desired(...WEB), { a: 1, $version: 2 });
    assert.deepEqual(second.identity('edge')?.twin.tags, { site: 'oslo' });
    await second.awaitConnected(WEB);
    second.patchDesired(...WEB, { b: 2 });
    await eventually('a change over the session of before', () => seen.some((patch) => patch['b'] === 2));
    await client.close();
    await second.close();

    const file = join(stateDir, 'hub.json');
    assert.ok((await readFile(file, 'utf8')).startsWith('{'));
    await writeFile(file, '{ broken');
    await assert.rejects(startHub({ tls, stateDir }), /hub\.json cannot be read; delete the file to start afresh/);
    await rm(stateDir, { recursive: true });
  });

  it('says when a port is taken, and leaves nothing open', async () => {
    const tls = await testCertificates();
    const hub = await startHub({ tls });
    await assert.rejects(startHub({ tls, restPort: hub.restPort }), { code: 'EADDRINUSE' });
    await assert.rejects(startHub({ tls, mqttPort: hub.mqttPort }), { code: 'EADDRINUSE' });
    await hub.close();
  });
});
