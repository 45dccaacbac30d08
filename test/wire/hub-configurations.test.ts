import assert from 'node:assert/strict';
import type { Configuration, Registry } from 'azure-iothub';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { eventually } from '../support/eventually.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';

const module = (version: number): object => ({ type: 'docker', version });

/** A deployment of one user module. */
function base(id: string, priority: number, targetCondition = "tags.role = 'store'"): Configuration {
  return {
    id,
    priority,
    targetCondition,
    content: {
      modulesContent: {
        $edgeAgent: { 'properties.desired': { schemaVersion: '1.1', modules: { web: module(priority) } } },
        $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes: {} } },
        web: { 'properties.desired': { from: id, shared: 'base' } },
      },
    },
  } as unknown as Configuration;
}

/** A layer that adds a module and touches another's twin. */
function layer(id: string, priority: number): Configuration {
  return {
    id,
    priority,
    targetCondition: "tags.role = 'store'",
    content: {
      modulesContent: {
        $edgeAgent: { 'properties.desired.modules.extra': module(priority) },
        web: { 'properties.desired.added': { by: id } },
        extra: { 'properties.desired': { from: id } },
      },
    },
  } as unknown as Configuration;
}

interface Metrics {
  readonly systemMetrics: { readonly results: Record<string, number> };
  readonly metrics: { readonly results: Record<string, number> };
}

