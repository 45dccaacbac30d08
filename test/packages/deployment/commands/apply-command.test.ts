import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { hubError, memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo, type IoParts, type RecordedIo } from '../recorded-io.ts';
import { sampleReported } from '../sample-reported.ts';

const FILE = `apiVersion: iotedge-networking/v1
name: shop
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } } }
devices:
  - { id: store-001, tags: { role: store } }
  - { id: store-002 }
`;
/** The mark of a device that the file created. */
const MADE = '"iotedgeNetworking":{"network":"shop","made":"device"}';
const ONE = '--device store-001';

async function apply(hub: MemoryHub, flags: string, parts: IoParts & { text?: string } = {}) {
  const { text = FILE, ...others } = parts;
  const io = recordedIo({ files: { 'network.yaml': text }, hub, ...others });
  const code = await runCli(['apply', ...flags.split(' ').filter((flag) => flag !== '')], io);
  return { code, io };
}

function lastLine(io: RecordedIo): string {
  return io.out().trim().split('\n').at(-1) ?? '';
}

describe('[unit] iotedge-net apply', () => {
  it('creates devices, sets tags and modules, says what and how long', async () => {
    const hub = memoryHub();
    const { code, io } = await apply(hub, '--yes');
    assert.equal(code, 0);
    assert.deepEqual([...hub.writes].sort(), [
      'apply store-001',
      'apply store-002',
      'create store-001',
      'create store-002',
      `tags store-001 {"role":"store",${MADE.replace('}', ',"tags":"role"}')}}`,
      `tags store-002 {${MADE}}`,
    ]);
    assert.match(
      io.err(),
      /^store-001: create the IoT Edge device, set tags role, iotedgeNetworking, set modules \(changes \$edgeAgent, \$edgeHub, networking\)$/m,
    );
    assert.equal(lastLine(io), '2 devices: 2 changed, 0 unchanged, 0 failed (0.0 s)');
  });

  it('sends nothing when nothing differs', async () => {
    const hub = memoryHub();
    await apply(hub, '--yes');
    hub.writes.length = 0;
    const { code, io } = await apply(hub, '');
    assert.deepEqual([code, hub.writes, io.questions], [0, [], []]);
    assert.equal(lastLine(io), '2 devices: 0 changed, 2 unchanged, 0 failed (0.0 s)');
  });

  it('does not mind an object without content that the hub dropped, nor tags of others', async () => {
    const hub = memoryHub();
    await apply(hub, `--yes ${ONE}`);
    const device = hub.devices.get('store-001')!;
    const agent = device.twins.get('$edgeAgent')!;
    device.twins.set('$edgeAgent', { ...agent, desired: { ...agent.desired, extra: {} } });
    device.tags = { ...device.tags, other: 'kept' };
    hub.writes.length = 0;
    await apply(hub, `--yes ${ONE}`);
    assert.deepEqual(hub.writes, []);
  });

  it('sets only the modules when only they differ', async () => {
    const hub = memoryHub();
    await apply(hub, '--yes');
    hub.writes.length = 0;
    const { io } = await apply(hub, `--yes ${ONE}`, { text: FILE.replace('nginx:1', 'nginx:2') });
    assert.deepEqual(hub.writes, ['apply store-001']);
    assert.match(io.err(), /^store-001: set modules \(changes \$edgeAgent\)$/m);
  });

  it('puts back what somebody changed by hand, by a patch where the runtime is not touched', async () => {
    const hub = memoryHub();
    await apply(hub, '--yes');
    const { twins } = hub.devices.get('store-001')!;
    twins.set('networking', { ...twins.get('networking')!, desired: { schemaVersion: '1' } });
    hub.writes.length = 0;
    await apply(hub, '--yes');
    assert.match(hub.writes.join(), /^patch store-001\/networking \{"computeNetwork":/);
    hub.writes.length = 0;
    await apply(hub, '--yes');
    assert.deepEqual(hub.writes, []);
  });

  it('asks before it sends', async () => {
    const hub = memoryHub();
    const { code, io } = await apply(hub, ONE, { answer: true });
    assert.equal(code, 0);
    assert.deepEqual(io.questions, ['Apply this to 1 device of hub.test? [y/N] ']);
    assert.equal(hub.writes.length, 3);
  });

  it('sends nothing after a no, and nothing when there is nobody to ask', async () => {
    const hub = memoryHub();
    const declined = await apply(hub, '--json', { answer: false });
    assert.deepEqual([declined.code, JSON.parse(declined.io.out())], [1, { ok: false, error: 'declined' }]);
    const { code, io } = await apply(hub, '');
    assert.equal(code, 2);
    assert.match(io.err(), /There is nobody to ask: say --yes/);
    assert.deepEqual(hub.writes, []);
  });

  it('leaves a device alone that is no IoT Edge device, and still serves the others', async () => {
    const hub = memoryHub();
    hub.devices.set('store-001', { iotEdge: false, tags: {}, twins: new Map() });
    const { code, io } = await apply(hub, '--yes');
    assert.equal(code, 1);
    assert.deepEqual(hub.writes, ['create store-002', `tags store-002 {${MADE}}`, 'apply store-002']);
    assert.match(io.err(), /^store-001: failed: The device exists but is no IoT Edge device\./m);
  });

  it('waits as long as a throttling hub asks, else longer each time, and says so', async () => {
    const hub = memoryHub();
    const busy = hubError('Throttled.', { status: 429, transient: true, retryAfter: 7000 });
    hub.failures.set('applyContent', [busy, hubError('Busy.', { status: 503, transient: true })]);
    const { code, io } = await apply(hub, `--yes ${ONE}`);
    assert.deepEqual([code, io.waits], [0, [7000, 1000]]);
    assert.match(io.err(), /^store-001: Throttled\. Trying again in 7\.0 s\.$/m);
  });

  it('gives up after eight attempts', async () => {
    const hub = memoryHub();
    const busy = () => hubError('Busy.', { status: 503, transient: true });
    hub.failures.set('applyContent', Array.from({ length: 8 }, busy));
    const { code, io } = await apply(hub, `--yes ${ONE}`);
    assert.deepEqual([code, io.waits], [1, [500, 1000, 2000, 4000, 8000, 15000, 15000]]);
    assert.match(io.err(), /^store-001: failed: Busy\.$/m);
  });

  it('does not retry what will not change, and reports it for that device only', async () => {
    const hub = memoryHub();
    hub.failures.set('applyContent', [hubError('Section too large (403100).', { status: 403 })]);
    const { code, io } = await apply(hub, '--yes');
    assert.deepEqual([code, io.waits], [1, []]);
    assert.equal(lastLine(io), '2 devices: 1 changed, 0 unchanged, 1 failed (0.0 s)');
  });

  it('stops at once when no device would fare better', async () => {
    const hub = memoryHub();
    hub.failures.set('getDevice', [hubError('hub.test refused the credentials.', { status: 401 })]);
    const { code, io } = await apply(hub, '--yes');
    assert.equal(code, 1);
    assert.equal(io.err(), 'error: hub.test refused the credentials.\n');
    assert.deepEqual(hub.writes, []);
  });

  it('prints one JSON document with every device', async () => {
    const { io } = await apply(memoryHub(), '--yes --json');
    const document = JSON.parse(io.out()) as { ok: boolean; devices: { id: string; outcome: string }[] };
    assert.equal(document.ok, true);
    assert.deepEqual(
      document.devices.map(({ id, outcome }) => ({ id, outcome })),
      [
        { id: 'store-001', outcome: 'changed' },
        { id: 'store-002', outcome: 'changed' },
      ],
    );
  });

  it('needs devices and a connection string', async () => {
    const noDevices = await apply(memoryHub(), '--yes', { text: 'apiVersion: iotedge-networking/v1\nname: shop\n' });
    assert.deepEqual(
      [noDevices.code, noDevices.io.err()],
      [2, 'error: network.yaml lists no devices. Add devices: [{ id: … }].\n'],
    );
    const noHub = recordedIo({ files: { 'network.yaml': FILE } });
    assert.equal(await runCli(['apply', '--yes'], noHub), 2);
    assert.match(noHub.err(), /IOTHUB_CONNECTION_STRING is not set/);
  });
});

describe('[unit] iotedge-net apply --wait', () => {
  const desired = (version: number, state: 'applied' | 'rejected' | 'applying', problems = {}) => ({
    ...sampleReported({ desired: { version, state, problems } }),
  });

  it('follows until the module reports the version applied', async () => {
    const hub = memoryHub();
    const { code, io } = await apply(hub, `--yes --wait ${ONE}`, {
      onSleep: (waits) => {
        if (waits === 2) hub.reportFrom('store-001', 'networking', desired(1, 'applying'));
        if (waits === 3) hub.reportFrom('store-001', 'networking', desired(1, 'applied'));
      },
    });
    assert.equal(code, 0);
    assert.match(io.err(), /^store-001: version 1 applied after 6\.0 s$/m);
    assert.equal(lastLine(io), '1 device: 1 changed, 0 unchanged, 0 failed, 1 applied (6.0 s)');
  });

  it('is not deceived by the report on an older version', async () => {
    const hub = memoryHub();
    await apply(hub, `--yes ${ONE}`);
    hub.reportFrom('store-001', 'networking', desired(1, 'applied'));
    const text = FILE.replace('port: 80', 'port: 81').replace('web:', 'web2:');
    const { code, io } = await apply(hub, `--yes --wait --timeout 4 ${ONE}`, { text });
    assert.equal(code, 1);
    assert.match(io.err(), /not applied: timed out: the module reports on version 1, wanted is 2/);
  });

  it('says at once why a document was rejected', async () => {
    const hub = memoryHub();
    hub.devices.set('store-001', { iotEdge: true, tags: {}, twins: new Map() });
    hub.reportFrom('store-001', 'networking', desired(1, 'rejected', { services_iotedge_web: 'is wrong.' }));
    const { code, io } = await apply(hub, `--yes --wait ${ONE}`);
    assert.deepEqual([code, io.waits], [1, []]);
    assert.match(io.err(), /not applied: the module reports "rejected"; services\.iotedge\.web: is wrong\./);
  });

  const SILENT: readonly { why: string; agent: object | undefined; expect: RegExp }[] = [
    {
      why: 'no runtime',
      agent: undefined,
      expect: /the module has not reported yet; edgeAgent has reported nothing: is IoT Edge running/,
    },
    {
      why: 'a refused manifest',
      agent: { lastDesiredVersion: 0, lastDesiredStatus: { code: 400, description: 'bad config' }, modules: {} },
      expect:
        /edgeAgent reports code 400 bad config; edgeAgent has version 0 of 1; edgeAgent sees the module not at all$/m,
    },
    {
      why: 'a module in backoff',
      agent: {
        lastDesiredVersion: 1,
        lastDesiredStatus: { code: 200 },
        modules: { networking: { runtimeStatus: 'backoff' } },
      },
      expect: /not reported yet; edgeAgent sees the module backoff$/m,
    },
  ];
  for (const { why, agent, expect } of SILENT)
    it(`says after the time-out what edgeAgent knows: ${why}`, async () => {
      const hub = memoryHub();
      const { code, io } = await apply(hub, `--yes --wait --timeout 3 --interval 1 ${ONE}`, {
        onSleep: () => {
          if (agent !== undefined) hub.reportFrom('store-001', '$edgeAgent', { ...agent });
        },
      });
      assert.equal(code, 1);
      assert.deepEqual(io.waits, [1000, 1000, 1000]);
      assert.match(io.err(), expect);
    });

  it('does not wait for a device that failed', async () => {
    const hub = memoryHub();
    hub.failures.set('createDevices', [hubError('Quota exceeded.', { status: 403 })]);
    const { code, io } = await apply(hub, `--yes --wait ${ONE}`);
    assert.deepEqual([code, io.waits], [1, []]);
  });

  it('stops when the user wants to', async () => {
    const stop = new AbortController();
    const { code, io } = await apply(memoryHub(), `--yes --wait ${ONE}`, {
      signal: stop.signal,
      onSleep: () => stop.abort(),
    });
    assert.equal(code, 1);
    assert.match(io.err(), /not applied: stopped while the module has not reported yet/);
  });
});

describe('[unit] iotedge-net apply to a fleet', () => {
  const ids = Array.from({ length: 60 }, (_, index) => `store-${String(index).padStart(3, '0')}`);
  const text = `apiVersion: iotedge-networking/v1\nname: shop\ndevices: [${ids.map((id) => `{ id: ${id} }`).join(', ')}]\n`;

  it('tells in groups what it writes and how long the rates make it last, then how far it is', async () => {
    const hub = memoryHub();
    const { code, io } = await apply(hub, '--yes', { text });
    assert.equal(code, 0);
    const lines = io.err().trim().split('\n');
    assert.match(
      lines[0] ?? '',
      /^60 devices \(store-000, store-001, store-002, 57 more\): create the IoT Edge device, /,
    );
    assert.equal(lines[1], 'The rates of the hub make this last about 2 min.');
    assert.match(lines[2] ?? '', /^\d+ of 60 devices, \d+\.\d a minute, about \d+ (s|min) left$/);
    assert.ok(lines.length < 20, io.err());
  });

  it('keeps to the rates of the size that it is told', async () => {
    const { io } = await apply(memoryHub(), '--yes --tier S1 --units 3', { text });
    assert.doesNotMatch(io.err(), /The rates of the hub/);
  });

  it('draws one line again and again on a terminal', async () => {
    const io = recordedIo({ files: { 'network.yaml': text }, hub: memoryHub() });
    const stderr = { isTTY: true, write: (line: string) => io.stderr.write(line) };
    assert.equal(await runCli(['apply', '--yes'], { ...io, stderr }), 0);
    assert.match(io.err().replaceAll('\u001b[K', '<clear>'), /left\r<clear>\d+ of 60 devices/);
  });

  it('follows a large fleet by queries, and says of each that does not follow why', async () => {
    const hub = memoryHub();
    const { code, io } = await apply(hub, '--yes --wait --timeout 30 --interval 10', {
      text,
      onSleep: () => {
        const applied = sampleReported({ desired: { version: 1, state: 'applied', problems: {} } });
        for (const id of ids.slice(1)) if (hub.devices.has(id)) hub.reportFrom(id, 'networking', { ...applied });
      },
    });
    assert.equal(code, 1);
    assert.match(
      io.err(),
      /^store-000: not applied: timed out: the module has not reported yet; edgeAgent has reported/m,
    );
    assert.match(lastLine(io), /^60 devices: 60 changed, 0 unchanged, 0 failed, 59 applied/);
  });
});
