import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createCertificates } from '../../packages/simulator/src/certificates.ts';
import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import { startEdgeRuntime } from '../../packages/simulator/src/edge/edge-runtime.ts';
import type { EdgeRuntime } from '../../packages/simulator/src/edge/edge-runtime.ts';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { startHub } from '../../packages/simulator/src/hub/start-hub.ts';
import { startBalancer } from '../../packages/simulator/src/node/balancer.ts';
import type { Balancer } from '../../packages/simulator/src/node/balancer.ts';
import { startDnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import type { DnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import { startKubelet } from '../../packages/simulator/src/node/kubelet.ts';
import type { Kubelet } from '../../packages/simulator/src/node/kubelet.ts';
import { eventually } from '../support/eventually.ts';
import { controlledCluster, refs } from '../support/node-objects.ts';

const deviceId = 'store-001';
const program = fileURLToPath(new URL('../support/workloads/sdk-module.ts', import.meta.url));
const images = [
  { image: 'sdk-module', standIn: { kind: 'command', argv: [process.execPath, program] }, note: 'test' },
] as const;

function manifest(modules: Record<string, unknown>, schemaVersion = '1.1'): unknown {
  const hubPorts = { '8883/tcp': [{ HostPort: '8883' }] };
  const edgeHub = {
    image: 'mcr.microsoft.com/azureiotedge-hub:1.1',
    createOptions: JSON.stringify({ HostConfig: { PortBindings: hubPorts } }),
  };
  return {
    modulesContent: {
      $edgeAgent: {
        'properties.desired': {
          schemaVersion,
          runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
          systemModules: {
            edgeAgent: {
              type: 'docker',
              settings: { image: 'mcr.microsoft.com/azureiotedge-agent:1.1', createOptions: '{}' },
            },
            edgeHub: { type: 'docker', status: 'running', restartPolicy: 'always', settings: edgeHub },
          },
          modules,
        },
      },
      $edgeHub: {
        'properties.desired': {
          schemaVersion: '1.1',
          routes: {},
          storeAndForwardConfiguration: { timeToLiveSecs: 7200 },
        },
      },
    },
  };
}

function moduleEntry(image: string, createOptions: unknown = {}): unknown {
  return {
    type: 'docker',
    status: 'running',
    restartPolicy: 'always',
    settings: { image, createOptions: JSON.stringify(createOptions) },
  };
}

describe('[wire] IoT Edge runtime', function () {
  this.timeout(30_000);
  let hub: Hub;
  let client: ObjectClient;
  let dns: DnsServer;
  let balancer: Balancer;
  let edge: EdgeRuntime;
  let kubelet: Kubelet;
  let endControllers: () => void;

  beforeEach(async () => {
    const tls = await createCertificates(['edgehub']);
    hub = await startHub({ tls, gatewayNames: ['edgehub'] });
    hub.ensureDevice({ deviceId, iotEdge: true });
    ({ client, end: endControllers } = await controlledCluster());
    dns = await startDnsServer({ client });
    balancer = startBalancer({ client });
    edge = await startEdgeRuntime({ hub, client, deviceId, trustBundle: tls.ca, hubPorts: { mqtt: hub.mqttPort } });
    kubelet = startKubelet({
      client,
      podSubnet: '172.99.0.0/16',
      dns: dns.address,
      images: [...images, ...edge.images],
    });
  });

  afterEach(async () => {
    await kubelet.close();
    await edge.close();
    balancer.close();
    endControllers();
    await dns.close();
    await hub.close();
  });

  type Reported = {
    lastDesiredVersion?: number;
    lastDesiredStatus?: { code: number; description: string };
    modules?: Record<string, { runtimeStatus: string; restartCount: number }>;
    systemModules?: Record<string, { runtimeStatus: string }>;
  };
  const awaitAgent = async (predicate: (reported: Reported) => boolean | undefined): Promise<Reported> =>
    await hub.awaitReported([deviceId, '$edgeAgent'], (reported) => predicate(reported) === true, 15_000);
  const apply = (modules: Record<string, unknown>, schemaVersion?: string) =>
    hub.applyConfigurationContent(deviceId, manifest(modules, schemaVersion));
  const deploymentNames = () =>
    client
      .list(refs.deployments, { namespace: 'iotedge' })
      .map(({ metadata }) => metadata.name)
      .sort();

  it('says that its configuration is empty until there is one', async () => {
    const { lastDesiredStatus } = await awaitAgent(({ lastDesiredStatus: status }) => status !== undefined);
    assert.equal(lastDesiredStatus?.code, 417);
    assert.deepEqual(deploymentNames(), ['iotedged']);
  });

  it('runs a module with the unmodified device SDK, through its sidecar and edgeHub', async () => {
    apply({ probe: moduleEntry('sdk-module:1') });
    const reported = await hub.awaitReported([deviceId, 'probe'], ({ ready }) => ready === true, 20_000);
    assert.match(String(reported['pod']), /^probe-/);
    const answer = await hub.invokeMethod(deviceId, 'probe', { methodName: 'hello', connectTimeoutInSeconds: 10 });
    assert.deepEqual(answer, { status: 200, payload: { from: reported['pod'] } });
    const agent = await awaitAgent(({ modules }) => modules?.['probe']?.runtimeStatus === 'running');
    assert.equal(agent.lastDesiredStatus?.code, 200);
    assert.equal(agent.lastDesiredVersion, hub.desired(deviceId, '$edgeAgent')['$version']);
    assert.equal(agent.systemModules?.['edgeHub']?.runtimeStatus, 'running');
    await hub.awaitReported([deviceId, '$edgeHub'], ({ clients }) => JSON.stringify(clients).includes('"Connected"'));
  });

  it('makes a LoadBalancer Service of port bindings, and removes module, Service and identity with the deployment', async () => {
    apply({ web: moduleEntry('nginx:1.27', { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } }) });
    const service = await eventually('the Service', () =>
      client.get(refs.services, { namespace: 'iotedge', name: 'web' }),
    );
    assert.equal((service['spec'] as { type: string }).type, 'LoadBalancer');
    await awaitAgent(({ modules }) => modules?.['web']?.runtimeStatus === 'running');
    apply({});
    await awaitAgent(({ modules }) => modules !== undefined && !('web' in modules));
    assert.equal(client.get(refs.services, { namespace: 'iotedge', name: 'web' }), undefined);
    assert.deepEqual(deploymentNames(), ['edgeagent', 'edgehub', 'iotedged']);
    assert.equal(hub.identity(deviceId, 'web'), undefined);
  });

  it('restarts a killed module within a second and counts it', async () => {
    apply({ probe: moduleEntry('sdk-module:1') });
    await hub.awaitReported([deviceId, 'probe'], ({ ready }) => ready === true, 20_000);
    const [pod] = client
      .list(refs.pods, { namespace: 'iotedge' })
      .filter(({ metadata }) => metadata.name.startsWith('probe-'));
    const pid = () => kubelet.pids('iotedge', pod?.metadata.name ?? '')['probe'];
    const killed = pid();
    assert.ok(killed !== undefined, JSON.stringify(pod));
    const killedAt = Date.now();
    process.kill(killed, 'SIGKILL');
    await eventually('a new process', () => pid() !== undefined && pid() !== killed);
    assert.ok(Date.now() - killedAt < 1000);
    const { modules } = await awaitAgent(({ modules: now }) => now?.['probe']?.restartCount === 1);
    assert.equal(modules?.['probe']?.restartCount, 1);
    await hub.awaitConnected([deviceId, 'probe'], true, 15_000);
  });

  it('keeps the last good deployment when a document breaks a rule, and says which', async () => {
    apply({ web: moduleEntry('nginx:1.27') });
    await awaitAgent(({ modules }) => modules?.['web'] !== undefined);
    const before = deploymentNames();
    const cases: [number, Record<string, unknown>, string?][] = [
      [412, {}, '1.4'],
      [400, { web: moduleEntry('nginx:1.27', 'not an object') }],
      [500, { my_web: moduleEntry('nginx:1.27'), myweb: moduleEntry('nginx:1.27'), MyWeb: moduleEntry('nginx:1.27') }],
    ];
    for (const [code, modules, schemaVersion] of cases) {
      apply(modules, schemaVersion);
      const { lastDesiredStatus } = await awaitAgent(({ lastDesiredStatus: status }) => status?.code === code);
      assert.notEqual(lastDesiredStatus?.description, '', String(code));
      assert.deepEqual(deploymentNames(), before);
    }
  });

  it('reports a refusal of the Kubernetes API and tries again', async () => {
    const twice = { '80/tcp': [{ HostPort: '8080' }, { HostPort: '8081' }] };
    apply({ web: moduleEntry('nginx:1.27', { HostConfig: { PortBindings: twice } }) });
    const { lastDesiredStatus } = await awaitAgent(({ lastDesiredStatus: status }) => status?.code === 500);
    assert.match(lastDesiredStatus?.description ?? '', /Service web: .*hostport-80-tcp/);
    assert.deepEqual(deploymentNames(), ['iotedged']);
  });

  it('gives signatures to the module they belong to only', async () => {
    const sign = (moduleId: string, generation: string) =>
      fetch(
        `http://127.0.0.1:${edge.workloadPort}/modules/${encodeURIComponent(moduleId)}/genid/${generation}/sign?api-version=2018-06-28`,
        {
          method: 'POST',
          body: JSON.stringify({ keyId: 'primary', algo: 'HMACSHA256', data: Buffer.from('x').toString('base64') }),
        },
      );
    const { generationId } = hub.ensureModule(deviceId, 'probe', 'IotEdge');
    const good = await sign('probe', generationId);
    assert.equal(good.status, 200);
    assert.match(good.headers.get('content-type') ?? '', /application\/json/);
    assert.match(((await good.json()) as { digest: string }).digest, /^[\w+/]{43}=$/);
    for (const [moduleId, generation] of [
      ['probe', 'other'],
      ['nobody', generationId],
    ] as const) {
      const bad = await sign(moduleId, generation);
      assert.equal(bad.status, 404);
      assert.ok('message' in ((await bad.json()) as object));
    }
    const bundle = await fetch(`http://127.0.0.1:${edge.workloadPort}/trust-bundle?api-version=2018-06-28`);
    assert.match(((await bundle.json()) as { certificate: string }).certificate, /BEGIN CERTIFICATE/);
    assert.equal((await fetch(`http://127.0.0.1:${edge.workloadPort}/trust-bundle`)).status, 400);
  });
});
