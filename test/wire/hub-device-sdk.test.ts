import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import device, { type ModuleClient } from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { startHub } from '../../packages/simulator/src/hub/start-hub.ts';
import { eventually } from '../support/eventually.ts';
import { answerEcho, collectDesired, desiredOf, testCertificates, updateReported } from '../support/hub-fixture.ts';

// The SDK is CommonJS without names that an import can see.
const { Client: DeviceClient, Message, ModuleClient: Module } = device;
const { Mqtt } = mqtt;
const DEVICE = 'edge';

/** The text of a message; its type does not say that the body is always a buffer here. */
function textOf(message: device.Message): string {
  return (message.getData() as Buffer).toString();
}

describe('[wire] the hub as azure-iot-device-mqtt sees it', function () {
  this.timeout(10_000);
  let hub: Hub;
  let ca: string;
  let open: { close(): Promise<unknown> }[] = [];
  let counter = 0;

  /** A module with a new name, so that no test sees another's session. */
  function newModule(): string {
    const moduleId = `module ${++counter}`;
    hub.ensureModule(DEVICE, moduleId);
    return moduleId;
  }

  async function connect(
    moduleId: string,
    connectionString = hub.deviceConnectionString(DEVICE, moduleId),
  ): Promise<ModuleClient> {
    const client = Module.fromConnectionString(connectionString, Mqtt);
    await client.setOptions({ ca });
    await client.open();
    open.push(client);
    return client;
  }

  before(async () => {
    const tls = await testCertificates();
    ca = tls.ca;
    hub = await startHub({ tls });
    hub.ensureDevice({ deviceId: DEVICE, iotEdge: true });
  });
  afterEach(async () => {
    for (const client of open) await client.close();
    open = [];
  });
  after(() => hub.close());

  it('opens a module whose id has a space, and counts it as connected until it closes', async () => {
    const moduleId = newModule();
    const client = await connect(moduleId);
    await hub.awaitConnected([DEVICE, moduleId]);
    await client.close();
    open = [];
    await hub.awaitConnected([DEVICE, moduleId], false);
  });

  it('reads the twin, hears of changes with their version, and null for what was removed', async () => {
    const moduleId = newModule();
    hub.patchDesired(DEVICE, moduleId, { a: { b: 1, c: 2 } });
    const client = await connect(moduleId);
    const twin = await client.getTwin();
    assert.deepEqual(desiredOf(twin), { a: { b: 1, c: 2 }, $version: 2 });
    const seen = collectDesired(twin);
    await hub.awaitSubscribed([DEVICE, moduleId], 'desired');
    hub.patchDesired(DEVICE, moduleId, { a: { c: null }, d: 'x' });
    await eventually('a desired notification', () => seen.length === 2);
    assert.deepEqual(seen[1], { a: { c: null }, d: 'x', $version: 3 });
    assert.deepEqual(desiredOf(twin), { a: { b: 1 }, d: 'x', $version: 3 });
  });

  it('sends the difference when a deployment replaces the desired properties', async () => {
    const moduleId = 'deployed';
    const apply = (desired: object): void =>
      hub.applyConfigurationContent(DEVICE, { modulesContent: { [moduleId]: { 'properties.desired': desired } } });
    apply({ keep: 1, drop: { deep: true }, change: 'old' });
    const seen = collectDesired(await (await connect(moduleId)).getTwin());
    await hub.awaitSubscribed([DEVICE, moduleId], 'desired');
    apply({ keep: 1, change: 'new' });
    await eventually('the difference', () => seen.length === 2);
    assert.deepEqual(seen[1], { drop: null, change: 'new', $version: 3 });
    apply({ keep: 1, change: 'new' });
    await eventually('the version of a deployment that changed nothing', () => seen.length === 3);
    assert.deepEqual(seen[2], { $version: 4 });
  });

  it('stores reported properties and answers with their version', async () => {
    const moduleId = newModule();
    const twin = await (await connect(moduleId)).getTwin();
    await updateReported(twin, { services: { web: { state: 'Ready' }, db: { state: 'Ready' } } });
    await updateReported(twin, { services: { db: null } });
    const reported = await hub.awaitReported([DEVICE, moduleId], (values) => 'services' in values);
    assert.deepEqual(reported, { services: { web: { state: 'Ready' } } });
    assert.equal(hub.reported(DEVICE, moduleId)['$version'], 3);
  });

  it('refuses reported properties that break a limit: an error from the hub, silence from edgeHub', async () => {
    const moduleId = newModule();
    const twin = await (await connect(moduleId)).getTwin();
    const tooLarge = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'x'.repeat(4096)]));
    await assert.rejects(updateReported(twin, tooLarge), /'Properties.Reported' size should be less than 32768 bytes/);
    await assert.rejects(updateReported(twin, { 'bad.key': 1 }), /bad\.key/);
    hub.faults.errorProfile = 'edgeHub';
    await updateReported(twin, tooLarge);
    hub.faults.errorProfile = 'hub';
    assert.deepEqual(hub.reported(DEVICE, moduleId), { $version: 1 });
  });

  it('answers direct methods', async () => {
    const moduleId = newModule();
    const client = await connect(moduleId);
    answerEcho(client);
    await hub.awaitSubscribed([DEVICE, moduleId], 'methods');
    const result = await hub.invokeMethod(DEVICE, moduleId, { methodName: 'echo', payload: { a: [1, null, 'ü'] } });
    assert.deepEqual(result, { status: 200, payload: { echoed: { a: [1, null, 'ü'] } } });
  });

  it('waits for a module to come online when the caller asks for it', async () => {
    const moduleId = newModule();
    await assert.rejects(hub.invokeMethod(DEVICE, moduleId, { methodName: 'echo' }), { name: 'DeviceNotOnline' });
    const call = hub.invokeMethod(DEVICE, moduleId, { methodName: 'echo', payload: 1, connectTimeoutInSeconds: 5 });
    answerEcho(await connect(moduleId));
    assert.deepEqual(await call, { status: 200, payload: { echoed: 1 } });
  });

  it('takes output events with their properties upstream', async () => {
    const moduleId = newModule();
    const client = await connect(moduleId);
    const message = new Message(JSON.stringify({ temperature: 21 }));
    message.contentType = 'application/json';
    message.contentEncoding = 'utf-8';
    message.properties.add('level', 'high & low');
    await client.sendOutputEvent('out1', message);
    const event = await hub.awaitMessage((candidate) => candidate.moduleId === moduleId);
    assert.equal(event.output, 'out1');
    assert.equal(event.body.toString(), '{"temperature":21}');
    assert.deepEqual(event.properties, { level: 'high & low' });
    assert.equal(event.system['$.ct'], 'application/json');
  });

  it('follows the routes of a deployment between modules, and drops what none of them takes', async () => {
    const [from, to] = ['sender', 'receiver'];
    const routes = {
      inside: `FROM /messages/modules/${from}/outputs/inside INTO BrokeredEndpoint("/modules/${to}/inputs/in1")`,
      outside: { route: `FROM /messages/modules/${from}/outputs/up INTO $upstream` },
    };
    hub.ensureDevice({ deviceId: 'routed', iotEdge: true });
    hub.applyConfigurationContent('routed', {
      modulesContent: { $edgeHub: { 'properties.desired': { routes } }, [from]: {}, [to]: {} },
    });
    const sender = await connect(from, hub.deviceConnectionString('routed', from));
    const receiver = await connect(to, hub.deviceConnectionString('routed', to));
    const inputs: [string, string, string][] = [];
    receiver.on('inputMessage', (input: string, message: device.Message) => {
      inputs.push([input, textOf(message), message.properties.getValue('n') as string]);
    });
    await eventually('the input subscription', async () => {
      const message = new Message('hello');
      message.properties.add('n', '1');
      await sender.sendOutputEvent('inside', message);
      return inputs.length > 0;
    });
    assert.deepEqual(inputs[0], ['in1', 'hello', '1']);
    await sender.sendOutputEvent('nowhere', new Message('lost'));
    await sender.sendOutputEvent('up', new Message('seen'));
    await hub.awaitMessage(({ body }) => body.toString() === 'seen');
    assert.deepEqual(
      hub
        .events()
        .filter(({ deviceId }) => deviceId === 'routed')
        .map(({ output }) => output),
      ['up'],
    );
  });

  it('keeps the session over a broken link: methods, desired changes and twin calls work again', async () => {
    const moduleId = newModule();
    const client = await connect(moduleId);
    answerEcho(client);
    const twin = await client.getTwin();
    const seen = collectDesired(twin);
    await hub.awaitSubscribed([DEVICE, moduleId], 'desired');
    await hub.awaitSubscribed([DEVICE, moduleId], 'methods');
    let connects = 0;
    client.on('connect', () => connects++);
    assert.equal(hub.dropLink(DEVICE, moduleId), true);
    await eventually('the client to connect again', () => connects > 0);
    hub.patchDesired(DEVICE, moduleId, { after: 'drop' });
    await eventually('a desired change without a new subscription', () =>
      seen.some((patch) => patch['after'] === 'drop'),
    );
    await updateReported(twin, { still: 'here' });
    assert.equal((await hub.invokeMethod(DEVICE, moduleId, { methodName: 'echo' })).status, 200);
  });

  it('queues no desired change for an absent module, but messages to its inputs', async () => {
    const moduleId = newModule();
    const client = await connect(moduleId);
    const inputs: string[] = [];
    const hear = (client: ModuleClient): void =>
      void client.on('inputMessage', (_input: string, message: device.Message) => inputs.push(textOf(message)));
    hear(client);
    const seen = collectDesired(await client.getTwin());
    await hub.awaitSubscribed([DEVICE, moduleId], 'desired');
    await eventually('the input subscription', () => {
      hub.sendToInput(DEVICE, moduleId, { input: 'in1', body: 'probe' });
      return inputs.length > 0;
    });
    await client.close();
    open = [];
    await hub.awaitConnected([DEVICE, moduleId], false);
    hub.patchDesired(DEVICE, moduleId, { missed: true });
    hub.sendToInput(DEVICE, moduleId, { input: 'in1', body: 'kept' });
    const again = await connect(moduleId);
    hear(again);
    await eventually('the message that was kept', () => inputs.includes('kept'));
    assert.equal(seen.length, 1);
    assert.equal(desiredOf(await again.getTwin())['missed'], true);
  });

  it('lets the newest link of an identity win', async () => {
    const moduleId = newModule();
    await connect(moduleId);
    const second = await connect(moduleId);
    answerEcho(second);
    await hub.awaitSubscribed([DEVICE, moduleId], 'methods');
    assert.equal((await hub.invokeMethod(DEVICE, moduleId, { methodName: 'echo' })).status, 200);
    assert.equal(hub.identity(DEVICE, moduleId)?.connected, true);
  });

  it('refuses a wrong key, a key of another module and a disabled device', async () => {
    const moduleId = newModule();
    const other = newModule();
    const own = hub.deviceConnectionString(DEVICE, moduleId);
    const wrong = [
      own.replace(/SharedAccessKey=.*/, 'SharedAccessKey=AAAA'),
      own.replace(/SharedAccessKey=.*/, `SharedAccessKey=${hub.primaryKey(DEVICE, other)}`),
      own.replace(/ModuleId=[^;]*/, 'ModuleId=unknown'),
    ];
    for (const connectionString of wrong)
      await assert.rejects(connect(moduleId, connectionString), { name: 'UnauthorizedError' });
  });

  it('accepts the secondary key', async () => {
    const moduleId = newModule();
    const secondary = hub.identity(DEVICE, moduleId)?.authentication.symmetricKey.secondaryKey ?? '';
    await connect(
      moduleId,
      hub.deviceConnectionString(DEVICE, moduleId).replace(/SharedAccessKey=.*/, `SharedAccessKey=${secondary}`),
    );
  });

  it('serves a device client too', async () => {
    const client = DeviceClient.fromConnectionString(hub.deviceConnectionString(DEVICE), Mqtt);
    await client.setOptions({ ca });
    await client.open();
    open.push(client);
    client.onDeviceMethod('echo', (request, response) => {
      response.send(200, request.payload, () => undefined);
    });
    await hub.awaitSubscribed([DEVICE], 'methods');
    assert.deepEqual(await hub.invokeMethod(DEVICE, undefined, { methodName: 'echo', payload: 5 }), {
      status: 200,
      payload: 5,
    });
    await updateReported(await client.getTwin(), { device: true });
    await client.sendEvent(new Message('from the device'));
    const event = await hub.awaitMessage(({ moduleId, deviceId }) => deviceId === DEVICE && moduleId === undefined);
    assert.deepEqual([event.body.toString(), event.output], ['from the device', undefined]);
  });

  it('serves a module that takes its settings from the environment, simulator mode', async () => {
    const moduleId = newModule();
    const directory = await mkdtemp(join(tmpdir(), 'hub-'));
    const file = join(directory, 'ca.pem');
    await writeFile(file, ca);
    process.env['EdgeHubConnectionString'] = hub.deviceConnectionString(DEVICE, moduleId);
    process.env['EdgeModuleCACertificateFile'] = file;
    try {
      const client = await Module.fromEnvironment(Mqtt);
      await client.open();
      open.push(client);
      await updateReported(await client.getTwin(), { mode: 'simulator' });
      assert.deepEqual(await hub.awaitReported([DEVICE, moduleId], ({ mode }) => mode === 'simulator'), {
        mode: 'simulator',
      });
    } finally {
      delete process.env['EdgeHubConnectionString'];
      delete process.env['EdgeModuleCACertificateFile'];
      await rm(directory, { recursive: true });
    }
  });
});
