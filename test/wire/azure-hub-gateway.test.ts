import assert from 'node:assert/strict';
import { createAzureHubGateway } from '../../packages/deployment/src/azure-iothub/azure-hub-gateway.ts';
import { runCli } from '../../packages/deployment/src/cli.ts';
import { HubError, type HubGateway } from '../../packages/deployment/src/commands/hub-gateway.ts';
import { generateManifest } from '../../packages/deployment/src/generate/manifest.ts';
import { recordedIo } from '../packages/deployment/recorded-io.ts';
import { sampleNetwork } from '../packages/deployment/sample-network.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';

const FILE = 'apiVersion: iotedge-networking/v1\nname: shop\ndevices: [{ id: throttled }]\n';

describe('[wire] the hub gateway over azure-iothub', function () {
  this.timeout(20_000);
  let fixture: HubFixture;
  let gateway: HubGateway;

  before(async () => {
    fixture = await startHubFixture();
    gateway = createAzureHubGateway(fixture, fixture.hub.hostName);
  });
  after(() => fixture.close());

  const manifest = () => {
    const { network, device } = sampleNetwork({ apps: { web: { image: 'nginx:1' } } });
    return generateManifest(network, device);
  };

  it('has nothing to say of what does not exist', async () => {
    assert.equal(await gateway.getDevice('nobody'), undefined);
    assert.equal(await gateway.getModuleTwin('nobody', 'networking'), undefined);
    const selection = { moduleIds: ['nobody'], reported: true };
    assert.deepEqual(await gateway.queryModules(selection), { rows: [] });
  });

  it('creates an IoT Edge device and merges its tags', async () => {
    assert.deepEqual(await gateway.createDevices(['edge'], 'iotedge-net: shop'), []);
    await gateway.mergeTags('edge', { role: 'store' });
    await gateway.mergeTags('edge', { region: 'emea' });
    const device = await gateway.getDevice('edge');
    assert.deepEqual(
      { ...device, etag: typeof device?.etag },
      {
        id: 'edge',
        iotEdge: true,
        tags: { role: 'store', region: 'emea' },
        remark: 'iotedge-net: shop',
        etag: 'string',
      },
    );
  });

  it('sees that a device is no IoT Edge device', async () => {
    fixture.hub.ensureDevice({ deviceId: 'plain' });
    const device = await gateway.getDevice('plain');
    assert.deepEqual([device?.id, device?.iotEdge, device?.tags], ['plain', false, {}]);
  });

  it('sets modules and reads the twin back as it was sent, without system keys', async () => {
    const sent = manifest();
    await gateway.applyContent('edge', sent);
    for (const [name, content] of Object.entries(sent.modulesContent)) {
      const twin = await gateway.getModuleTwin('edge', name);
      assert.deepEqual(twin?.desired, content['properties.desired'], name);
      assert.equal(twin.desiredVersion, fixture.hub.desired('edge', name).$version);
    }
  });

  it('finds the module on every device, page by page', async () => {
    const { hub } = fixture;
    const ids = Array.from({ length: 2600 }, (_, index) => `fleet-${index}`);
    for (const deviceId of ids) {
      hub.ensureDevice({ deviceId, iotEdge: true });
      hub.ensureModule(deviceId, "odd'name");
    }
    const selection = { moduleIds: ["odd'name"], reported: true };
    const first = await gateway.queryModules(selection);
    const second = await gateway.queryModules(selection, first.continuation);
    assert.deepEqual([first.rows.length, second.rows.length, second.continuation], [2500, 100, undefined]);
    const found = [...first.rows, ...second.rows].map(({ deviceId }) => deviceId);
    assert.deepEqual(new Set(found), new Set(ids));
  });

  it('tells of the devices that a bulk request did not take, and does the others', async () => {
    const [failure, ...others] = await gateway.createDevices(['edge', 'edge2'], '');
    assert.deepEqual([failure?.id, failure?.reason, others], ['edge', 'exists', []]);
    const [missing] = await gateway.deleteDevices(['edge2', 'nobody']);
    assert.deepEqual([missing?.id, missing?.reason], ['nobody', 'missing']);
    assert.equal(await gateway.getDevice('edge2'), undefined);
  });

  it('finds devices by a condition of the hub, with their tags', async () => {
    const { rows } = await gateway.queryDevices("tags.region = 'emea'");
    assert.deepEqual(
      rows.map(({ id, iotEdge, remark, tags }) => ({ id, iotEdge, remark, tags })),
      [{ id: 'edge', iotEdge: true, remark: 'iotedge-net: shop', tags: { role: 'store', region: 'emea' } }],
    );
  });

  it('patches desired properties, unless somebody else wrote first', async () => {
    const before = await gateway.getModuleTwin('edge', 'networking');
    assert.ok(before?.etag);
    await gateway.patchDesired('edge', 'networking', { patch: { options: { probe: false } }, etag: before.etag });
    const after = await gateway.getModuleTwin('edge', 'networking');
    assert.deepEqual(after?.desired.options, { ...(before.desired.options as object), probe: false });
    const stale = gateway.patchDesired('edge', 'networking', { patch: { a: 1 }, etag: before.etag });
    await assert.rejects(stale, { status: 412 });
    await assert.rejects(gateway.mergeTags('edge', { a: 1 }, 'AAAAAAAAAAA='), { status: 412 });
  });

  it('creates and deletes modules', async () => {
    await gateway.createModule('edge', 'extra');
    assert.equal(fixture.hub.identity('edge', 'extra')?.managedBy, 'IotEdge');
    await gateway.deleteModule('edge', 'extra');
    assert.equal(await gateway.getModuleTwin('edge', 'extra'), undefined);
  });

  it('writes, lists, changes and deletes automatic deployments', async () => {
    const content = { modulesContent: { ...manifest().modulesContent } };
    const input = { id: 'stores-1', labels: { a: 'b' }, content, targetCondition: "tags.role='none'", priority: 5 };
    await gateway.createConfiguration({ ...input, metrics: { all: 'select deviceId from devices' } });
    const [found] = await gateway.listConfigurations();
    assert.ok(found);
    const { etag, counts, createdAt, ...rest } = found;
    assert.deepEqual(rest, { ...input, metrics: { all: 'select deviceId from devices' } });
    assert.deepEqual([typeof etag, typeof createdAt, counts.targetedCount], ['string', 'string', 0]);
    await gateway.updateConfiguration({ ...found, priority: 6 });
    await assert.rejects(gateway.updateConfiguration({ ...found, priority: 7 }), { status: 412 });
    assert.equal((await gateway.listConfigurations())[0]?.priority, 6);
    await gateway.deleteConfiguration('stores-1');
    assert.deepEqual(await gateway.listConfigurations(), []);
  });

  const REFUSED: readonly { why: string; call: () => Promise<unknown>; status: number }[] = [
    { why: 'a condition that is none', call: () => gateway.queryDevices('tags.role ='), status: 400 },
    { why: 'modules of an unknown device', call: () => gateway.applyContent('nobody', manifest()), status: 404 },
    { why: 'tags of an unknown device', call: () => gateway.mergeTags('nobody', { a: 'b' }), status: 404 },
  ];
  for (const { why, call, status } of REFUSED)
    it(`rejects with status and the hub’s own words: ${why}`, () =>
      assert.rejects(
        call,
        (error: unknown) =>
          error instanceof HubError && error.status === status && error.code !== undefined && !error.transient,
      ));

  it('is tried again as long as the hub throttles or is busy, after the time it asks for', async () => {
    fixture.hub.faults.throttleRestRequests = 2;
    fixture.hub.faults.failRestRequests = 1;
    const io = { ...recordedIo({ files: { 'network.yaml': FILE } }), connect: () => Promise.resolve(gateway) };
    const environment = { IOTHUB_CONNECTION_STRING: 'any' };
    assert.equal(await runCli(['apply', '--yes'], { ...io, environment }), 0, io.err());
    assert.equal((await gateway.getDevice('throttled'))?.iotEdge, true);
    assert.deepEqual([fixture.hub.faults.throttleRestRequests, fixture.hub.faults.failRestRequests], [0, 0]);
    assert.equal(io.waits.length, 3);
    assert.ok(io.waits.includes(10_000), io.waits.join());
  });
});
