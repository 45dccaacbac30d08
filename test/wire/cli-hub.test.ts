import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';
import { readNetworkFile, type ReadNetwork } from '../../packages/deployment/src/network-file/network-file.ts';
import { planDevice } from '../../packages/deployment/src/plan/plan-device.ts';
import { reportOf } from '../packages/deployment/plan/applied-device.ts';
import { sampleReported } from '../packages/deployment/sample-reported.ts';

const MAIN = fileURLToPath(new URL('../../packages/deployment/src/main.ts', import.meta.url));
const TEMPLATE = fileURLToPath(new URL('../../deployment-templates/two-tier/network.yaml', import.meta.url));

async function readTwoTier(): Promise<ReadNetwork> {
  const outcome = readNetworkFile(await readFile(TEMPLATE, 'utf8'), { file: TEMPLATE, environment: {} });
  assert.ok(outcome.ok);
  return outcome.value;
}

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('[wire] iotedge-net as a process against the hub', function () {
  this.timeout(60_000);
  let fixture: HubFixture;
  let folder: string;
  let caFile: string;
  // A copy: apply writes its history beside the file.
  let twoTier: string;

  before(async () => {
    fixture = await startHubFixture();
    folder = await mkdtemp(join(tmpdir(), 'iotedge-net-'));
    caFile = join(folder, 'ca.pem');
    await writeFile(caFile, fixture.certificates.ca);
    twoTier = join(folder, 'network.yaml');
    await copyFile(TEMPLATE, twoTier);
  });
  after(async () => {
    await fixture.close();
    await rm(folder, { recursive: true, force: true });
  });

  function run(flags: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
    const env = {
      PATH: process.env.PATH ?? '',
      IOTHUB_CONNECTION_STRING: fixture.hub.connectionString(),
      NODE_EXTRA_CA_CERTS: caFile,
      ...environment,
    };
    const child = spawn(process.execPath, [MAIN, ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
    });
  }

  it('plans everything as new before anything is applied', async () => {
    const { code, out, err } = await run(['plan', twoTier, '--hub']);
    assert.equal(code, 0, err);
    assert.match(out, /^store-001: \d+ changes\n {2}\+ IoT Edge device\n/);
    assert.match(out, /\n {2}\+ address iotedge\/webserver: 10\.126\.75\.207 from pool default/);
  });

  it('applies the two-tier example: device, tags, modules and the module’s desired properties', async () => {
    const { hub } = fixture;
    const { code, out, err } = await run(['apply', twoTier, '--yes']);
    assert.equal(code, 0, err);
    assert.match(out, /^1 device: 1 changed, 0 unchanged, 0 failed/);
    const device = (await fixture.registry.get('store-001')).responseBody;
    assert.deepEqual({ ...device.capabilities }, { iotEdge: true });
    const twin = (await fixture.registry.getTwin('store-001')).responseBody;
    const iotedgeNetworking = { network: 'two-tier', made: 'device', tags: 'region,role' };
    assert.deepEqual({ ...twin.tags }, { role: 'store', region: 'emea', iotedgeNetworking });
    const modules = hub.desired('store-001', '$edgeAgent').modules as object;
    assert.deepEqual(Object.keys(modules).sort(), ['database', 'networking', 'webserver', 'webserver2']);
    const services = hub.desired('store-001', 'networking').services as {
      iotedge: { webserver: { backends: string } };
    };
    assert.equal(services.iotedge.webserver.backends, 'modules:webserver,webserver2');
  });

  it('sends nothing the second time', async () => {
    const versions = () =>
      ['$edgeAgent', '$edgeHub', 'networking'].map((name) => fixture.hub.desired('store-001', name).$version);
    const before = versions();
    const { code, out } = await run(['apply', twoTier, '--json']);
    const document = JSON.parse(out) as { ok: boolean; devices: { outcome: string }[] };
    assert.deepEqual([code, document.ok, document.devices.map((device) => device.outcome)], [0, true, ['unchanged']]);
    assert.deepEqual(versions(), before);
  });

  it('waits until the module reports the version applied', async () => {
    const { hub } = fixture;
    const running = run(['apply', twoTier, '--yes', '--wait', '--interval', '0.1', '--timeout', '10']);
    const version = Number(hub.desired('store-001', 'networking').$version);
    const { desired, ...rest } = sampleReported();
    hub.patchReported('store-001', 'networking', { ...rest, desired: { ...desired, version } });
    const { code, err } = await running;
    assert.equal(code, 0, err);
    assert.match(err, new RegExp(`store-001: version ${version} applied after`));
  });

  it('shows the status, of the file’s devices and by query', async () => {
    const detach = fixture.hub.attach('store-001', 'networking');
    for (const flags of [['status', twoTier], ['status'], ['status', '--device', 'store-001']]) {
      const { code, out, err } = await run(flags);
      assert.equal(code, 0, err);
      assert.match(out, /^ {2}iotedge\/web +LoadBalancer +10\.0\.0\.11 +80\/TCP +2\/2 +Ready/m);
    }
    const { out } = await run(['status', '--json']);
    detach();
    const document = JSON.parse(out) as { devices: { reported: object }[] };
    const { $version, ...reported } = fixture.hub.reported('store-001', 'networking');
    assert.equal(typeof $version, 'number');
    assert.deepEqual(document.devices[0]?.reported, reported);
  });

  it('stops watching on SIGINT with exit code 0', async () => {
    const env = {
      PATH: process.env.PATH ?? '',
      IOTHUB_CONNECTION_STRING: fixture.hub.connectionString(),
      NODE_EXTRA_CA_CERTS: caFile,
    };
    const child = spawn(process.execPath, [MAIN, 'status', '--watch'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    assert.equal(await closed, 0);
  });

  it('plans nothing where everything is as the file says, and says who would change an address', async () => {
    const { hub } = fixture;
    const { network } = await readTwoTier();
    const [device] = network.devices;
    assert.ok(device);
    const reported = { ...reportOf(planDevice(network, device)), nodes: {} };
    hub.patchReported('store-001', 'networking', {
      ...reported,
      services: { iotedge: { web: null } },
      addresses: null,
      nodes: null,
    });
    hub.patchReported('store-001', 'networking', reported);
    assert.deepEqual(await run(['plan', twoTier, '--hub']), { code: 0, out: 'No changes.\n', err: '' });
    const moved = join(folder, 'moved.yaml');
    await writeFile(moved, (await readFile(twoTier, 'utf8')).replace('.206-10.126.75.215', '.207-10.126.75.215'));
    const { code, out } = await run(['plan', moved, '--hub']);
    assert.equal(code, 0, out);
    assert.match(
      out,
      /! pool: MetalLB refuses them .*\n {2}! address iotedge\/edgehub: 10\.126\.75\.206 → 10\.126\.75\.20\d/,
    );
  });

  it('explains a Service as the module answers, and from its report when it is offline', async () => {
    const { hub } = fixture;
    const service = { type: 'LoadBalancer', ips: '10.126.75.207', node: 'k8s-1', ready: '0/2', state: 'Failing' };
    const payload = { ...service, reason: 'NoReadyEndpoints', message: 'None of 2 endpoints is ready.', hops: [] };
    const calls: unknown[] = [];
    const detach = hub.attach('store-001', 'networking', (name, request) => {
      calls.push([name, request]);
      return { status: 200, payload };
    });
    const live = await run(['explain', 'store-001', 'iotedge/webserver']);
    detach();
    assert.deepEqual(calls, [['explain', { namespace: 'iotedge', name: 'webserver' }]]);
    assert.equal(live.code, 1, live.err);
    assert.match(live.out, /as its networking module answers\): Failing, NoReadyEndpoints\n/);
    assert.match(live.out, /\nFirst broken hop: endpoints\n/);
    const offline = await run(['explain', 'store-001', 'iotedge/webserver']);
    assert.equal(offline.code, 0, offline.err);
    assert.match(offline.out, /as last reported\): Ready\n {2}Note: The networking module cannot be asked: /);
  });

  const FAILURES: readonly { why: string; environment: () => Record<string, string>; message: RegExp }[] = [
    {
      why: 'a certificate that is not trusted',
      environment: () => ({ NODE_EXTRA_CA_CERTS: '' }),
      message: /The certificate of localhost is not trusted .* set NODE_EXTRA_CA_CERTS/,
    },
    {
      why: 'a wrong key',
      environment: () => ({
        IOTHUB_CONNECTION_STRING: fixture.hub
          .connectionString()
          .replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=d3Jvbmc='),
      }),
      message: /localhost refused the credentials/,
    },
    {
      why: 'a policy without the right',
      environment: () => ({ IOTHUB_CONNECTION_STRING: fixture.hub.connectionString('device') }),
      message: /localhost refused the credentials\. Check the connection string, that its policy allows this/,
    },
  ];
  for (const { why, environment, message } of FAILURES)
    it(`says what to do about ${why}`, async () => {
      const { code, err, out } = await run(['status'], environment());
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, message);
    });
});
