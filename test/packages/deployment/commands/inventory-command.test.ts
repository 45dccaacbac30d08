import assert from 'node:assert/strict';
import type { Reported } from '../../../../packages/contract/src/index.ts';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { HubError } from '../../../../packages/deployment/src/commands/hub-gateway.ts';
import { memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo, type IoParts } from '../recorded-io.ts';
import { sampleReported } from '../sample-reported.ts';

const LAST_SEEN = '2026-01-01T08:00:00Z';

const DUAL: Reported['services'] = {
  plant: {
    hmi: {
      type: 'LoadBalancer',
      ips: '10.0.0.12,2001:db8::12',
      ports: '443/TCP,5000/UDP',
      clusterIp: '172.28.0.9',
      dns: 'hmi.plant.svc.cluster.local',
      state: 'Failing',
      reason: 'NoReadyEndpoints',
    },
    queue: { type: 'ClusterIP', ports: '5672/TCP', state: 'Ready', reason: '' },
  },
};

/** One device in order, one that is out of reach, one that has reported nothing. */
function fleet(): MemoryHub {
  const hub = memoryHub();
  const add = (deviceId: string, connectionState: string, reported: object, tags = {}) => {
    const twin = { deviceId, moduleId: 'networking', connectionState, desired: {}, desiredVersion: 1 };
    const twins = new Map([['networking', { ...twin, lastSeen: LAST_SEEN, reported: { ...reported } }]]);
    hub.devices.set(deviceId, { iotEdge: true, tags, twins });
  };
  add('store-001', 'Connected', sampleReported(), { region: 'emea', rack: { row: 1 } });
  add('Plant:7', 'Disconnected', sampleReported({ services: DUAL }), { region: 'apac' });
  add('silent', 'Disconnected', {});
  return hub;
}

async function inventory(flags: string, parts: IoParts = {}) {
  const io = recordedIo({ hub: fleet(), ...parts });
  const code = await runCli(['inventory', ...flags.split(' ').filter((flag) => flag !== '')], io);
  return { code, io };
}

