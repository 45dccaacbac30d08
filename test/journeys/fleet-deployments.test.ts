import assert from 'node:assert/strict';
import { createAzureHubGateway } from '../../packages/deployment/src/azure-iothub/azure-hub-gateway.ts';
import { runCli } from '../../packages/deployment/src/cli.ts';
import { recordedIo } from '../packages/deployment/recorded-io.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';

function networkFile(image: string): string {
  return `apiVersion: iotedge-networking/v1
name: stores
apps:
  web: { image: ${image}, expose: external, ports: { http: { port: 80 } } }
devices:
  - { id: store-001, tags: { role: store }, computeNetwork: { externalServiceIps: [10.0.1.20-10.0.1.29] } }
  - { id: store-002, tags: { role: store }, computeNetwork: { externalServiceIps: [10.0.2.20-10.0.2.29] } }
deployments:
  - { id: stores, targetCondition: "tags.role = 'store'", priority: 10 }
`;
}

describe('[journey] a fleet by automatic deployments', function () {
  this.timeout(30_000);
  let fixture: HubFixture;

  before(async () => {
    fixture = await startHubFixture({ configurationDelayMs: 1_000_000 });
    fixture.hub.seedDevices([{ deviceId: 'other', modules: {} }]);
    await fixture.registry.addConfiguration({
      id: 'of-somebody-else',
      schemaVersion: '2.0',
      content: { deviceContent: { 'properties.desired.x': 1 } },
      targetCondition: '',
    });
  });
  after(() => fixture.close());

  async function run(image: string, command: readonly string[] = ['apply', '--yes']) {
    const gateway = createAzureHubGateway(fixture, 'localhost');
    const io = {
      ...recordedIo({
        files: { 'network.yaml': networkFile(image) },
        environment: { IOTHUB_CONNECTION_STRING: 'any' },
      }),
      connect: () => Promise.resolve(gateway),
    };
    const code = await runCli(command, io);
    assert.equal(code, 0, io.err());
    return io;
  }

  async function bases(): Promise<readonly string[]> {
    const { responseBody } = await fixture.registry.getConfigurations();
    return responseBody.map(({ id }) => id).filter((id) => /^stores-[0-9a-f]{8}$/.test(id));
  }

  function image(device: string): unknown {
    const { modules } = fixture.hub.desired(device, '$edgeAgent') as {
      modules: { web: { settings: { image: string } } };
    };
    return modules.web.settings.image;
  }

  it('makes devices with their own ranges, then a base and a module configuration, none of which touches the other', async () => {
    const io = await run('nginx:1');
    assert.match(io.out(), /^2 devices: 2 changed, 0 unchanged, 0 failed; 2 configurations written/);
    fixture.hub.evaluateConfigurations();
    assert.equal(image('store-001'), 'nginx:1');
    const desired = fixture.hub.desired('store-002', 'networking') as {
      computeNetwork: { externalServiceIps: object };
      services: { iotedge: object };
    };
    assert.deepEqual(desired.computeNetwork.externalServiceIps, { default: '10.0.2.20-10.0.2.29' });
    assert.deepEqual(Object.keys(desired.services.iotedge), ['web']);
  });

  it('sends no write the second time', async () => {
    const before = fixture.hub.requests();
    const io = await run('nginx:1');
    assert.match(io.out(), /^2 devices: 0 changed, 2 unchanged, 0 failed \(/);
    const written = Object.entries(fixture.hub.requests()).filter(
      ([name, count]) => /^(PUT|PATCH|DELETE)|POST \/devices$|Content$/.test(name) && count !== before[name],
    );
    assert.deepEqual(written, []);
  });

  it('replaces a content by another configuration, and keeps the old one until the new one applies', async () => {
    const [first = ''] = await bases();
    const io = await run('nginx:2');
    assert.match(io.err(), new RegExp(`^configuration ${first}: kept, its successor is only about to be made$`, 'm'));
    assert.equal((await bases()).length, 2);
    const again = await run('nginx:2');
    assert.match(
      again.err(),
      new RegExp(`^configuration ${first}: kept, stores-\\w+ applies to 0 of 2 targets so far$`, 'm'),
    );
    fixture.hub.evaluateConfigurations();
    assert.equal(image('store-002'), 'nginx:2');
    const pruning = await run('nginx:2');
    assert.match(
      pruning.err(),
      new RegExp(`^configuration ${first}: delete, stores-\\w+ has taken over: changed$`, 'm'),
    );
    assert.equal((await bases()).length, 1);
  });

  it('goes back to a content that is still there by clearing the target of the newer one', async () => {
    const [second = ''] = await bases();
    await run('nginx:3');
    fixture.hub.evaluateConfigurations();
    assert.equal(image('store-001'), 'nginx:3');
    const back = await run('nginx:2');
    assert.match(back.err(), new RegExp(`→ nothing, so that ${second} applies again: changed$`, 'm'));
    fixture.hub.evaluateConfigurations();
    assert.equal(image('store-001'), 'nginx:2');
    await run('nginx:2');
    assert.deepEqual(await bases(), [second]);
  });

  it('leaves what others made alone', async () => {
    const { responseBody } = await fixture.registry.getConfigurations();
    assert.ok(responseBody.some(({ id }) => id === 'of-somebody-else'));
    assert.deepEqual(fixture.hub.desired('other', '$edgeAgent'), { $version: 1 });
  });
});
