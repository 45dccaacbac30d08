import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { hubError, memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo, type IoParts } from '../recorded-io.ts';

const FILE = `apiVersion: iotedge-networking/v1
name: shop
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } } }
devices:
  - { id: store-001, tags: { role: store } }
  - { id: store-002, tags: { role: store } }
`;

async function run(hub: MemoryHub, command: string, parts: IoParts = {}) {
  const io = recordedIo({ files: { 'network.yaml': FILE }, hub, ...parts });
  const code = await runCli(command.split(' '), io);
  return { code, io };
}

/** A hub with a device that was there before, whose modules and tags the file set, and one that the file created. */
async function applied(): Promise<MemoryHub> {
  const hub = memoryHub();
  hub.devices.set('store-001', { iotEdge: true, tags: { owner: 'me' }, twins: new Map() });
  hub.devices.set('store-009', { iotEdge: true, tags: { role: 'store' }, twins: new Map() });
  assert.equal((await run(hub, 'apply --yes')).code, 0);
  hub.writes.length = 0;
  return hub;
}

const ownershipTag = (hub: MemoryHub): unknown => hub.devices.get('store-001')?.tags.iotedgeNetworking;

describe('[unit] iotedge-net delete', () => {
  it('deletes the devices that it made, and takes what it set from those that were there before', async () => {
    const hub = await applied();
    const { code, io } = await run(hub, 'delete', { answer: true });
    assert.equal(code, 0, io.err());
    assert.deepEqual(io.questions, ['Delete this from 2 devices of hub.test? [y/N] ']);
    assert.deepEqual([...hub.writes].sort(), [
      'apply store-001',
      'delete store-001/networking',
      'delete store-002',
      'tags store-001 {"role":null,"iotedgeNetworking":null}',
    ]);
    assert.deepEqual([...hub.devices.keys()], ['store-001', 'store-009']);
    assert.deepEqual(hub.devices.get('store-001')?.tags, { owner: 'me' });
    assert.deepEqual(hub.devices.get('store-001')?.twins.get('$edgeAgent')?.desired.modules, {});
    assert.match(io.out(), /^2 devices: 2 changed, 0 unchanged, 0 failed/);
  });

  it('says what it takes away, and does not mind a module that edgeAgent took away before', async () => {
    const hub = await applied();
    hub.failures.set('deleteModule', [hubError('Not registered.', { status: 404 })]);
    const { code, io } = await run(hub, 'delete --yes');
    assert.equal(code, 0, io.err());
    assert.match(io.err(), /^store-001: .*delete the module networking, remove tags role, iotedgeNetworking$/m);
    assert.equal(ownershipTag(hub), undefined);
    const other = await applied();
    other.failures.set('deleteModule', [hubError('Not allowed.', { status: 403 })]);
    assert.equal((await run(other, 'delete --yes')).code, 1);
  });

  it('finds nothing the second time', async () => {
    const hub = await applied();
    await run(hub, 'delete --yes');
    hub.writes.length = 0;
    const { code, io } = await run(hub, 'delete');
    assert.deepEqual([code, hub.writes, io.questions], [0, [], []]);
  });

  it('leaves everything after a no, and when there is nobody to ask', async () => {
    const hub = await applied();
    assert.equal((await run(hub, 'delete', { answer: false })).code, 1);
    const { code, io } = await run(hub, 'delete');
    assert.equal(code, 2);
    assert.match(io.err(), /There is nobody to ask: say --yes/);
    assert.deepEqual(hub.writes, []);
  });

  it('takes one device only when one is named, and refuses one without its mark', async () => {
    const hub = await applied();
    const { code, io } = await run(hub, 'delete --yes -d store-002 -d store-009');
    assert.equal(code, 1);
    assert.deepEqual(hub.writes, ['delete store-002']);
    assert.match(io.err(), /^store-009: failed: It carries no mark of the network "shop"\.$/m);
  });

  it('deletes configurations of the network before the devices, and none of others', async () => {
    const hub = await applied();
    const labels = { createdBy: 'iotedge-net', network: 'shop', deployment: 'stores' };
    const parts = { content: {}, targetCondition: '', priority: 1, metrics: {}, counts: {} };
    hub.configurations.set('stores-1', { id: 'stores-1', labels, ...parts });
    hub.configurations.set('other', { id: 'other', labels: {}, ...parts });
    await run(hub, 'delete --yes');
    assert.equal(hub.writes[0], 'delete configuration stores-1');
    assert.deepEqual([...hub.configurations.keys()], ['other']);
  });

  it('does not take a device from another network, nor does apply', async () => {
    const hub = await applied();
    const other = FILE.replace('name: shop', 'name: other');
    assert.equal((await run(hub, 'delete --yes', { files: { 'network.yaml': other } })).code, 0);
    const { code, io } = await run(hub, 'apply --yes', { files: { 'network.yaml': other } });
    assert.equal(code, 1);
    assert.match(io.err(), /^store-002: failed: The device is under the hand of the network "shop"/m);
    assert.deepEqual(hub.writes, []);
  });
});
