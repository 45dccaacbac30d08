import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { checkedNetwork } from '../sample-network.ts';
import { memoryHub, type MemoryHub } from '../memory-hub.ts';
import { planDevice } from '../../../../packages/deployment/src/plan/plan-device.ts';
import { reportOf } from '../plan/applied-device.ts';
import { recordedIo } from '../recorded-io.ts';

const FILE = `apiVersion: iotedge-networking/v1
name: shop
computeNetwork: { nodeIps: 10.0.0.2-10.0.0.3, externalServiceIps: 10.0.0.10-10.0.0.12 }
apps:
  web: { image: "nginx:1", expose: external, ports: { http: 80 } }
devices:
  - id: store-001
  - id: store-002
    tags: { role: store }
`;

async function run(file: string, flags: readonly string[] = [], hub?: MemoryHub) {
  const io = recordedIo({ files: { 'network.yaml': file }, hub });
  return { code: await runCli([...flags], io), out: io.out(), err: io.err() };
}

const plan = (file: string, flags: readonly string[] = [], hub?: MemoryHub) => run(file, ['plan', ...flags], hub);

/** A hub to which the file was applied, with modules that report what was planned. */
async function appliedHub(): Promise<MemoryHub> {
  const hub = memoryHub();
  const { code, err } = await run(FILE, ['apply', '--yes'], hub);
  assert.equal(code, 0, err);
  const { network } = checkedNetwork({
    computeNetwork: { nodeIps: '10.0.0.2-10.0.0.3', externalServiceIps: '10.0.0.10-10.0.0.12' },
    apps: { web: { image: 'nginx:1', expose: 'external', ports: { http: 80 } } },
    devices: [{ id: 'store-001' }, { id: 'store-002' }],
  });
  for (const device of network.devices) hub.reportFrom(device.id, 'networking', reportOf(planDevice(network, device)));
  return hub;
}

