import assert from 'node:assert/strict';
import type { Reported } from '../../../../packages/contract/src/index.ts';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { hubError, memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo, type IoParts } from '../recorded-io.ts';
import { sampleReported } from '../sample-reported.ts';

const FILE = `apiVersion: iotedge-networking/v1
name: shop
networkingModule: { name: edgenet }
devices: [{ id: store-001 }, { id: store-002 }]
`;

function hubWith(
  devices: Readonly<Record<string, { desiredVersion?: number; reported: object }>>,
  moduleId = 'networking',
): MemoryHub {
  const hub = memoryHub();
  for (const [deviceId, { desiredVersion = 1, reported }] of Object.entries(devices)) {
    const twin = {
      deviceId,
      moduleId,
      connectionState: 'Connected',
      desired: {},
      desiredVersion,
      reported: { ...reported },
    };
    hub.devices.set(deviceId, { iotEdge: true, tags: {}, twins: new Map([[moduleId, twin]]) });
  }
  return hub;
}

async function status(hub: MemoryHub, flags: string, parts: IoParts = {}) {
  const io = recordedIo({ files: { 'network.yaml': FILE }, hub, ...parts });
  const code = await runCli(['status', ...flags.split(' ').filter((flag) => flag !== '')], io);
  return { code, io };
}

const pending: Reported['services'] = {
  iotedge: {
    database: { type: 'ClusterIP', ports: '5432/TCP', ready: '1/1', state: 'Ready', reason: '', owner: 'edgeAgent' },
    web: {
      type: 'LoadBalancer',
      ips: '',
      ports: '80/TCP',
      state: 'Pending',
      reason: 'PoolExhausted',
      message: 'All 10 addresses are taken.',
    },
  },
};

