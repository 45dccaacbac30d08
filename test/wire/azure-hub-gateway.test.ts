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
    assert.deepEqual(await gateway.queryModuleTwins('nobody'), []);
  });

  it('creates an IoT Edge device and merges its tags', async () => {
    await gateway.createDevice('edge');
    await gateway.mergeTags('edge', { role: 'store' });
    await gateway.mergeTags('edge', { region: 'emea' });
    assert.deepEqual(await gateway.getDevice('edge'), {
      id: 'edge',
      iotEdge: true,
      tags: { role: 'store', region: 'emea' },
    });
  });

  it('sees that a device is no IoT Edge device', async () => {
    fixture.hub.ensureDevice({ deviceId: 'plain' });
    assert.deepEqual(await gateway.getDevice('plain'), { id: 'plain', iotEdge: false, tags: {} });
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
    const ids = Array.from({ length: 600 }, (_, index) => `fleet-${index}`);
    for (const deviceId of ids) {
      hub.ensureDevice({ deviceId, iotEdge: true });
      hub.ensureModule(deviceId, "odd'name");
    }
    const twins = await gateway.queryModuleTwins("odd'name");
    assert.deepEqual(new Set(twins.map((twin) => twin.deviceId)), new Set(ids));
    assert.equal(twins.length, 600);
  });

  const REFUSED: readonly { why: string; call: () => Promise<unknown>; status: number }[] = [
    { why: 'a device that exists', call: () => gateway.createDevice('edge'), status: 409 },
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
