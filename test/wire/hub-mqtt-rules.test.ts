import assert from 'node:assert/strict';
import type { MqttClient } from 'mqtt';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { createSasToken } from '../../packages/simulator/src/hub/sas-token.ts';
import { startHub } from '../../packages/simulator/src/hub/start-hub.ts';
import { testCertificates } from '../support/hub-fixture.ts';
import { connectRaw, ended, nextMessage, tokenOf, type RawConnection } from '../support/raw-mqtt.ts';

const MODULE = { deviceId: 'edge', moduleId: 'web' };
const TWIN = '$iothub/twin/res/#';
const later = (): number => Math.floor(Date.now() / 1000) + 3600;

describe('[wire] MQTT rules of the hub', function () {
  this.timeout(10_000);
  let hub: Hub;
  let web: RawConnection;
  let clients: MqttClient[] = [];

  async function connect(connection: Partial<RawConnection> = {}): Promise<MqttClient> {
    const client = await connectRaw({ ...web, ...connection });
    clients.push(client);
    return client;
  }

  before(async () => {
    const tls = await testCertificates();
    hub = await startHub({ tls, gatewayNames: ['gateway.example'] });
    hub.ensureDevice({ deviceId: 'edge', iotEdge: true });
    for (const moduleId of ['web', 'db', 'two words']) hub.ensureModule('edge', moduleId);
    web = { hub, ca: tls.ca, ...MODULE };
  });
  afterEach(async () => {
    for (const client of clients) await client.endAsync(true);
    clients = [];
  });
  after(() => hub.close());

  it('lets in every good token, whatever name of the hub it is made for', async () => {
    const deviceToken = createSasToken('localhost', later(), policyKey('device'), 'device');
    const good: Partial<RawConnection>[] = [
      {},
      { password: tokenOf(web, 'gateway.example') },
      { password: tokenOf(web, `localhost:${hub.mqttPort}`) },
      { password: tokenOf(web, 'LOCALHOST') },
      { password: deviceToken },
      { userName: 'localhost/edge/web?api-version=2018-06-30' },
      { moduleId: 'two words' },
      { moduleId: undefined },
    ];
    for (const connection of good) assert.equal((await connect(connection)).connected, true);
  });

  it('answers CONNACK 5 to everything else', async () => {
    const serviceToken = createSasToken('localhost', later(), policyKey('service'), 'service');
    const bad: Partial<RawConnection>[] = [
      { password: tokenOf(web, 'other.example') },
      { password: tokenOf(web, 'localhost', -1) },
      { password: tokenOf({ ...web, moduleId: 'db' }) },
      { password: tokenOf(web).replace(/sig=[^&]*/, 'sig=AAAA') },
      { password: 'SharedAccessSignature sr=x' },
      { password: serviceToken },
      { userName: 'localhost/edge/web' },
      { userName: 'localhost/edge/db/?api-version=2021-04-12' },
    ];
    for (const connection of bad) await assert.rejects(connect(connection), { code: 5 });
  });

  function policyKey(policy: 'device' | 'service'): string {
    return /SharedAccessKey=([^;]*)/.exec(hub.connectionString(policy))?.[1] ?? '';
  }

  it('closes the link on a topic that is not the client’s own', async () => {
    const strange = [
      'devices/edge/modules/db/messages/events/',
      'devices/edge/messages/events/',
      '$iothub/twin/res/200/?$rid=1',
      '$iothub/twin/GET/',
      'anything',
    ];
    for (const topic of strange) {
      const client = await connect();
      client.publish(topic, 'x');
      await ended(client);
    }
    for (const filter of [
      '#',
      'devices/edge/modules/db/inputs/#',
      '$iothub/#',
      'devices/edge/messages/devicebound/#',
    ]) {
      const client = await connect();
      client.subscribe(filter, () => undefined);
      await ended(client);
    }
  });

  it('closes the link on a publication of QoS 2, and grants 1 for a subscription of QoS 2', async () => {
    const client = await connect();
    const granted = await client.subscribeAsync('devices/edge/modules/web/inputs/#', { qos: 2 });
    assert.equal(granted[0]?.qos, 1);
    client.publish('devices/edge/modules/web/messages/events/', 'x', { qos: 2 }, () => undefined);
    await ended(client);
  });

  it('closes the link on more than five subscriptions in one packet', async () => {
    const client = await connect();
    const filters = Array.from({ length: 6 }, (_, index) => `devices/edge/modules/web/inputs/in${index}`);
    client.subscribe(filters, () => undefined);
    await ended(client);
  });

  it('keeps the subscriptions of a session unless the client wants a clean one', async () => {
    const first = await connect();
    await first.subscribeAsync(TWIN);
    await first.endAsync();
    const second = await connect();
    second.publish('$iothub/twin/GET/?$rid=a%20b', ' ');
    const [topic, body] = await nextMessage(second);
    assert.equal(topic, '$iothub/twin/res/200/?$rid=a%20b');
    assert.deepEqual(JSON.parse(body.toString()), { desired: { $version: 1 }, reported: { $version: 1 } });
    await second.endAsync();
    const clean = await connect({ options: { clean: true } });
    let answered = false;
    clean.on('message', () => (answered = true));
    await clean.publishAsync('$iothub/twin/GET/?$rid=1', ' ');
    await clean.publishAsync('devices/edge/modules/web/messages/events/', 'after', { qos: 1 });
    assert.equal(answered, false);
  });

  it('ends the older link of an identity', async () => {
    const older = await connect();
    const closed = ended(older);
    const newer = await connect();
    await closed;
    assert.equal(newer.connected, true);
    await hub.awaitConnected(['edge', 'web']);
  });

  it('answers a bad reported patch with a status and an error body', async () => {
    const client = await connect();
    await client.subscribeAsync(TWIN);
    const table: readonly [string, string, number | undefined][] = [
      ['{"a":1}', '204', undefined],
      ['[1]', '400', 400004],
      ['no json', '400', 400004],
      ['{"a":[null]}', '400', 400004],
    ];
    for (const [patch, status, code] of table) {
      client.publish('$iothub/twin/PATCH/properties/reported/?$rid=7', patch);
      const [topic, body] = await nextMessage(client);
      assert.equal(topic.split('/')[3], status);
      const error = body.length === 0 ? {} : (JSON.parse(body.toString()) as { errorCode?: number });
      assert.equal(error.errorCode, code);
    }
  });

  it('turns the retain flag into a property', async () => {
    const client = await connect();
    await client.publishAsync('devices/edge/modules/web/messages/events/%24.on=out/', 'kept', { qos: 1, retain: true });
    const message = await hub.awaitMessage(({ body }) => body.toString() === 'kept');
    assert.deepEqual([message.output, message.properties], ['out', { 'mqtt-retain': 'true' }]);
  });

  it('ends a link when its token expires', async () => {
    const client = await connect({ password: tokenOf(web, 'localhost', 1) });
    await ended(client);
  });
});