describe('[unit] plan command', () => {
  it('plans every device, the same text each time', async () => {
    const { code, out } = await plan(FILE);
    assert.equal(code, 0);
    assert.match(out, /^store-001: profile ase-k8s, MetalLB 0\.12 \(ConfigMap\), layer2\n/);
    assert.match(out, /\n\nstore-002: profile/);
    assert.match(out, /\n2 devices, 4 Services, 4 external addresses; every Service gets what it asks for\n$/);
    assert.equal((await plan(FILE)).out, out);
  });

  it('plans chosen devices, and another MetalLB', async () => {
    const { out } = await plan(FILE, ['--device', 'store-002', '--metallb', '0.14.9']);
    assert.match(out, /^store-002: profile ase-k8s, MetalLB 0\.14\.9 \(custom resources\), layer2\n/);
    assert.doesNotMatch(out, /store-001/);
  });

  it('has a stable JSON document', async () => {
    const document = JSON.parse((await plan(FILE, ['--json', '--device', 'store-001'])).out) as {
      devices: Record<string, unknown>[];
    };
    assert.deepEqual(Object.keys(document), ['schema', 'file', 'problems', 'devices', 'ok']);
    const [device] = document.devices;
    assert.deepEqual(Object.keys(device ?? {}), [
      ...['device', 'profile', 'metallb', 'announce', 'services', 'hostPorts', 'pools', 'twins', 'notSent', 'warnings'],
    ]);
    assert.deepEqual((device?.services as unknown[])[0], {
      service: 'iotedge/edgehub',
      type: 'LoadBalancer',
      madeBy: 'edgeAgent',
      ports: ['443:443/TCP', '5671:5671/TCP', '8883:8883/TCP'],
      addresses: ['10.0.0.10'],
      choice: 'order',
      pool: 'default',
      announcer: { protocol: 'layer2', nodes: 2 },
      reason: '',
    });
  });

  it('shows what fails beside what does not', async () => {
    const { code, out } = await plan(FILE.replace('10.0.0.12 }', '10.0.0.10 }'));
    assert.equal(code, 1);
    assert.match(
      out,
      /^network\.yaml:3:\d+: N06 computeNetwork\.externalServiceIps: holds 1 address; 2 addresses are needed/,
    );
    assert.match(out, /iotedge\/edgehub .* 10\.0\.0\.10 +lowest free/);
    assert.match(out, /iotedge\/web .* - +PoolExhausted/);
    assert.match(out, /\n {2}! iotedge\/web does not get what it asks for: no available IPs/);
    assert.match(out, /; 1 problem; 2 Services would fail\n$/);
  });

  it('prints a warning and does not fail for it', async () => {
    const { code, out } = await plan(FILE.replace('nodeIps', 'subnet: 10.0.0.5/24, nodeIps'));
    assert.equal(code, 0);
    assert.match(out, /^network\.yaml:3:\d+: warning N08 /);
    assert.match(out, /; 1 warning; every Service gets/);
  });

  it('plans nothing where the file breaks a rule', async () => {
    const wrong = FILE.replace('10.0.0.12 }', '10.0.0.9 }');
    const { code, out } = await plan(wrong);
    assert.equal(code, 1);
    assert.match(out, /ends before it starts.*\nnetwork\.yaml: \d problems?; nothing was planned\.\n$/);
    const document = JSON.parse((await plan(wrong, ['--json'])).out) as { ok: boolean; devices: unknown[] };
    assert.deepEqual([document.ok, document.devices], [false, []]);
  });

  it('plans for any device where the file lists none', async () => {
    const fleet = FILE.slice(0, FILE.indexOf('devices:'));
    assert.match((await plan(fleet)).out, /^any-device: /);
    const { code, err } = await plan(fleet, ['--hub'], memoryHub());
    assert.deepEqual([code, err], [2, 'error: network.yaml lists no devices. Add devices: [{ id: … }].\n']);
  });

  describe('with --hub', () => {
    it('shows everything as new on an empty hub', async () => {
      const { code, out } = await plan(FILE, ['--hub'], memoryHub());
      assert.equal(code, 0);
      assert.match(out, /^store-001: \d+ changes\n {2}\+ IoT Edge device\n/);
      assert.match(out, /\n {2}\+ address iotedge\/web: 10\.0\.0\.11 from pool default, announced by one of 2 nodes\n/);
      assert.match(out, /\n {2}\+ tag role: "store"\n/);
      assert.match(out, /\n2 devices: 2 to change\n$/);
    });

    it('is empty when everything is applied', async () => {
      const hub = await appliedHub();
      assert.deepEqual(await plan(FILE, ['--hub'], hub), { code: 0, out: 'No changes.\n', err: '' });
      const document = JSON.parse((await plan(FILE, ['--hub', '--json'], hub)).out) as object;
      assert.deepEqual(document, {
        schema: 'iotedge-networking/plan-update/v1',
        ok: true,
        file: 'network.yaml',
        problems: [],
        devices: ['store-001', 'store-002'].map((device) => ({ device, changes: [], warnings: [] })),
      });
    });

    it('writes nothing', async () => {
      const hub = await appliedHub();
      const writes = hub.writes.length;
      await plan(FILE.replace('nginx:1', 'nginx:2'), ['--hub'], hub);
      assert.equal(hub.writes.length, writes);
    });

    it('says who would lose an address', async () => {
      const pinned = FILE.replace('ports: { http: 80 }', 'ports: { http: 80 }, address: 10.0.0.10');
      const { code, out } = await plan(pinned, ['--hub', '--device', 'store-001'], await appliedHub());
      assert.equal(code, 1);
      assert.match(out, /^store-001: 3 changes\n/);
      assert.match(
        out,
        /\n {2}~ module web settings\.createOptions\.k8s-experimental\.serviceOptions|\["k8s-experimental"\]/,
      );
      assert.match(out, /\n {2}! address iotedge\/web: 10\.0\.0\.11 → none — AddressInUse: /);
      assert.match(out, /\n1 device: 1 to change\n$/);
    });

    it('says who gets an address, and which node will announce it', async () => {
      const more = FILE.replace(
        'devices:',
        '  api: { image: "api:1", expose: external, ports: { http: 81 } }\ndevices:',
      );
      const { code, out } = await plan(more, ['--hub', '--device', 'store-001'], await appliedHub());
      assert.equal(code, 0, out);
      assert.match(out, /\n {2}\+ address iotedge\/api: 10\.0\.0\.12 from pool default, announced by k8s-2\n/);
    });

    it('shows warnings of a device that does not change', async () => {
      const hub = await appliedHub();
      const twin = await hub.getModuleTwin('store-001', 'networking');
      const nodes = { other: { ip: '10.9.9.9', role: 'master', ready: true } };
      hub.reportFrom('store-001', 'networking', { ...twin?.reported, nodes });
      const { code, out } = await plan(FILE, ['--hub'], hub);
      assert.equal(code, 1);
      assert.match(out, /^store-001: no changes\n {2}error N09 computeNetwork\.nodeIps: .*\nNo changes\.\n$/);
    });

    it('needs a hub', async () => assert.equal((await plan(FILE, ['--hub'])).code, 2));
  });
});