describe('[wire] automatic deployments', function () {
  this.timeout(10_000);
  let fixture: HubFixture;
  let registry: Registry;
  let hub: Hub;

  beforeEach(async () => {
    fixture = await startHubFixture();
    ({ registry, hub } = fixture);
    hub.ensureDevice({ deviceId: 'store-1', iotEdge: true, tags: { role: 'store' } });
    hub.ensureDevice({ deviceId: 'office-1', iotEdge: true, tags: { role: 'office' } });
  });
  afterEach(() => fixture.close());

  const webFrom = (deviceId = 'store-1'): unknown => hub.identity(deviceId, 'web')?.twin.desired.values['from'];
  const modulesOf = (deviceId: string): unknown => hub.desired(deviceId, '$edgeAgent')['modules'] ?? {};

  it('reach the devices their condition selects, with the modules they need', async () => {
    await registry.addConfiguration(base('stores', 10));
    await eventually('the deployment', () => webFrom() === 'stores');
    assert.deepEqual(
      hub.modules('store-1').map(({ moduleId, managedBy }) => [moduleId, managedBy]),
      [
        ['$edgeAgent', 'iotEdge'],
        ['$edgeHub', 'iotEdge'],
        ['web', 'IotEdge'],
      ],
    );
    assert.equal(hub.identity('office-1', 'web'), undefined);
  });

  it('follow a change of tags, and take nothing away when none is left', async () => {
    await registry.addConfiguration(base('stores', 10));
    await registry.updateTwin('office-1', { tags: { role: 'store' } }, '*');
    await eventually('the deployment', () => webFrom('office-1') === 'stores');
    await registry.removeConfiguration('stores');
    await eventually(
      'the status to go',
      () => Object.keys(hub.identity('office-1')?.configurations ?? { x: 1 }).length === 0,
    );
    assert.equal(webFrom('office-1'), 'stores');
  });

  it('go by priority, and the next one steps in when the first goes', async () => {
    await registry.addConfiguration(base('low', 1));
    await registry.addConfiguration(base('high', 2));
    await eventually('the higher one', () => webFrom() === 'high');
    assert.deepEqual(hub.identity('store-1')?.configurations, { low: 'Targeted', high: 'Applied' });
    await registry.removeConfiguration('high');
    await eventually('the lower one', () => webFrom() === 'low');
  });

  it('let the newer of two with one priority win', async () => {
    await registry.addConfiguration(base('z-older', 5));
    await eventually('the first', () => webFrom() === 'z-older');
    await registry.addConfiguration(base('a-newer', 5));
    await eventually('the newer one', () => webFrom() === 'a-newer');
  });

  it('stack layers on the base: whole module entries replace, single paths add', async () => {
    await registry.addConfiguration(base('stores', 10));
    await registry.addConfiguration(layer('more', 20));
    await eventually('the layer', () => hub.identity('store-1', 'extra') !== undefined);
    assert.deepEqual(modulesOf('store-1'), { web: module(10), extra: module(20) });
    assert.deepEqual(hub.identity('store-1', 'web')?.twin.desired.values, {
      from: 'stores',
      shared: 'base',
      added: { by: 'more' },
    });
    await registry.removeConfiguration('more');
    await eventually('the layer to go', () => !Object.hasOwn(modulesOf('store-1') as object, 'extra'));
    assert.deepEqual(hub.identity('store-1', 'web')?.twin.desired.values, { from: 'stores', shared: 'base' });
  });

  it('do not apply a layer without a base below it', async () => {
    await registry.addConfiguration(layer('alone', 20));
    await registry.addConfiguration(base('above', 30));
    await eventually('the base', () => webFrom() === 'above');
    assert.deepEqual(hub.identity('store-1')?.configurations, { alone: 'Targeted', above: 'Applied' });
    assert.equal(hub.identity('store-1', 'extra'), undefined);
  });

  it('write nothing twice, and win back a device that was deployed by hand', async () => {
    await registry.addConfiguration(base('stores', 10));
    await eventually('the deployment', () => webFrom() === 'stores');
    const version = hub.desired('store-1', 'web')['$version'];
    hub.patchReported('store-1', 'web', { anything: 1 });
    hub.evaluateConfigurations();
    assert.equal(hub.desired('store-1', 'web')['$version'], version);
    const written: unknown[] = [];
    hub.on('desired', ({ moduleId, values }) => {
      if (moduleId === 'web') written.push(values['from']);
    });
    await registry.applyConfigurationContentOnDevice('store-1', {
      modulesContent: { web: { 'properties.desired': { from: 'hand' } } },
    });
    await eventually('the deployment again', () => written.length === 2);
    assert.deepEqual(written, ['hand', 'stores']);
  });

  it('count what they reached and what was reported', async () => {
    const custom = {
      queries: {
        ready: "select deviceId from devices.modules where moduleId = 'web' and properties.reported.ready = true",
      },
    };
    await registry.addConfiguration({ ...base('stores', 10), metrics: custom });
    await eventually('the deployment', () => webFrom() === 'stores');
    hub.patchReported('store-1', 'web', { ready: true });
    const lastDesiredVersion = hub.desired('store-1', '$edgeAgent')['$version'];
    hub.patchReported('store-1', '$edgeAgent', { lastDesiredVersion, lastDesiredStatus: { code: 200 } });
    const configuration = (await registry.getConfiguration('stores')).responseBody as unknown as Metrics;
    assert.deepEqual(configuration.systemMetrics.results, {
      targetedCount: 1,
      appliedCount: 1,
      reportedSuccessfulCount: 1,
      reportedFailedCount: 0,
    });
    assert.deepEqual(configuration.metrics.results, { ready: 1 });
  });

  it('may change condition and priority, never the content', async () => {
    const etagOf = ({ responseBody }: { responseBody: unknown }): string => (responseBody as { etag: string }).etag;
    const created = etagOf(await registry.addConfiguration(base('stores', 10)));
    const changed = { ...base('stores', 10, "deviceId = 'office-1'"), priority: 11, etag: created };
    const updated = etagOf(await registry.updateConfiguration(changed));
    assert.deepEqual([created, updated], ['MQ==', 'Mg==']);
    await assert.rejects(registry.updateConfiguration(changed), { name: 'InvalidEtagError' });
    const other: Configuration = { ...changed, content: layer('stores', 1).content };
    await assert.rejects(registry.updateConfiguration(other, true), {
      name: 'ArgumentError',
      message: /cannot change/,
    });
  });

  it('refuse a bad condition, bad content, a bad metric and a second one of that name', async () => {
    const good = base('good', 1);
    await registry.addConfiguration(good);
    const table: readonly [object, RegExp][] = [
      [{ ...good, id: 'bad1', targetCondition: 'tags.role ==' }, /InvalidConfigurationTargetCondition/],
      [{ ...good, id: 'bad2', content: { modulesContent: { web: {} } } }, /InvalidConfigurationContent/],
      [
        { ...good, id: 'bad3', content: { modulesContent: { $edgeAgent: {} }, deviceContent: { a: 1 } } },
        /InvalidConfigurationContent/,
      ],
      [{ ...good, id: 'bad4', metrics: { queries: { m: 'select' } } }, /InvalidConfigurationCustomMetricsQuery/],
      [{ ...good, id: 'Bad5' }, /ArgumentInvalid/],
      [good, /ConfigurationAlreadyExists/],
    ];
    for (const [configuration, code] of table) {
      const error = await registry.addConfiguration(configuration as Configuration).then(
        () => ({ responseBody: 'accepted' }),
        (failure: unknown) => failure as { responseBody: string },
      );
      assert.match(error.responseBody, code);
    }
    const { responseBody: all } = await registry.getConfigurations();
    assert.deepEqual(
      all.map(({ id }) => id),
      ['good'],
    );
  });

  it('also write device twins and module twins', async () => {
    hub.ensureModule('office-1', 'meter');
    const device = {
      id: 'd',
      priority: 1,
      targetCondition: '*',
      content: { deviceContent: { 'properties.desired.level': 3 } },
    };
    const modules = {
      id: 'm',
      priority: 1,
      targetCondition: "from devices.modules where moduleId = 'meter'",
      content: { moduleContent: { 'properties.desired': { unit: 'kWh' } } },
    };
    await registry.addConfiguration(device as unknown as Configuration);
    await registry.addConfiguration(modules as unknown as Configuration);
    await eventually(
      'both',
      () => hub.desired('store-1')['level'] === 3 && hub.desired('office-1', 'meter')['unit'] === 'kWh',
    );
  });
});
