import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportedSchema, type Reported } from '@iotedge-networking/contract';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { startHub } from '../../packages/simulator/src/hub/start-hub.ts';
import { KubeServer, playMetalLb } from '../modules/networking/support/kube-server.ts';
import { startModuleProcess, type ModuleProcess } from '../modules/networking/support/module-process.ts';
import { eventually } from '../support/eventually.ts';
import { testCertificates } from '../support/hub-fixture.ts';

const SERVICES = '/api/v1/services';
const SLICES = '/apis/discovery.k8s.io/v1/endpointslices';
const RANGE = '10.126.75.206-10.126.75.215';
const ADDRESS = ['edge', 'networking'] as const;

const entry = (change: object = {}) => ({
  expose: 'external',
  ports: { http: '8080:80/TCP' },
  backends: 'modules:web1,web2',
  ...change,
});

const document = (services: object) => ({
  schemaVersion: '1',
  computeNetwork: { externalServiceIps: { default: RANGE } },
  services: { iotedge: services },
});

describe('[wire] the networking module as a process', function () {
  this.timeout(30_000);
  let hub: Hub;
  let server: KubeServer;
  let folder: string;
  let module: ModuleProcess | undefined;
  let metalLb: NodeJS.Timeout;

  beforeEach(async () => {
    const tls = await testCertificates();
    folder = await mkdtemp(join(tmpdir(), 'networking-'));
    await writeFile(join(folder, 'ca.pem'), tls.ca);
    hub = await startHub({ tls });
    hub.ensureDevice({ deviceId: 'edge', iotEdge: true });
    hub.ensureModule(...ADDRESS);
    server = await KubeServer.start();
    server.put('/api/v1/namespaces', { metadata: { name: 'iotedge' } });
    server.put('/api/v1/nodes', {
      metadata: { name: 'k8s-1', labels: { 'node-role.kubernetes.io/master': '' } },
      status: {
        addresses: [{ type: 'InternalIP', address: '10.126.75.200' }],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
    const pools = `address-pools: [{name: default, protocol: layer2, addresses: [${RANGE}]}]`;
    server.put('/api/v1/configmaps', {
      metadata: { namespace: 'metallb-system', name: 'config' },
      data: { config: pools },
    });
    for (const name of ['web1', 'web2'])
      server.put('/api/v1/pods', {
        metadata: { namespace: 'iotedge', name, labels: { 'net.azure-devices.edge.module': name } },
        spec: { nodeName: 'k8s-1' },
        status: { podIPs: [{ ip: `172.27.0.${name.at(-1) ?? ''}` }], conditions: [{ type: 'Ready', status: 'True' }] },
      });
    let seen = 0;
    metalLb = setInterval(() => {
      if (server.version !== seen) playMetalLb(server);
      seen = server.version;
    }, 5);
  });
  afterEach(async () => {
    clearInterval(metalLb);
    await module?.end();
    module = undefined;
    await server.close();
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(env: Record<string, string> = {}): Promise<ModuleProcess> {
    module = await startModuleProcess(server, {
      EdgeHubConnectionString: hub.deviceConnectionString(...ADDRESS),
      EdgeModuleCACertificateFile: join(folder, 'ca.pem'),
      ...env,
    });
    return module;
  }

  const reported = (what: (report: Reported) => boolean): Promise<Reported> =>
    hub.awaitReported(
      ADDRESS,
      (report) => {
        const read = reportedSchema.safeParse(report);
        return read.success && what(read.data);
      },
      15_000,
    ) as Promise<Reported>;

  const ingressOf = (name: string): string => {
    const status = server.get(SERVICES, 'iotedge', name)?.status as
      { loadBalancer?: { ingress?: { ip: string }[] } } | undefined;
    return (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip).join();
  };

  it('makes a Service over two singleton modules, and reports its address, endpoints and announcer', async () => {
    hub.patchDesired(...ADDRESS, document({ shop: entry({ address: '10.126.75.210' }) }));
    await start();
    const report = await reported(({ services }) => services.iotedge?.shop?.state === 'Ready');
    const { since, ...shop } = report.services.iotedge?.shop ?? { since: '' };
    assert.match(since ?? '', /^\d{4}-/);
    assert.deepEqual(shop, {
      type: 'LoadBalancer',
      ips: '10.126.75.210',
      clusterIp: '172.28.0.9',
      ports: '8080/TCP',
      ready: '2/2',
      node: 'k8s-1',
      pool: 'default',
      dns: 'shop.iotedge.svc.cluster.local',
      state: 'Ready',
      reason: '',
      owner: 'module',
    });
    const [slice] = server.list(SLICES, 'iotedge');
    assert.deepEqual(slice?.metadata.labels, {
      'app.kubernetes.io/managed-by': 'iotedge-networking',
      'app.kubernetes.io/instance': 'edge-networking',
      'kubernetes.io/service-name': 'shop',
      'endpointslice.kubernetes.io/managed-by': 'iotedge-networking',
    });
    assert.deepEqual(report.addresses, { '10_126_75_210': 'iotedge/shop' });
    assert.equal(report.nodes['k8s-1']?.role, 'master');
  });

  it('refuses a wrong document as a whole, keeps what runs, and heals with a right one', async () => {
    hub.patchDesired(...ADDRESS, document({ shop: entry() }));
    await start();
    await reported(({ services }) => services.iotedge?.shop?.state === 'Ready');
    hub.patchDesired(...ADDRESS, document({ shop: { address: '192.0.2.1' }, other: { exposed: true } }));
    const refused = await reported(({ desired }) => desired.state === 'rejected');
    assert.equal(refused.desired.inForce, 2);
    assert.match(refused.desired.problems.services_iotedge_shop_address ?? '', /outside the external service IPs/);
    assert.equal(ingressOf('shop'), '10.126.75.206');
    hub.patchDesired(...ADDRESS, document({ shop: { address: '10.126.75.208' }, other: null }));
    const healed = await reported(({ services }) => services.iotedge?.shop?.ips === '10.126.75.208');
    assert.deepEqual(healed.desired.problems, {});
  });

  it('keeps addresses through kill -9 and the loss of a Service, and deletes what is no longer wanted', async () => {
    hub.patchDesired(...ADDRESS, document({ first: entry(), second: entry() }));
    const before = await start();
    const { services } = await reported(({ summary }) => summary.ready === 2);
    const kept = services.iotedge?.second?.ips ?? '';
    await before.end('SIGKILL');
    server.remove(SERVICES, 'iotedge', 'first');
    server.remove(SERVICES, 'iotedge', 'second');
    await start();
    await eventually('the same address', () => ingressOf('second') === kept, 10_000);
    hub.patchDesired(...ADDRESS, document({ first: null }));
    await eventually('the removal', () => server.get(SERVICES, 'iotedge', 'first') === undefined);
    const after = await reported(({ summary }) => summary.services === 1);
    assert.equal(after.services.iotedge?.second?.ips, kept);
  });

  it('catches up after lost notifications, lost answers and a cut link', async () => {
    hub.patchDesired(...ADDRESS, document({ a: entry() }));
    await start();
    await reported(({ services }) => services.iotedge?.a?.state === 'Ready');
    hub.faults.skipDesiredNotifications = 1;
    hub.patchDesired(...ADDRESS, document({ b: entry() }));
    hub.patchDesired(...ADDRESS, document({ c: entry() }));
    await reported(({ summary }) => summary.ready === 3);
    hub.dropLink(...ADDRESS);
    hub.patchDesired(...ADDRESS, document({ d: entry() }));
    await reported(({ summary }) => summary.ready === 4);
  });

  it('survives the empty answer with which edgeHub refuses a read, and goes on', async () => {
    hub.patchDesired(...ADDRESS, document({ a: entry() }));
    const { log } = await start();
    await reported(({ services }) => services.iotedge?.a?.state === 'Ready');
    hub.faults.errorProfile = 'edgeHub';
    hub.faults.throttleTwinRequests = 1;
    hub.faults.skipDesiredNotifications = 1;
    hub.patchDesired(...ADDRESS, document({ b: entry() }));
    hub.patchDesired(...ADDRESS, document({ c: entry() }));
    await module?.logged('the SDK failed, opening the connection anew');
    await reported(({ summary }) => summary.ready === 3);
    assert.equal(
      log.some(({ msg }) => msg === 'unexpected error, restarting'),
      false,
    );
  });

  it('answers direct methods and sends events', async () => {
    hub.patchDesired(...ADDRESS, document({ a: entry() }));
    await start();
    await reported(({ services }) => services.iotedge?.a?.state === 'Ready');
    const call = async (methodName: string, payload: object) =>
      hub.invokeMethod(...ADDRESS, { methodName, payload }) as Promise<{
        status: number;
        payload: Record<string, unknown>;
      }>;
    assert.equal((await call('getServices', {})).payload.total, 1);
    assert.equal((await call('explain', { namespace: 'iotedge', name: 'a' })).payload.reason, 'Ready');
    assert.equal((await call('explain', { namespace: 'iotedge', name: 'x' })).status, 404);
    assert.equal((await call('getStatus', {})).status, 200);
    assert.equal((await call('reconcile', {})).status, 202);
    server.put(SERVICES, {
      metadata: { namespace: 'iotedge', name: 'manual' },
      spec: { type: 'LoadBalancer', clusterIP: '172.28.0.7', ports: [] },
    });
    const event = await hub.awaitMessage(({ body }) => body.toString().includes('"AddressAssigned"'), 10_000);
    assert.match(event.body.toString(), /"service":"iotedge\/(a|manual)"/);
  });

  it('works from a file and from its state where there is no hub, and ends cleanly', async () => {
    const desiredFile = join(folder, 'desired.json');
    await writeFile(desiredFile, JSON.stringify(document({ a: entry() })));
    const env = { EdgeHubConnectionString: '', DESIRED_FILE: desiredFile, STATE_DIR: join(folder, 'state') };
    const first = await start(env);
    await eventually('an address', () => ingressOf('a') !== '', 10_000);
    assert.equal(await first.end(), 0);
    server.remove(SERVICES, 'iotedge', 'a');
    await rm(desiredFile);
    await start(env);
    await eventually('the Service from the state file', () => ingressOf('a') === '10.126.75.206', 10_000);
  });

  it('reports missing rights as a condition and goes on when they are granted', async () => {
    server.refusals.set('/api/v1/nodes', 403);
    hub.patchDesired(...ADDRESS, document({ a: entry() }));
    await start();
    const report = await reported(
      ({ services }) => services.iotedge?.a?.ips !== undefined && services.iotedge.a.ips !== '',
    );
    assert.match(report.conditions?.Forbidden ?? '', /nodes/);
    assert.deepEqual(report.nodes, {});
  });
});
