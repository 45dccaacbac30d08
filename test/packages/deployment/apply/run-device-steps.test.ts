import assert from 'node:assert/strict';
import { createHubSession } from '../../../../packages/deployment/src/apply/hub-session.ts';
import { makeApplyPlan, replanner } from '../../../../packages/deployment/src/apply/apply-plan.ts';
import { runApplyPlan } from '../../../../packages/deployment/src/apply/run-apply-plan.ts';
import type { ApplyEvent } from '../../../../packages/deployment/src/apply/run-device-steps.ts';
import { hubError, memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';
import { checkedNetwork, type NetworkParts } from '../sample-network.ts';

const APPS = { web: { image: 'nginx:1' } };

async function apply(hub: MemoryHub, parts: NetworkParts = { apps: APPS }, beforeRun: () => void = () => undefined) {
  const source = checkedNetwork(parts);
  const io = recordedIo();
  const session = createHubSession(io, hub);
  const { devices } = source.network;
  const plan = await makeApplyPlan(session, { source, devices, base: 'own', whole: true });
  beforeRun();
  const events: ApplyEvent[] = [];
  const replan = replanner(session, source);
  const byId = new Map(devices.map((device) => [device.id, device]));
  const run = {
    session,
    onEvent: (event: ApplyEvent) => events.push(event),
    replan: (id: string) => {
      const device = byId.get(id);
      assert.ok(device);
      return replan(device);
    },
  };
  return { results: await runApplyPlan(run, plan), events, io };
}

const conflict = () => hubError('The etag does not match (412001).', { status: 412 });

describe('[unit] carrying out a plan', () => {
  it('reads and plans a device anew when somebody else wrote first, and gives up after three times', async () => {
    const hub = memoryHub();
    hub.failures.set('mergeTags', [conflict()]);
    const once = await apply(hub);
    assert.deepEqual([once.results[0]?.outcome, once.io.waits], ['changed', []]);
    const again = memoryHub();
    again.failures.set('mergeTags', [1, 2, 3, 4].map(conflict));
    const { results } = await apply(again);
    assert.deepEqual([results[0]?.outcome, results[0]?.message], ['failed', 'The etag does not match (412001).']);
  });

  it('goes on with a device that somebody created meanwhile', async () => {
    const hub = memoryHub();
    const { results } = await apply(hub, { apps: APPS }, () => {
      hub.devices.set('store-001', { iotEdge: true, tags: { a: 'b' }, twins: new Map() });
    });
    assert.equal(results[0]?.outcome, 'changed');
    assert.deepEqual(hub.devices.get('store-001')?.tags, {
      a: 'b',
      iotedgeNetworking: { network: 'shop', made: 'modules' },
    });
  });

  it('looks before it deploys: what a query did not show yet is not written again', async () => {
    const hub = memoryHub();
    await apply(hub);
    const twins = hub.devices.get('store-001')?.twins;
    const agent = twins?.get('$edgeAgent');
    assert.ok(twins && agent);
    twins.set('$edgeAgent', { ...agent, desired: {} });
    hub.writes.length = 0;
    const { results } = await apply(hub, { apps: APPS }, () => twins.set('$edgeAgent', agent));
    assert.deepEqual([results[0]?.outcome, hub.writes], ['unchanged', []]);
  });

  it('knows its own creation again after an interruption between creating and marking', async () => {
    const hub = memoryHub();
    hub.failures.set('mergeTags', [hubError('Gone.', { status: 500 })]);
    assert.equal((await apply(hub)).results[0]?.outcome, 'failed');
    await apply(hub);
    assert.deepEqual(hub.devices.get('store-001')?.tags.iotedgeNetworking, { network: 'shop', made: 'device' });
  });

  it('tries nothing else once the hub refuses the credentials', async () => {
    const hub = memoryHub();
    const devices = Array.from({ length: 300 }, (_, index) => ({ id: `store-${index}` }));
    hub.failures.set('createDevices', [hubError('No.', { status: 401 })]);
    const { results } = await apply(hub, { apps: APPS, devices });
    assert.equal(results.filter(({ outcome }) => outcome === 'failed').length >= 100, true);
    assert.deepEqual(
      results.filter(({ outcome }) => outcome === 'changed'),
      [],
    );
  });

  it('creates a hundred devices with one request', async () => {
    const hub = memoryHub();
    const devices = Array.from({ length: 250 }, (_, index) => ({ id: `store-${index}` }));
    let requests = 0;
    const createDevices = hub.createDevices.bind(hub);
    hub.createDevices = (ids, remark) => {
      requests += 1;
      return createDevices(ids, remark);
    };
    const { results, events } = await apply(hub, { apps: APPS, devices });
    assert.deepEqual([requests, results.every(({ outcome }) => outcome === 'changed')], [3, true]);
    assert.equal(events.filter(({ kind }) => kind === 'device').length, 250);
  });
});
