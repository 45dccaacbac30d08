import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { ProbeTarget } from '../../modules/networking/src/decide/plan-probes.ts';
import { askNetwork } from '../../modules/networking/src/probe/ask-network.ts';
import { Prober } from '../../modules/networking/src/probe/prober.ts';
import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import { startBalancer, type Balancer } from '../../packages/simulator/src/node/balancer.ts';
import { startDnsServer, type DnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import type { ServiceSpec } from '../../packages/simulator/src/node/service.ts';
import { eventually } from '../support/eventually.ts';
import { emptyCluster, endpoint, refs, serviceObject, sliceObject } from '../support/node-objects.ts';

const BACKEND_PORT = 18_081;
const EXTERNAL = '127.98.75.206';
const POD = '127.98.0.1';

describe('[wire] probes over the simulator’s balancer and CoreDNS', function () {
  this.timeout(20_000);
  let client: ObjectClient;
  let balancer: Balancer;
  let dns: DnsServer;
  let pod: Server;
  let prober: Prober;

  beforeEach(async () => {
    client = await emptyCluster();
    balancer = startBalancer({ client });
    dns = await startDnsServer({ client });
    pod = createServer((socket) => socket.end('hello'));
    pod.listen(BACKEND_PORT, POD);
    await once(pod, 'listening');
    const timing = { intervalMs: 40, confirmMs: 20, confirmNameMs: 20, gapMs: 1 };
    const clock = { now: () => performance.now(), random: () => 0.5, onChange: () => undefined };
    prober = new Prober({ ask: askNetwork, ...clock, timing });
  });
  afterEach(async () => {
    prober.stop();
    balancer.close();
    pod.close();
    await dns.close();
  });

  const ready = (isReady: boolean): void => {
    const slice = sliceObject(
      'web',
      [endpoint('172.98.0.1', isReady)],
      [{ name: 'http', port: BACKEND_PORT, protocol: 'TCP' }],
    );
    const present = client.get(refs.slices, { namespace: 'shop', name: slice.metadata.name });
    if (present === undefined) client.create(refs.slices, slice);
    else client.update(refs.slices, slice);
  };

  it('follow a Service: it answers, stops, answers again; and its name leads to its cluster IP', async () => {
    const ports = [{ name: 'http', port: 8080, targetPort: BACKEND_PORT, protocol: 'TCP' }];
    client.create(refs.services, serviceObject('web', { type: 'LoadBalancer', ports }));
    const body = { status: { loadBalancer: { ingress: [{ ip: EXTERNAL }] } } };
    client.patch(refs.services, { namespace: 'shop', name: 'web' }, { kind: 'merge', subresource: 'status', body });
    ready(true);
    const { spec } = client.get(refs.services, { namespace: 'shop', name: 'web' }) as unknown as { spec: ServiceSpec };
    const address: ProbeTarget = { kind: 'tcp', id: 'tcp', service: 'shop/web', address: EXTERNAL, port: 8080 };
    const server = { address: dns.host, port: dns.port };
    const name = { kind: 'dns', id: 'dns', service: 'shop/web', server, name: 'web.shop.svc.cluster.local' } as const;
    await eventually('an answer', async () => (await askNetwork(address, 1000)).kind === 'right');
    prober.watch([address, { ...name, expected: spec.clusterIP ?? '' }]);
    ready(false);
    const trouble = await eventually('the trouble', () => prober.findings.troubles.get('shop/web'));
    assert.deepEqual(trouble, { reason: 'Unreachable', message: `${EXTERNAL}:8080 refuses connections.` });
    ready(true);
    await eventually('the recovery', () => prober.findings.troubles.size === 0);
    prober.watch([address, { ...name, id: 'other', expected: '10.0.0.1' }]);
    const mismatch = await eventually('the mismatch', () => prober.findings.troubles.get('shop/web'));
    assert.equal(mismatch.reason, 'DnsMismatch');
    assert.match(
      mismatch.message,
      /^For web\.shop\.svc\.cluster\.local the cluster DNS answers .*; the cluster IP is 10\.0\.0\.1\.$/,
    );
    assert.deepEqual(prober.findings.conditions, {});
  });
});