describe('[unit] iotedge-net inventory', () => {
  it('lists every Service of every device as a table, marks what is stale, and counts who is left out', async () => {
    const { code, io } = await inventory('');
    assert.equal(code, 0);
    assert.equal(
      io.out(),
      `DEVICE      SERVICE       TYPE           ADDRESSES                PORTS              STATE     REASON             STALE
Plant:7     plant/hmi     LoadBalancer   10.0.0.12,2001:db8::12   443/TCP,5000/UDP   Failing   NoReadyEndpoints   stale
Plant:7     plant/queue   ClusterIP      -                        5672/TCP           Ready     -                  stale
store-001   iotedge/web   LoadBalancer   10.0.0.11                80/TCP             Ready     -                  -
`,
    );
    assert.equal(
      io.err(),
      '1 device left out: nothing that can be read was reported.\n1 device marked stale: unreachable, or behind its desired version.\n',
    );
  });

  it('writes CSV with every column', async () => {
    const { io } = await inventory('--format csv');
    assert.deepEqual(io.out().split('\r\n'), [
      'device,service,type,addresses,ports,cluster_ip,dns,state,reason,stale,last_seen',
      `Plant:7,plant/hmi,LoadBalancer,10.0.0.12 2001:db8::12,443/TCP 5000/UDP,172.28.0.9,hmi.plant.svc.cluster.local,Failing,NoReadyEndpoints,stale,${LAST_SEEN}`,
      `Plant:7,plant/queue,ClusterIP,,5672/TCP,,,Ready,,stale,${LAST_SEEN}`,
      `store-001,iotedge/web,LoadBalancer,10.0.0.11,80/TCP,,,Ready,,,${LAST_SEEN}`,
      '',
    ]);
  });

  it('writes a hosts file', async () => {
    const { io } = await inventory('--format hosts --domain stores.example');
    assert.deepEqual(io.out().split('\n').slice(1), [
      `10.0.0.12\thmi.plant.plant-7-187a1f.stores.example\t# stale, last seen ${LAST_SEEN}`,
      `2001:db8::12\thmi.plant.plant-7-187a1f.stores.example\t# stale, last seen ${LAST_SEEN}`,
      '10.0.0.11\tweb.iotedge.store-001.stores.example',
      '',
    ]);
  });

  it('writes a zone file whose serial is the time', async () => {
    const { io } = await inventory('-f dns --external');
    assert.deepEqual(io.out().split('\n').slice(1), [
      '$ORIGIN edge.internal.',
      '$TTL 300',
      `@ IN SOA localhost. hostmaster.edge.internal. ( ${Date.UTC(2026, 0, 1) / 1000} 3600 600 604800 300 )`,
      '@ IN NS localhost.',
      `hmi.plant.plant-7-187a1f IN A 10.0.0.12 ; stale, last seen ${LAST_SEEN}`,
      `hmi.plant.plant-7-187a1f IN AAAA 2001:db8::12 ; stale, last seen ${LAST_SEEN}`,
      'web.iotedge.store-001 IN A 10.0.0.11',
      '',
    ]);
  });

  it('writes targets for Prometheus: TCP ports of external addresses, tags as labels', async () => {
    const { io } = await inventory('-f prometheus');
    assert.deepEqual(JSON.parse(io.out()), [
      {
        targets: ['10.0.0.12:443', '[2001:db8::12]:443'],
        labels: {
          iotedge_device: 'Plant:7',
          iotedge_namespace: 'plant',
          iotedge_service: 'hmi',
          iotedge_tag_region: 'apac',
        },
      },
      {
        targets: ['10.0.0.11:80'],
        labels: {
          iotedge_device: 'store-001',
          iotedge_namespace: 'iotedge',
          iotedge_service: 'web',
          iotedge_tag_region: 'emea',
        },
      },
    ]);
  });

  it('writes an inventory for Ansible: hosts with their first node, groups by tag and of the stale', async () => {
    const { io } = await inventory('-f ansible');
    const { all } = JSON.parse(io.out()) as {
      all: { hosts: Record<string, Record<string, unknown>>; children: Record<string, { hosts: object }> };
    };
    assert.deepEqual(Object.keys(all.hosts), ['Plant:7', 'store-001']);
    assert.equal(all.hosts['store-001']?.ansible_host, '10.0.0.1');
    assert.deepEqual(all.hosts['store-001'].iotedge_services, [
      {
        namespace: 'iotedge',
        name: 'web',
        addresses: ['10.0.0.11'],
        ports: [{ port: 80, protocol: 'TCP' }],
        state: 'Ready',
      },
    ]);
    assert.deepEqual(all.children, {
      region_apac: { hosts: { 'Plant:7': {} } },
      region_emea: { hosts: { 'store-001': {} } },
      stale: { hosts: { 'Plant:7': {} } },
    });
  });

  it('prints one JSON document, into a file when one is named', async () => {
    const { io } = await inventory('--json -o out.json --device store-001');
    assert.equal(io.out(), '');
    const document = JSON.parse(io.written.get('out.json') ?? '') as { ok: boolean; devices: { id: string }[] };
    assert.deepEqual([document.ok, document.devices.map(({ id }) => id)], [true, ['store-001']]);
  });

  it('asks the hub for the devices of a condition', async () => {
    const recorded = recordedIo({ hub: fleet() });
    assert.equal(await runCli(['inventory', '--where', "tags.region = 'emea'", '-f', 'csv'], recorded), 0);
    assert.match(recorded.out(), /\r\nstore-001,iotedge\/web,[^\n]*\r\n$/);
    assert.doesNotMatch(recorded.out(), /Plant/);
  });

  it('says which option a condition came from that the hub does not take, and goes on saying what else is wrong', async () => {
    const ask = async (status: number): Promise<{ readonly code: number; readonly err: string }> => {
      const hub = fleet();
      hub.failures.set('queryDevices', [new HubError('No column "tag" at 70.', { status, transient: false })]);
      const recorded = recordedIo({ hub });
      return { code: await runCli(['inventory', '--where', 'tag = 1'], recorded), err: recorded.err() };
    };
    const refused = await ask(400);
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /--where: the hub does not take "tag = 1" .*: No column "tag" at 70\. Columns are counted/,
    );
    assert.doesNotMatch((await ask(401)).err, /--where/);
  });

  it('finds the addresses of Services whose details a cut report left out', async () => {
    const hub = fleet();
    const services = { iotedge: { web: { state: 'Ready' as const, reason: '' as const } } };
    hub.reportFrom('store-001', 'networking', { ...sampleReported({ services }) });
    const { io } = await inventory('-f csv -d store-001', { hub });
    assert.match(io.out(), /\r\nstore-001,iotedge\/web,LoadBalancer,10\.0\.0\.11,,,,Ready,/);
  });

  it('says that there is nothing', async () => {
    const { io } = await inventory('', { hub: memoryHub() });
    assert.equal(io.out(), 'No Services.\n');
  });

  const BAD: readonly { flags: readonly string[]; message: RegExp }[] = [
    { flags: ['--domain', 'Stores!'], message: /--domain "Stores!" is no domain name\. Give one such as/ },
    { flags: ['--format', 'yaml'], message: /Give one of table, json, csv, hosts, dns, prometheus, ansible/ },
    { flags: ['--where', 'a = 1', '-d', 'x'], message: /--where and --device both say which devices/ },
    { flags: ['--units', '0'], message: /Give a whole number from 1 on\./ },
    { flags: ['--tier', 'B1'], message: /Give one of S1, S2, S3, free/ },
    { flags: ['missing.yaml'], message: /Cannot read missing\.yaml: there is no such file/ },
  ];
  for (const { flags, message } of BAD)
    it(`refuses ${flags.join(' ')} and says what to do`, async () => {
      const io = recordedIo({ hub: fleet() });
      assert.equal(await runCli(['inventory', ...flags], io), 2);
      assert.match(io.err(), message);
    });
});
