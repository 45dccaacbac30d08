import assert from 'node:assert/strict';
import iothub, { type Registry } from 'azure-iothub';
import { startHubFixture, useAgent, type HubFixture } from '../support/hub-fixture.ts';

interface ServiceError extends Error {
  readonly response: { readonly statusCode: number; readonly headers: Record<string, string> };
  readonly responseBody: string;
}

/** Runs a call that must fail and returns the error class, HTTP status and service code. */
async function refusal(call: () => Promise<unknown>): Promise<readonly [string, number, string | undefined]> {
  try {
    await call();
  } catch (error) {
    const { name, response } = error as ServiceError;
    return [name, response.statusCode, response.headers['iothub-errorcode']];
  }
  throw new Error('the call was expected to fail');
}

const deployment = (desired: object): object => ({
  modulesContent: {
    $edgeAgent: { 'properties.desired': { schemaVersion: '1.1', modules: { web: { type: 'docker' } } } },
    $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes: {} } },
    web: { 'properties.desired': desired },
  },
});

describe('[wire] the hub as azure-iothub sees it', function () {
  this.timeout(10_000);
  let fixture: HubFixture;
  let registry: Registry;

  before(async () => {
    fixture = await startHubFixture();
    registry = fixture.registry;
  });
  after(() => fixture.close());

  it('creates a device with keys of its own making', async () => {
    const { responseBody: device } = await registry.create({ deviceId: 'plain' });
    assert.equal(device.deviceId, 'plain');
    assert.equal(device.status, 'enabled');
    assert.equal(Buffer.from(device.authentication?.symmetricKey?.primaryKey ?? '', 'base64').length, 32);
    assert.deepEqual((await registry.get('plain')).responseBody, device);
  });

  it('gives an IoT Edge device its two system modules', async () => {
    await registry.create({ deviceId: 'edge', capabilities: { iotEdge: true } });
    const { responseBody: modules } = await registry.getModulesOnDevice('edge');
    assert.deepEqual(
      modules.map(({ moduleId, managedBy }) => [moduleId, managedBy]),
      [
        ['$edgeAgent', 'iotEdge'],
        ['$edgeHub', 'iotEdge'],
      ],
    );
  });

  it('updates, disables and deletes a device', async () => {
    const { responseBody: device } = await registry.create({ deviceId: 'passing' });
    const updated = await registry.update({
      deviceId: 'passing',
      authentication: device.authentication,
      status: 'disabled',
      statusReason: 'moved',
    });
    assert.equal(updated.responseBody.status, 'disabled');
    assert.notEqual(updated.responseBody.etag, device.etag);
    await registry.delete('passing');
    assert.deepEqual(await refusal(() => registry.get('passing')), ['DeviceNotFoundError', 404, 'DeviceNotFound']);
  });

  it('adds, updates and removes modules', async () => {
    await registry.addModule({ deviceId: 'edge', moduleId: 'with space' });
    const { responseBody: module } = await registry.getModule('edge', 'with space');
    assert.equal(module.moduleId, 'with space');
    await registry.updateModule({ ...module, managedBy: 'someone' });
    assert.equal((await registry.getModule('edge', 'with space')).responseBody.managedBy, 'someone');
    await registry.removeModule('edge', 'with space');
    assert.deepEqual(await refusal(() => registry.getModule('edge', 'with space')), ['Error', 404, 'ModuleNotFound']);
  });

  it('adds, updates and removes devices in bulk, and lists and counts them', async () => {
    const devices = [{ deviceId: 'bulk-1' }, { deviceId: 'bulk-2' }];
    const added = await registry.addDevices(devices);
    assert.deepEqual(added.responseBody, { isSuccessful: true, errors: [], warnings: [] });
    const failure = await refusal(() => registry.addDevices([{ deviceId: 'bulk-1' }, { deviceId: 'bulk-3' }]));
    assert.deepEqual(failure, ['ArgumentError', 400, undefined]);
    await registry.updateDevices(
      devices.map((device) => ({ ...device, status: 'disabled' as const })),
      true,
    );
    const { responseBody: listed } = await registry.list();
    assert.deepEqual(
      listed.filter(({ deviceId }) => deviceId.startsWith('bulk')).map(({ deviceId, status }) => [deviceId, status]),
      [
        ['bulk-1', 'disabled'],
        ['bulk-2', 'disabled'],
        ['bulk-3', 'enabled'],
      ],
    );
    const { responseBody: counts } = await registry.getRegistryStatistics();
    assert.equal((counts as { disabledDeviceCount: number }).disabledDeviceCount, 2);
    await registry.removeDevices([...devices, { deviceId: 'bulk-3' }], true);
    assert.equal((await registry.list()).responseBody.length, 2);
  });

  it('refuses what the service refuses, with its codes', async () => {
    const table: readonly [() => Promise<unknown>, string, number, string][] = [
      [() => registry.create({ deviceId: 'edge' }), 'DeviceAlreadyExistsError', 409, 'DeviceAlreadyExists'],
      [() => registry.create({ deviceId: 'no/slash' }), 'ArgumentError', 400, 'ArgumentInvalid'],
      [() => registry.addModule({ deviceId: 'edge', moduleId: '$mine' }), 'ArgumentError', 400, 'ArgumentInvalid'],
      [() => registry.addModule({ deviceId: 'nobody', moduleId: 'm' }), 'DeviceNotFoundError', 404, 'DeviceNotFound'],
      [() => registry.getTwin('nobody'), 'DeviceNotFoundError', 404, 'DeviceNotFound'],
      [() => registry.updateTwin('edge', { tags: {} }, 'AAAAAAAAAGM='), 'InvalidEtagError', 412, 'PreconditionFailed'],
      [() => registry.createQuery('select nonsense').next(), 'ArgumentError', 400, 'ArgumentInvalid'],
      [
        () => registry.applyConfigurationContentOnDevice('plain', deployment({})),
        'ArgumentError',
        400,
        'ArgumentInvalid',
      ],
      [() => registry.getConfiguration('none'), 'Error', 404, 'ConfigurationNotFound'],
    ];
    for (const [call, ...expected] of table) assert.deepEqual(await refusal(call), expected);
  });

  it('takes the error text from the body as the SDK reads it', async () => {
    await assert.rejects(registry.getTwin('nobody'), { message: 'nobody is not registered' });
  });

  it('merges tags and desired properties, and counts versions and etags', async () => {
    const { responseBody: before } = await registry.getTwin('plain');
    await registry.updateTwin('plain', { tags: { site: { city: 'Oslo', floor: 2 } } }, '*');
    const patch = { tags: { site: { floor: null } }, properties: { desired: { level: 3 } } };
    const { responseBody: after } = await registry.updateTwin('plain', patch, '*');
    assert.deepEqual(after.tags, { site: { city: 'Oslo' } });
    assert.equal(after.properties.desired['level'], 3);
    assert.equal(after.properties.desired['$version'], (before.properties.desired['$version'] as number) + 1);
    assert.deepEqual([before.etag, after.etag], ['AAAAAAAAAAE=', 'AAAAAAAAAAM=']);
    const metadata = after.properties.desired['$metadata'] as { level: { $lastUpdatedVersion: number } };
    assert.equal(metadata.level.$lastUpdatedVersion, 2);
    fixture.hub.patchReported('plain', undefined, { seen: { level: 3 } });
    const { responseBody: reported } = await registry.getTwin('plain');
    assert.doesNotMatch(JSON.stringify(reported.properties.reported), /lastUpdatedVersion/);
  });

  it('lets a Twin object update and read itself again', async () => {
    const { responseBody: twin } = await registry.getModuleTwin('edge', '$edgeHub');
    const { result: updated } = await twin.update({ properties: { desired: { a: 1 } } });
    assert.equal(updated.properties.desired['a'], 1);
    assert.deepEqual((await twin.get()).result.etag, updated.etag);
  });

  it('says which section of a twin is too large, too deep or badly named', async () => {
    const text = 'x'.repeat(4096);
    const large = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, text]));
    const table: readonly [object, string, number, RegExp][] = [
      [{ properties: { desired: large } }, 'TooManyDevicesError', 403, /'Properties.Desired' size/],
      [{ tags: { a: text, b: text, c: 1 } }, 'TooManyDevicesError', 403, /'Tags' size/],
      [{ properties: { desired: { 'a.b': 1 } } }, 'ArgumentError', 400, /a\.b/],
      [
        { properties: { desired: JSON.parse(`${'{"a":'.repeat(11)}1${'}'.repeat(11)}`) as object } },
        'ArgumentError',
        400,
        /nest/,
      ],
      [{ properties: { desired: [1] } }, 'ArgumentError', 400, /properties.desired/],
    ];
    for (const [patch, name, status, text] of table) {
      const error = await registry.updateTwin('plain', patch, '*').then(
        () => undefined,
        (failure: unknown) => failure as ServiceError,
      );
      assert.deepEqual([error?.name, error?.response.statusCode], [name, status]);
      assert.match(error?.message ?? '', text);
    }
  });

  it('answers queries page by page', async () => {
    await registry.addDevices(['q1', 'q2', 'q3'].map((deviceId) => ({ deviceId })));
    for (const [index, deviceId] of ['q1', 'q2', 'q3'].entries())
      await registry.updateTwin(deviceId, { tags: { role: 'store', index } }, '*');
    const query = registry.createQuery("select * from devices where tags.role = 'store' and tags.index < 3", 2);
    const pages: string[][] = [];
    while (query.hasMoreResults) {
      const { result: twins } = await query.nextAsTwin();
      pages.push(twins.map(({ deviceId }) => deviceId));
    }
    assert.deepEqual(pages, [['q1', 'q2'], ['q3']]);
    const count = registry.createQuery("select count() as stores from devices where tags.role in ['store', 'shop']");
    assert.deepEqual((await count.next()).result, [{ stores: 3 }]);
    const modules = registry.createQuery(
      "select moduleId from devices.modules where deviceId = 'edge' and startswith(moduleId, '$')",
    );
    assert.deepEqual((await modules.next()).result as unknown, [{ moduleId: '$edgeAgent' }, { moduleId: '$edgeHub' }]);
  });

  it('applies a deployment: makes modules and replaces their desired properties as a whole', async () => {
    await registry.applyConfigurationContentOnDevice('edge', deployment({ a: 1, b: { c: 2 } }));
    assert.equal((await registry.getModule('edge', 'web')).responseBody.managedBy, 'IotEdge');
    await registry.applyConfigurationContentOnDevice('edge', deployment({ b: {} }));
    const { responseBody: twin } = await registry.getModuleTwin('edge', 'web');
    const { $metadata, ...desired }: Record<string, unknown> = twin.properties.desired;
    assert.deepEqual(desired, { b: {}, $version: 3 });
    assert.ok($metadata);
  });

  it('writes nothing when a part of a deployment is refused', async () => {
    const content = deployment({ good: true }) as { modulesContent: Record<string, object> };
    const bad = { modulesContent: { ...content.modulesContent, other: { 'properties.desired': { 'bad key': 1 } } } };
    await assert.rejects(registry.applyConfigurationContentOnDevice('edge', bad), { name: 'ArgumentError' });
    const { responseBody: twin } = await registry.getModuleTwin('edge', 'web');
    assert.equal(twin.properties.desired['good'], undefined);
    assert.deepEqual(await refusal(() => registry.getModule('edge', 'other')), ['Error', 404, 'ModuleNotFound']);
  });

  it('invokes a direct method on a module, and says when it is not online', async () => {
    const detach = fixture.hub.attach('edge', 'web', (methodName, payload) => ({
      status: 201,
      payload: { methodName, payload },
    }));
    const request = { methodName: 'echo', payload: { a: 1 } };
    const answer = await fixture.client.invokeDeviceMethod('edge', 'web', request);
    assert.deepEqual(answer.result as unknown, { status: 201, payload: { methodName: 'echo', payload: { a: 1 } } });
    detach();
    const offline = await fixture.client.invokeDeviceMethod('edge', 'web', { methodName: 'echo' }).then(
      () => undefined,
      (error: unknown) => error as ServiceError,
    );
    assert.equal(offline?.response.statusCode, 404);
    assert.match(offline.responseBody, /404103/);
  });

  it('lets a policy do what its rights allow, and nothing else', async () => {
    const reader = useAgent(
      iothub.Registry.fromConnectionString(fixture.hub.connectionString('registryRead')),
      fixture.agent,
    );
    assert.equal((await reader.get('edge')).responseBody.deviceId, 'edge');
    const unauthorized = ['UnauthorizedError', 401, 'IotHubUnauthorizedAccess'];
    assert.deepEqual(await refusal(() => reader.create({ deviceId: 'x' })), unauthorized);
    assert.deepEqual(await refusal(() => reader.getTwin('edge')), unauthorized);
    const wrongKey = fixture.hub.connectionString().replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=AAAA');
    const stranger = useAgent(iothub.Registry.fromConnectionString(wrongKey), fixture.agent);
    assert.deepEqual(await refusal(() => stranger.get('edge')), unauthorized);
  });
});