describe('[unit] iotedge-net status', () => {
  it('shows every device of the hub that has the module, as a table', async () => {
    const { code, io } = await status(hubWith({ 'store-001': { reported: sampleReported() } }), '');
    assert.equal(code, 0);
    assert.equal(
      io.out(),
      `store-001 (connected): version 1 applied
  metallb 0.12 configmap; pool default 10.0.0.10-10.0.0.19: 2 of 10 used
  SERVICE       TYPE           EXTERNAL-IP   PORTS    READY   STATE   REASON   OWNER
  iotedge/web   LoadBalancer   10.0.0.11     80/TCP   2/2     Ready   -        module

1 device, 1 in order
`,
    );
  });

  it('gives the reason of a Service that is not ready, conditions and what was left out', async () => {
    const reported = sampleReported({
      services: pending,
      conditions: { Forbidden: 'cannot list metallb.io ipaddresspools' },
      summary: { services: 2, ready: 1, external: 1, poolFree: 0, truncated: 'details of ready Services' },
    });
    const { code, io } = await status(hubWith({ 'store-001': { reported } }), '');
    assert.equal(code, 1);
    assert.equal(
      io.out(),
      `store-001 (connected): version 1 applied
  Forbidden: cannot list metallb.io ipaddresspools
  metallb 0.12 configmap; pool default 10.0.0.10-10.0.0.19: 2 of 10 used
  SERVICE            TYPE           EXTERNAL-IP   PORTS      READY   STATE     REASON                                       OWNER
  iotedge/database   ClusterIP      -             5432/TCP   1/1     Ready     -                                            edgeAgent
  iotedge/web        LoadBalancer   -             80/TCP     -       Pending   PoolExhausted: All 10 addresses are taken.   -
  Left out: details of ready Services

1 device, 0 in order
`,
    );
  });

  const HEADS: readonly { why: string; device: { desiredVersion?: number; reported: object }; head: string }[] = [
    { why: 'nothing reported', device: { reported: {} }, head: 'not applied: the module has not reported yet' },
    {
      why: 'an older version reported',
      device: { desiredVersion: 3, reported: sampleReported() },
      head: 'not applied: the module reports on version 1, wanted is 3',
    },
    {
      why: 'a rejected document',
      device: {
        reported: sampleReported({ desired: { version: 1, state: 'rejected', problems: { a_b: 'is bad.' } } }),
      },
      head: 'not applied: the module reports "rejected"; a.b: is bad.',
    },
    {
      why: 'another schema',
      device: { reported: { schemaVersion: '2' } },
      head: 'not applied: the module reports what this version does not understand (schemaVersion: "2" is not one of 1.)',
    },
  ];
  for (const { why, device, head } of HEADS)
    it(`says where a device stands: ${why}`, async () => {
      const { code, io } = await status(hubWith({ 'store-001': device }), '');
      assert.equal(code, 1);
      assert.equal(io.out().split('\n')[0], `store-001 (connected): ${head}`);
    });

  it('shows a device without Services or load balancer', async () => {
    const reported = sampleReported({ services: {}, pools: {}, loadBalancer: { kind: 'none' } });
    const { code, io } = await status(hubWith({ 'store-001': { reported } }), '');
    assert.equal(code, 0);
    assert.match(io.out(), /\n {2}no load balancer\n {2}No Services\.\n/);
  });

  it('shows the devices of a file, the missing ones too', async () => {
    const { code, io } = await status(
      hubWith({ 'store-001': { reported: sampleReported() } }, 'edgenet'),
      'network.yaml',
    );
    assert.equal(code, 1);
    assert.match(io.out(), /^store-001 \(connected\): version 1 applied$/m);
    assert.match(io.out(), /^store-002: not applied: the hub has no such device$/m);
    assert.match(io.out(), /^2 devices, 1 in order$/m);
  });

  it('tells a device without the module from a name that the hub does not know', async () => {
    const devices = { 'store-001': { reported: sampleReported() } };
    const { io } = await status(hubWith(devices), '-m other -d store-001 -d store-0O1');
    assert.match(io.out(), /^store-001: not applied: the module does not exist yet$/m);
    assert.match(io.out(), /^store-0O1: not applied: the hub has no such device$/m);
  });

  it('shows named devices, of a file or of the hub', async () => {
    const devices = { 'store-001': { reported: sampleReported() }, 'store-002': { reported: sampleReported() } };
    const fromFile = await status(hubWith(devices, 'edgenet'), 'network.yaml -d store-002');
    assert.match(fromFile.io.out(), /^store-002 [^]*\n1 device, 1 in order\n$/);
    const fromHub = await status(hubWith(devices, 'other'), '-m other -d store-002 -d store-001');
    assert.match(fromHub.io.out(), /^store-002 [^]*\nstore-001 [^]*\n2 devices, 2 in order\n$/);
  });

  it('prints one JSON document with what was reported', async () => {
    const reported = sampleReported();
    const { code, io } = await status(hubWith({ 'store-001': { reported } }), '--json');
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(io.out()), {
      ok: true,
      devices: [
        {
          id: 'store-001',
          connectionState: 'Connected',
          desiredVersion: 1,
          ok: true,
          stale: false,
          desired: 'version 1 applied',
          reported,
        },
      ],
    });
  });

  it('says when no device has the module', async () => {
    const { code, io } = await status(memoryHub(), '');
    assert.deepEqual([code, io.out()], [1, 'No device has the networking module.\n']);
  });

  it('refuses a bad file and a device that is not in it', async () => {
    const bad = await status(memoryHub(), 'network.yaml', { files: { 'network.yaml': 'name: shop' } });
    assert.deepEqual([bad.code, bad.io.out()], [1, '']);
    assert.equal((await status(memoryHub(), 'network.yaml -d nowhere')).code, 2);
  });
});

