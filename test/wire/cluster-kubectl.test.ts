import assert from 'node:assert/strict';
import type { Cluster } from '../../packages/simulator/src/cluster/cluster.ts';
import { kubectlFor, kubectlMissing, type Kubectl } from '../packages/simulator/cluster/support/kubectl.ts';
import { startReadyPods } from '../packages/simulator/cluster/support/ready-pods.ts';
import { testCluster } from '../packages/simulator/cluster/support/test-cluster.ts';
import { eventually } from '../support/eventually.ts';

const services = { group: '', version: 'v1', plural: 'services' };

const application = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: web
        image: nginx:1.15
        ports: [{ containerPort: 80, name: http }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: LoadBalancer
  selector: { app: web }
  ports: [{ name: http, port: 8080, targetPort: http }]
`;

// An older and a newer server: kubectl validates by OpenAPI v2 against the one, by the server's own field validation against the other.
for (const serverVersion of ['1.20.15', '1.28.15']) {
  describe(`[wire] kubectl against the simulated cluster ${serverVersion}`, function () {
    this.timeout(60_000);
    let cluster: Cluster;
    let kubectl: Kubectl;
    const ends: (() => unknown)[] = [];

    before(async function () {
      const missing = kubectlMissing();
      if (missing !== undefined) {
        process.stdout.write(`\n  skipped: kubectl against the simulated cluster: ${missing}\n`);
        this.skip();
      }
      cluster = await testCluster({ serverVersion });
      kubectl = kubectlFor(cluster.kubeconfig());
      ends.push(
        startReadyPods(cluster.client),
        () => kubectl.dispose(),
        () => cluster.close(),
      );
      kubectl.write('application.yaml', application);
    });

    after(async () => {
      for (const end of ends) await end();
    });

    /** Runs a command that must work without a word on standard error. */
    const clean = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await kubectl.run(...args);
      assert.deepEqual({ code, err }, { code: 0, err: '' }, `kubectl ${args.join(' ')}\n${out}`);
      return out;
    };

    it('lists nodes, services and pods of all namespaces, wide', async () => {
      const out = await clean('get', 'nodes,svc,pods', '-A', '-o', 'wide');
      assert.match(
        out,
        /NAMESPACE +NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP|NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP/,
      );
      assert.match(out, /node\/k8s-1 +Ready +control-plane,master +\S+ +v1\.\d+\.\d+ +10\.126\.75\.200 +<none>/);
      assert.match(out, /default +service\/kubernetes +ClusterIP +172\.28\.0\.1 +<none> +443\/TCP/);
    });

    it('applies a Deployment with three replicas and a LoadBalancer Service, and waits for them', async () => {
      assert.match(
        await clean('apply', '-f', 'application.yaml'),
        /deployment\.apps\/web created\nservice\/web created/,
      );
      await clean('wait', '--for=condition=available', 'deployment/web', '--timeout=20s');
      assert.match(await clean('rollout', 'status', 'deployment/web', '--timeout=20s'), /successfully rolled out/);
      assert.match(await clean('get', 'deployment', 'web'), /web +3\/3 +3 +3/);
      assert.match(
        await clean('get', 'svc', 'web'),
        /web +LoadBalancer +172\.28\.\d+\.\d+ +<pending> +8080:3\d{4}\/TCP/,
      );
      const pods = await clean('get', 'pods', '-l', 'app=web', '-o', 'name');
      assert.equal(pods.trim().split('\n').length, 3);
    });

    it('applies the same again and says that nothing changed', async () => {
      assert.match(
        await clean('apply', '-f', 'application.yaml'),
        /deployment\.apps\/web unchanged\nservice\/web unchanged/,
      );
    });

    it('watches services: each change is a line', async () => {
      const watch = kubectl.start('get', 'svc', '-A', '-w');
      await eventually('the present services', () => watch.lines().some((line) => /web +LoadBalancer/.test(line)));
      cluster.client.patch(
        services,
        { namespace: 'default', name: 'web' },
        {
          kind: 'merge',
          subresource: 'status',
          body: { status: { loadBalancer: { ingress: [{ ip: '10.126.75.210' }] } } },
        },
      );
      await eventually('the address', () =>
        watch.lines().some((line) => /web +LoadBalancer +\S+ +10\.126\.75\.210/.test(line)),
      );
      const headings = watch.lines().filter((line) => line.startsWith('NAMESPACE'));
      assert.equal(headings.length, 1);
      await watch.stop();
    });

    it('describes a service with its address, endpoints and events', async () => {
      const out = await clean('describe', 'svc', 'web');
      assert.match(out, /LoadBalancer Ingress: +10\.126\.75\.210/);
      // kubectl since 1.31 reads EndpointSlices v1 only, which 1.20 does not have.
      if (serverVersion !== '1.20.15')
        assert.match(out, /Endpoints: +172\.27\.0\.\d+:80,172\.27\.0\.\d+:80,172\.27\.0\.\d+:80/);
    });

    it('scales, rolls out a new image and rolls it back', async () => {
      assert.match(await clean('scale', 'deployment', 'web', '--replicas=5'), /scaled/);
      await clean('rollout', 'status', 'deployment/web', '--timeout=20s');
      assert.match(await clean('get', 'deployment', 'web'), /web +5\/5/);
      await clean('set', 'image', 'deployment/web', 'web=nginx:1.16');
      await clean('rollout', 'status', 'deployment/web', '--timeout=20s');
      assert.equal(
        await clean('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].spec.containers[0].image}'),
        Array(5).fill('nginx:1.16').join(' '),
      );
      await clean('rollout', 'undo', 'deployment/web');
      await clean('rollout', 'status', 'deployment/web', '--timeout=20s');
      assert.match(await clean('rollout', 'history', 'deployment/web'), /REVISION +CHANGE-CAUSE\n2 +<none>\n3 +<none>/);
    });

    it('labels, annotates and patches in three ways', async () => {
      await clean('label', 'svc', 'web', 'tier=front');
      await clean('annotate', 'svc', 'web', 'note=here');
      await clean('patch', 'svc', 'web', '-p', '{"spec":{"ports":[{"name":"http","port":8080,"targetPort":81}]}}');
      assert.equal(await clean('get', 'svc', 'web', '-o', 'jsonpath={.spec.ports[*].targetPort}'), '81');
      await clean(
        'patch',
        'svc',
        'web',
        '--type=json',
        '-p',
        '[{"op":"replace","path":"/spec/ports/0/targetPort","value":82}]',
      );
      await clean('patch', 'svc', 'web', '--type=merge', '-p', '{"spec":{"loadBalancerIP":"10.126.75.211"}}');
      assert.equal(
        await clean(
          'get',
          'svc',
          'web',
          '-o',
          'jsonpath={.spec.ports[0].targetPort} {.spec.loadBalancerIP} {.metadata.labels.tier}',
        ),
        '82 10.126.75.211 front',
      );
    });

    it('prints objects as YAML, JSON and names', async () => {
      assert.match(await clean('get', 'svc', 'web', '-o', 'yaml'), /^apiVersion: v1\nkind: Service/);
      const list = JSON.parse(await clean('get', 'svc', '-o', 'json')) as { kind: string; items: { kind: string }[] };
      assert.deepEqual([list.kind, list.items[0]?.kind], ['List', 'Service']);
      assert.equal(await clean('get', 'svc', '-o', 'name'), 'service/kubernetes\nservice/web\n');
    });

    it('knows the resources, the version and where the cluster is', async () => {
      assert.match(await clean('api-resources'), /services +svc +v1 +true +Service/);
      assert.match(await clean('api-versions'), /^discovery\.k8s\.io\/v1/m);
      const { out } = await kubectl.run('version');
      assert.ok(out.includes(`v${serverVersion}`), out);
      assert.match(await clean('cluster-info'), /is running at/);
      assert.match(await clean('auth', 'can-i', 'create', 'services'), /yes/);
      assert.match(await clean('get', '--raw', '/readyz'), /ok/);
    });

    it('creates objects by its generators', async () => {
      await clean('create', 'namespace', 'plant');
      await clean('create', 'configmap', 'settings', '--from-literal=a=b', '-n', 'plant');
      await clean('create', 'deployment', 'plc', '--image=plc:1', '--replicas=2', '-n', 'plant');
      await clean('rollout', 'status', 'deployment/plc', '-n', 'plant', '--timeout=20s');
      await clean('create', 'service', 'loadbalancer', 'plc', '--tcp=502:502', '-n', 'plant');
      await clean('create', 'serviceaccount', 'reader', '-n', 'plant');
      await clean('create', 'role', 'reader', '--verb=get,list', '--resource=services', '-n', 'plant');
      await clean('create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=plant:reader', '-n', 'plant');
      assert.match(await clean('get', 'all', '-n', 'plant'), /deployment\.apps\/plc +2\/2/);
    });

    it('refuses what is wrong in the words of the real server', async () => {
      const missing = await kubectl.run('get', 'svc', 'absent');
      assert.equal(missing.err, 'Error from server (NotFound): services "absent" not found\n');
      kubectl.write('wrong.yaml', application.replace('type: LoadBalancer', 'type: LoadBalancer\n  adress: x'));
      const wrong = await kubectl.run('apply', '-f', 'wrong.yaml');
      assert.match(wrong.err, /unknown field "(spec\.)?adress"/);
      kubectl.write('clash.yaml', application.replace('port: 8080', 'port: 0'));
      const clash = await kubectl.run('apply', '-f', 'clash.yaml');
      assert.match(clash.err, /spec\.ports\[\d\]\.port: Invalid value: 0: must be between 1 and 65535, inclusive/);
    });

    it('shows what happened', async () => {
      assert.match(
        await clean('get', 'events'),
        /Normal +ScalingReplicaSet +deployment\/web +Scaled up replica set web-/,
      );
    });

    it('deletes pods, which come back, then everything', async () => {
      await clean('delete', 'pod', '-l', 'app=web', '--timeout=20s');
      await clean('rollout', 'status', 'deployment/web', '--timeout=20s');
      await clean('delete', 'namespace', 'plant', '--timeout=20s');
      assert.match(await clean('delete', '-f', 'application.yaml', '--timeout=20s'), /deployment\.apps "web" deleted/);
      const left = async (): Promise<string> => (await kubectl.run('get', 'all', '-A', '-o', 'name')).out;
      await eventually('everything is gone', async () => (await left()) === 'service/kubernetes\n', 10_000);
    });
  });
}
