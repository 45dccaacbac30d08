import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo, type IoParts } from '../recorded-io.ts';

const FILE = `apiVersion: iotedge-networking/v1
name: shop
registryCredentials:
  contoso: { address: contoso.azurecr.io, username: $PULL_USER, password: $PULL_PASSWORD }
apps:
  web: { image: contoso.azurecr.io/web:1, expose: external, ports: { http: 80 } }
devices:
  - { id: store-001, tags: { role: store } }
`;
const AT_SCALE = `${FILE}deployments:
  - { id: stores, targetCondition: "tags.role='store'", priority: 10 }
`;
const SECRETS = { PULL_USER: 'puller', PULL_PASSWORD: 'hunter2-$x' };

type Parts = IoParts & { readonly file?: string; readonly startAt?: number };

/** Runs a command and makes sure that nobody can read the secret afterwards. */
async function run(hub: MemoryHub, command: string, { file = FILE, startAt, ...parts }: Parts = {}) {
  const files = { 'network.yaml': file, ...parts.files };
  const recorded = recordedIo({ hub, environment: SECRETS, ...parts, files });
  const clock = startAt === undefined ? recorded.clock : { ...recorded.clock, now: () => startAt };
  const io = { ...recorded, clock };
  const code = await runCli(command.split(' '), io);
  const said = io.out() + io.err();
  assert.doesNotMatch(said + [...io.written.values()].join(), /hunter2/);
  return { code, said, out: io.out(), written: io.written };
}

interface Agent {
  readonly runtime: { readonly settings: { readonly registryCredentials: { readonly contoso: object } } };
}

const credentialsIn = (agent: unknown): object => (agent as Agent).runtime.settings.registryCredentials.contoso;
const onDevice = (hub: MemoryHub): object =>
  credentialsIn(hub.devices.get('store-001')?.twins.get('$edgeAgent')?.desired);
const FILLED = { address: 'contoso.azurecr.io', username: 'puller', password: 'hunter2-$x' };

describe('[unit] registry credentials that are applied', () => {
  it('reach the hub filled in, and are sent once', async () => {
    const hub = memoryHub();
    assert.equal((await run(hub, 'apply --yes')).code, 0);
    assert.deepEqual(onDevice(hub), FILLED);
    hub.writes.length = 0;
    const again = await run(hub, 'apply --yes --json');
    assert.deepEqual([again.code, hub.writes], [0, []]);
    assert.match((await run(hub, 'plan --hub')).out, /^No changes\.$/m);
  });

  it('come from .env beside the network file where the environment does not say', async () => {
    const hub = memoryHub();
    const files = { '.env': 'PULL_USER=other\nPULL_PASSWORD="hunter2-$x"\n' };
    const { code } = await run(hub, 'apply --yes', { environment: { PULL_USER: 'puller' }, files });
    assert.deepEqual([code, onDevice(hub)], [0, FILLED]);
  });

  it('are put into automatic deployments', async () => {
    const hub = memoryHub();
    assert.equal((await run(hub, 'apply --yes', { file: AT_SCALE })).code, 0);
    const base = [...hub.configurations.values()].find(({ content }) => 'modulesContent' in content);
    const { $edgeAgent } = (base?.content as { modulesContent: Record<string, Record<string, unknown>> })
      .modulesContent;
    assert.deepEqual(credentialsIn($edgeAgent?.['properties.desired']), FILLED);
  });

  it('change on the device when they change in the environment, which a plan shows without saying them', async () => {
    const hub = memoryHub();
    await run(hub, 'apply --yes');
    const environment = { ...SECRETS, PULL_PASSWORD: 'hunter3' };
    const plan = await run(hub, 'plan --hub', { environment });
    assert.match(
      plan.out,
      /~ desired \$edgeAgent runtime\.settings\.registryCredentials\.contoso\.password \(not shown\)/,
    );
    assert.doesNotMatch(plan.said, /hunter/);
    const { said } = await run(hub, 'apply --yes', { environment });
    assert.doesNotMatch(said, /hunter/);
    assert.deepEqual(onDevice(hub), { ...FILLED, password: 'hunter3' });
  });

  it('are never sent as bare names: apply says what is not set, and writes nothing', async () => {
    for (const file of [FILE, AT_SCALE]) {
      const hub = memoryHub();
      const { code, said, written } = await run(hub, 'apply --yes', { file, environment: { PULL_USER: 'puller' } });
      assert.equal(code, 2);
      assert.match(
        said,
        /registryCredentials: PULL_PASSWORD is not set\. Set it in the environment or in \.env beside/,
      );
      assert.deepEqual([hub.writes, written.size], [[], 0]);
    }
  });

  it('need not be known for what does not carry them', async () => {
    const hub = memoryHub();
    await hub.createDevices(['store-001'], '');
    const { code } = await run(hub, 'apply --yes --layered', { file: AT_SCALE, environment: {} });
    assert.equal(code, 0);
  });

  it('are missed by a plan, which goes on', async () => {
    const { code, said } = await run(memoryHub(), 'plan --hub', { environment: {} });
    assert.equal(code, 0);
    assert.match(said, /warning: registryCredentials: PULL_USER, PULL_PASSWORD are not set\./);
    assert.match((await run(memoryHub(), 'plan --hub --json')).said, /"problems": \[\],\n {2}"devices"/);
    const json = await run(memoryHub(), 'plan --hub --json', { environment: {} });
    assert.match(json.said, /"missingVariables": \[\n {4}"PULL_USER",\n {4}"PULL_PASSWORD"\n {2}\]/);
  });

  it('are those of today when a rollback sends them', async () => {
    const hub = memoryHub();
    const first = await run(hub, 'apply --yes');
    const file = FILE.replace('web:1', 'web:2');
    const later = { file, files: Object.fromEntries(first.written), startAt: Date.UTC(2026, 0, 2) };
    const second = await run(hub, 'apply --yes', later);
    const environment = { ...SECRETS, PULL_PASSWORD: 'hunter2-new' };
    const files = Object.fromEntries(second.written);
    assert.equal((await run(hub, 'rollback --yes', { file, files, environment })).code, 0);
    assert.deepEqual(onDevice(hub), { ...FILLED, password: 'hunter2-new' });
  });
});
