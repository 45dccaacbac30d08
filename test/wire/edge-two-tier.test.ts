import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import { startBalancer } from '../../packages/simulator/src/node/balancer.ts';
import type { Balancer } from '../../packages/simulator/src/node/balancer.ts';
import { startDnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import type { DnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import { startKubelet } from '../../packages/simulator/src/node/kubelet.ts';
import type { Kubelet } from '../../packages/simulator/src/node/kubelet.ts';
import { eventually } from '../support/eventually.ts';
import { controlledCluster, refs, serviceObject } from '../support/node-objects.ts';

describe('[wire] pods, balancer and DNS together', function () {
  this.timeout(20_000);
  let client: ObjectClient;
  let dns: DnsServer;
  let balancer: Balancer;
  let kubelet: Kubelet;
  let endControllers: () => void;

  function deploy(name: string, replicas: number, image: string, port: number): void {
    const labels = { app: name };
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: 'main', image, ports: [{ containerPort: port }] }] },
    };
    const spec = { replicas, selector: { matchLabels: labels }, template };
    client.create(refs.deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop' },
      spec,
    });
    const ports = [{ port, targetPort: port, protocol: 'TCP' }];
    client.create(refs.services, serviceObject(name, { selector: labels, ports } as object));
  }

  beforeEach(async () => {
    ({ client, end: endControllers } = await controlledCluster());
    dns = await startDnsServer({ client });
    balancer = startBalancer({ client });
    kubelet = startKubelet({ client, podSubnet: '172.99.0.0/16', dns: dns.address });
  });
  afterEach(async () => {
    await kubelet.close();
    balancer.close();
    endControllers();
    await dns.close();
  });

  type Answer = { ok: boolean; replica: string; row?: { name: string }; hop?: string };
  async function ask(): Promise<Answer> {
    const { clusterIP } = (
      client.get(refs.services, { namespace: 'shop', name: 'web' }) as unknown as { spec: { clusterIP: string } }
    ).spec;
    const response = await fetch(`http://${clusterIP.replace(/^\d+/, '127')}:8080/?format=json`, {
      headers: { connection: 'close' },
    });
    return (await response.json()) as Answer;
  }

  it('serve the sample application: every replica shows a row it read through the database by name', async () => {
    deploy('database', 1, 'contoso.azurecr.io/iotedge-networking/database:1', 5432);
    deploy('web', 2, 'contoso.azurecr.io/iotedge-networking/webserver:1', 8080);
    const replicas = new Set<string>();
    await eventually(
      'both replicas with a row',
      async () => {
        const answer = await ask().catch(() => undefined);
        if (answer?.row?.name.startsWith('line-') === true) replicas.add(answer.replica);
        return replicas.size === 2;
      },
      15_000,
    );
    const seen = Object.keys(balancer.connections('shop', 'database'));
    assert.equal(seen.length, 1);
    client.remove(refs.deployments, { namespace: 'shop', name: 'database' });
    await eventually('the broken hop', async () => (await ask()).hop === 'connection', 10_000);
    client.remove(refs.services, { namespace: 'shop', name: 'database' });
    await eventually('the missing name', async () => (await ask()).hop === 'name', 10_000);
  });

  it('leave no process behind when the simulator is killed', async () => {
    const program = fileURLToPath(new URL('../support/workloads/kubelet-parent.ts', import.meta.url));
    const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    assert.ok(pid > 1);
    parent.kill('SIGKILL');
    await eventually('the workload is gone', () => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    });
  });
});
