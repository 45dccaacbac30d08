import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { reportedSchema } from '@iotedge-networking/contract';
import { connectHub } from '@iotedge-networking/deployment';
import { trustAuthority } from '../../scripts/simulation/trust-authority.ts';
import { visitService } from '../../scripts/simulation/visit-service.ts';
import { eventually } from '../support/eventually.ts';
import { hasKubectl, kubectl, KUBECTL_MISSING, type Kubectl } from '../support/kubectl.ts';
import { simulateProcess, type SimulateProcess } from '../support/simulate-process.ts';

const WAIT_MS = 15_000;
const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: hello, namespace: default }
spec:
  replicas: 3
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello } }
    spec:
      containers:
        - name: hello
          image: nginx:1.27
          ports: [{ containerPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: hello, namespace: default }
spec:
  type: LoadBalancer
  selector: { app: hello }
  ports: [{ name: http, port: 8090, targetPort: 8080 }]
`;

describe('[journey] a stock kubectl against npm run simulate', function () {
  this.timeout(60_000);
  let simulation: SimulateProcess;
  let k: Kubectl;
  let manifest: string;

  before(async function () {
    if (!hasKubectl) {
      process.stdout.write(`${KUBECTL_MISSING}\n`);
      this.skip();
    }
    simulation = await simulateProcess();
    k = kubectl(simulation.facts.kubeconfig);
    manifest = `${simulation.facts.kubeconfig}.hello.yaml`;
    await writeFile(manifest, MANIFEST);
    await trustAuthority(simulation.facts.caFile);
  });
  after(async () => {
    if (!hasKubectl) return;
    assert.equal(await simulation.stop(), 0);
    await Promise.all([
      rm(manifest, { force: true }),
      rm(`${simulation.facts.kubeconfig}.cache`, { recursive: true, force: true }),
    ]);
  });

  const reportedService = async () => {
    const { hubConnectionString, deviceId, moduleId } = simulation.facts;
    const twin = await connectHub(hubConnectionString).getModuleTwin(deviceId, moduleId);
    return reportedSchema.parse(twin?.reported).services['default']?.['hello'];
  };

  it('lists nodes, Services and pods', async () => {
    const text = await k.clean('get', 'nodes,svc,pods', '-A', '-o', 'wide');
    assert.match(text, /node\/k8s-1 +Ready/);
    assert.match(
      text,
      /iotedge +service\/webserver +LoadBalancer +127\.\d+\.\d+\.\d+ +127\.\d+\.75\.\d+ +8080:\d+\/TCP/,
    );
    assert.match(text, /pod\/webserver2-\S+ +2\/2 +Running/);
  });

  it('watches Services', async () => {
    const child = spawn('kubectl', ['get', 'svc', '-A', '-w'], {
      env: { ...process.env, KUBECONFIG: simulation.facts.kubeconfig },
    });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await eventually('the present Services are listed', () => seen.includes('webserver'), WAIT_MS);
    await k.clean('create', 'service', 'clusterip', 'watched', '--tcp=80:80');
    await eventually('the new Service is seen', () => /default +watched +ClusterIP/.test(seen), WAIT_MS);
    await k.clean('delete', 'svc', 'watched');
    child.kill();
  });

  it('applies a Deployment with three replicas and a LoadBalancer Service, which answers from all of them', async () => {
    await k.clean('apply', '-f', manifest);
    const address = await eventually(
      'the Service has an address of the range',
      async () =>
        (await k.clean('get', 'svc', 'hello', '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}')) || undefined,
      2000,
    );
    assert.match(address, /^127\.\d+\.75\.2\d\d$/);
    await k.clean('wait', '--for=condition=available', 'deployment/hello', '--timeout=20s');
    await k.clean('rollout', 'status', 'deployment/hello', '--timeout=20s');
    const visit = await visitService({ address, port: 8090, replicas: 3, timeoutMs: WAIT_MS });
    assert.deepEqual([visit.httpStatus, visit.replicas.length], [200, 3]);
    const reported = await eventually(
      'the module reports it ready',
      async () => {
        const service = await reportedService();
        return service?.ready === '3/3' && service.state === 'Ready' ? service : undefined;
      },
      WAIT_MS,
    );
    assert.deepEqual([reported.owner, reported.ips, reported.type], ['other', address, 'LoadBalancer']);
  });

  it('applying it again changes nothing', async () =>
    assert.match(
      await k.clean('apply', '-f', manifest),
      /deployment\.apps\/hello unchanged\nservice\/hello unchanged/,
    ));

  it('scales', async () => {
    await k.clean('scale', 'deployment/hello', '--replicas=1');
    await k
      .clean('wait', '--for=jsonpath={.status.replicas}=1', 'deployment/hello', '--timeout=20s')
      .catch(async () => {
        // kubectl before 1.23 cannot wait for a JSON path.
        await k.clean('rollout', 'status', 'deployment/hello', '--timeout=20s');
      });
    await eventually(
      'one pod is left',
      async () => (await k.clean('get', 'pods', '-l', 'app=hello', '-o', 'name')).trim().split('\n').length === 1,
      WAIT_MS,
    );
  });

  it('describes the Service with its address, endpoints and events', async () => {
    const text = await k.clean('describe', 'svc', 'hello');
    assert.match(text, /LoadBalancer Ingress: +127\.\d+\.75\./);
    assert.match(text, /Endpoints: +127\.\d+\.\d+\.\d+:8080/);
    assert.match(text, /IPAllocated +\S+ +metallb-controller/);
  });

  it('deletes, and the Service disappears from the reported properties', async () => {
    await k.clean('delete', '-f', manifest);
    assert.match((await k.run('get', 'svc', 'hello')).stderr, /services "hello" not found/);
    await eventually('the module no longer reports it', async () => (await reportedService()) === undefined, WAIT_MS);
    await eventually(
      'no pod is left',
      async () => (await k.run('get', 'pods', '-l', 'app=hello', '-o', 'name')).stdout === '',
      WAIT_MS,
    );
  });
});
