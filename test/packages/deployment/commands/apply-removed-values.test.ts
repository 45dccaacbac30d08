import assert from 'node:assert/strict';
import { applyTwinPatch } from '@iotedge-networking/contract';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import type { JsonObject } from '../../../../packages/deployment/src/generate/sorted-json.ts';
import { hubError, memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';

const device = (id: string, pin: string): string =>
  `  - { id: ${id}, tags: { role: store }, apps: { web: { address: ${pin} } } }\n`;
const FILE = `apiVersion: iotedge-networking/v1
name: shop
computeNetwork: { externalServiceIps: 10.0.0.10-10.0.0.19 }
apps:
  web: { image: "web:1", expose: external, ports: { http: 80 } }
  old: { image: "old:1", expose: internal, ports: { http: 81 } }
devices:
${device('store-001', '10.0.0.12')}${device('store-002', '10.0.0.13')}`;
const AT_SCALE = `${FILE}deployments:
  - { id: stores, targetCondition: "tags.role='store'", priority: 10 }
`;
const withoutOld = (file: string): string => file.replace(/ {2}old: .*\n/, '');

async function run(hub: MemoryHub, command: string, file: string) {
  const io = recordedIo({ hub, files: { 'network.yaml': file } });
  const code = await runCli(command.split(' '), io);
  return { code, out: io.out() };
}

const desired = (hub: MemoryHub): JsonObject => hub.devices.get('store-001')?.twins.get('networking')?.desired ?? {};
const servicesOf = (hub: MemoryHub): unknown => (desired(hub) as { services?: { iotedge?: object } }).services?.iotedge;

/** Plays the hub, which writes what its module configurations say. */
function evaluateConfigurations(hub: MemoryHub): void {
  for (const { content } of hub.configurations.values())
    for (const [key, value] of Object.entries((content as { moduleContent?: JsonObject }).moduleContent ?? {}))
      for (const { twins } of hub.devices.values()) {
        const twin = twins.get('networking');
        assert.ok(twin !== undefined);
        const path = key.slice('properties.desired.'.length).split('.');
        const patch = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as JsonObject;
        twins.set('networking', { ...twin, desired: applyTwinPatch(twin.desired, patch) });
      }
}

describe('[unit] values that network.yaml does not have any more', () => {
  it('are taken from a device with a deployment of its own, and shown by a plan as gone', async () => {
    const hub = memoryHub();
    await run(hub, 'apply --yes', FILE);
    assert.deepEqual(Object.keys(servicesOf(hub) as object).sort(), ['old', 'web']);
    const { out } = await run(hub, 'plan --hub', withoutOld(FILE));
    assert.match(out, /^ {2}- module old$/m);
    assert.match(out, /^ {2}- desired networking services\.iotedge\.old\.expose: "internal"$/m);
    await run(hub, 'apply --yes', withoutOld(FILE));
    assert.deepEqual(servicesOf(hub), { web: { expose: 'external', address: '10.0.0.12' } });
  });

  it('are taken from a device of an automatic deployment when no configuration names them any more', async () => {
    const hub = memoryHub();
    await run(hub, 'apply --yes', AT_SCALE);
    evaluateConfigurations(hub);
    assert.deepEqual(servicesOf(hub), {
      old: { expose: 'internal' },
      web: { expose: 'external', address: '10.0.0.12' },
    });
    const file = withoutOld(AT_SCALE);
    const { out } = await run(hub, 'plan --hub', file);
    assert.match(out, /^ {2}- desired networking services\.iotedge\.old\.expose: "internal"$/m);
    await run(hub, 'apply --yes', file);
    assert.deepEqual(servicesOf(hub), { web: { expose: 'external', address: '10.0.0.12' } });
    hub.writes.length = 0;
    await run(hub, 'apply --yes', file);
    assert.deepEqual(
      hub.writes.filter((write) => write.includes('store-')),
      [],
    );
  });

  it('are taken one by one, and what is the device’s own beside them stays', async () => {
    const hub = memoryHub();
    await run(hub, 'apply --yes', AT_SCALE);
    evaluateConfigurations(hub);
    const file = AT_SCALE.replace('apps: { web: { address: 10.0.0.12 } } }', 'apps: {} }');
    assert.match(
      (await run(hub, 'plan --hub', file)).out,
      /- desired networking services\.iotedge\.web\.address: "10\.0\.0\.12"/,
    );
    await run(hub, 'apply --yes', file);
    assert.deepEqual(servicesOf(hub), { old: { expose: 'internal' }, web: { expose: 'external' } });
  });
});

describe('[unit] tags that network.yaml does not have any more', () => {
  const withTags = (file: string, tags: string): string => file.replace('tags: { role: store }', `tags: ${tags}`);
  const tagsOf = (hub: MemoryHub): JsonObject => hub.devices.get('store-001')?.tags ?? {};
  const moduleTags = (hub: MemoryHub): unknown => hub.devices.get('store-001')?.twins.get('networking')?.tags;

  it('are taken from the device, and those of others stay; then nothing is left to do', async () => {
    const hub = memoryHub();
    await run(hub, 'apply --yes', withTags(FILE, '{ role: store, wave: one }'));
    await hub.mergeTags('store-001', { costCentre: 'c1' });
    const { out } = await run(hub, 'plan --hub', FILE);
    assert.match(out, /^ {2}- tag wave: "one"$/m);
    assert.match(out, /^ {2}~ tag iotedgeNetworking\.tags: "role,wave" → "role"$/m);
    await run(hub, 'apply --yes', FILE);
    const mark = { network: 'shop', made: 'device', tags: 'role' };
    assert.deepEqual(tagsOf(hub), { role: 'store', costCentre: 'c1', iotedgeNetworking: mark });
    hub.writes.length = 0;
    await run(hub, 'apply --yes', FILE);
    assert.deepEqual(hub.writes, []);
    assert.match((await run(hub, 'plan --hub', FILE)).out, /^No changes\.$/m);
  });

  it('are taken from a device that was there before, too', async () => {
    const hub = memoryHub();
    hub.devices.set('store-001', { iotEdge: true, tags: { costCentre: 'c1' }, twins: new Map() });
    await run(hub, 'apply --yes', FILE);
    await run(hub, 'apply --yes', withTags(FILE, '{}'));
    assert.deepEqual(tagsOf(hub), { costCentre: 'c1', iotedgeNetworking: { network: 'shop', made: 'modules' } });
  });

  it('leave the networking module first, so that an interruption does not make them forgotten there', async () => {
    const hub = memoryHub();
    await run(hub, 'apply --yes', AT_SCALE);
    evaluateConfigurations(hub);
    assert.deepEqual(moduleTags(hub), { role: 'store' });
    hub.writes.length = 0;
    hub.failures.set('mergeTags', [hubError('Forbidden.', { status: 403 })]);
    const without = withTags(AT_SCALE, '{}');
    assert.equal((await run(hub, 'apply --yes', without)).code, 1);
    assert.deepEqual([moduleTags(hub), tagsOf(hub).role], [{}, 'store']);
    assert.equal((await run(hub, 'apply --yes', without)).code, 0);
    assert.equal(tagsOf(hub).role, undefined);
    const order = hub.writes.filter((write) => write.includes('store-001')).map((write) => write.split(' ')[0]);
    assert.deepEqual(order, ['patch', 'tags', 'apply']);
  });
});