describe('[unit] iotedge-net status --watch', () => {
  it('prints again when something changes, goes on after an error, and stops on request', async () => {
    const hub = hubWith({ 'store-001': { reported: {} } });
    const stop = new AbortController();
    const { code, io } = await status(hub, '--watch --interval 5', {
      signal: stop.signal,
      onSleep: (waits) => {
        if (waits === 2) hub.reportFrom('store-001', 'networking', { ...sampleReported() });
        if (waits === 3) hub.failures.set('queryModules', [hubError('hub.test cannot be reached.')]);
        if (waits === 5) stop.abort();
      },
    });
    assert.equal(code, 0);
    const heads = io
      .out()
      .split('\n')
      .filter((line) => /^(---|store-001|hub)/.test(line));
    assert.deepEqual(heads, [
      '--- 2026-01-01T00:00:00.000Z',
      'store-001 (connected): not applied: the module has not reported yet',
      '--- 2026-01-01T00:00:10.000Z',
      'store-001 (connected): version 1 applied',
      '--- 2026-01-01T00:00:15.000Z',
      'hub.test cannot be reached.',
      '--- 2026-01-01T00:00:20.000Z',
      'store-001 (connected): version 1 applied',
    ]);
  });

  it('prints one JSON document per line and change', async () => {
    const hub = hubWith({ 'store-001': { reported: {} } });
    const stop = new AbortController();
    const { io } = await status(hub, '--watch --json', {
      signal: stop.signal,
      onSleep: (waits) => {
        if (waits === 1) hub.failures.set('queryModules', [hubError('down')]);
        if (waits === 2) stop.abort();
      },
    });
    const lines = io
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; error?: string });
    assert.deepEqual(
      lines.map(({ ok, error }) => ({ ok, error })),
      [
        { ok: false, error: undefined },
        { ok: false, error: 'down' },
      ],
    );
  });
});

describe('[unit] iotedge-net status of a fleet', () => {
  function fleet(): MemoryHub {
    const inOrder = Array.from({ length: 60 }, (_, index) => [
      `store-${String(index).padStart(3, '0')}`,
      { reported: sampleReported() },
    ]);
    const hub = hubWith({
      ...(Object.fromEntries(inOrder) as Record<string, { reported: object }>),
      behind: { desiredVersion: 4, reported: sampleReported() },
      failing: { reported: sampleReported({ services: pending }) },
      refused: {
        reported: sampleReported({ desired: { version: 1, state: 'rejected', problems: { a: 'is wrong' } } }),
      },
      silent: { reported: {} },
    });
    const gone = hub.devices.get('store-007')?.twins;
    const twin = gone?.get('networking');
    if (twin !== undefined)
      gone?.set('networking', { ...twin, connectionState: 'Disconnected', lastSeen: '2026-01-01T00:00:00Z' });
    return hub;
  }

  it('shows the worst first, marks what is stale, and only counts what is in order', async () => {
    const { code, io } = await status(fleet(), '');
    assert.equal(code, 1);
    const rows = io
      .out()
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(
      rows.slice(0, 6).map(([id, state, seen, , , , , what]) => [id, state, seen, what]),
      [
        ['DEVICE', 'STATE', 'LAST SEEN', 'WHAT'],
        ['refused', 'refused', 'never', 'the module reports "rejected"; a: is wrong'],
        ['failing', 'failing', 'never', 'iotedge/web: PoolExhausted: All 10 addresses are taken.'],
        ['store-007', 'unreachable', '2026-01-01T00:00:00Z', 'the rest is stale'],
        ['behind', 'waiting, stale', 'never', 'the module reports on version 1, wanted is 4'],
        ['silent', 'waiting', 'never', 'the module has not reported yet'],
      ],
    );
    assert.equal(
      io.out().trim().split('\n').at(-1),
      '64 devices: 59 in order, 2 waiting, 1 unreachable, 1 failing, 1 refused',
    );
  });

  it('shows all on request, and devices whole where that is asked for', async () => {
    const { io } = await status(fleet(), '--all');
    assert.equal(io.out().trim().split('\n').length, 1 + 64 + 2);
    const whole = await status(fleet(), '--view device');
    assert.match(
      whole.io.out(),
      /^store-007 \(disconnected, last seen 2026-01-01T00:00:00Z, what follows is stale\): version 1/m,
    );
    const few = await status(fleet(), '--view fleet -d store-001');
    assert.equal(few.io.out(), '1 device: 1 in order\n');
  });

  it('says how many troubled devices it does not show', async () => {
    const hub = hubWith(
      Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`store-${index}`, { reported: {} }])),
    );
    const { io } = await status(hub, '');
    assert.match(io.out(), /^… and 20 devices more; --all shows every one\.$/m);
  });
});
