import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { createSocket } from 'node:dgram';
import { fileURLToPath } from 'node:url';
import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import { dataPathAddress } from '../../packages/simulator/src/node/data-path-address.ts';
import { startDnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import type { DnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import { startKubelet } from '../../packages/simulator/src/node/kubelet.ts';
import type { Kubelet, KubeletOptions } from '../../packages/simulator/src/node/kubelet.ts';
import { eventually } from '../support/eventually.ts';
import { emptyCluster, eventsAbout, isReady, podNow, podObject, refs } from '../support/node-objects.ts';

const script = (url: URL) => [process.execPath, fileURLToPath(url)];
const crash = script(new URL('../support/workloads/crash.ts', import.meta.url));
const stubborn = script(new URL('../support/workloads/stubborn.ts', import.meta.url));
const inspect = script(new URL('../support/workloads/inspect.ts', import.meta.url));
const images = [
  { image: 'crash', standIn: { kind: 'command', argv: crash }, note: 'ends at once' },
  { image: 'stubborn', standIn: { kind: 'command', argv: stubborn }, note: 'ignores SIGTERM' },
  { image: 'inspect', standIn: { kind: 'command', argv: inspect }, note: 'tells what it sees' },
] as const;

describe('[wire] kubelet with real processes', function () {
  this.timeout(20_000);
  let client: ObjectClient;
  let dns: DnsServer;
  let kubelet: Kubelet;

  async function start(options: Partial<KubeletOptions> = {}): Promise<void> {
    client = await emptyCluster();
    dns = await startDnsServer({
      client,
      forward: () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' })),
    });
    kubelet = startKubelet({ client, podSubnet: '172.99.0.0/16', dns: dns.address, images, ...options });
  }
  const ready = (name: string) =>
    eventually(`${name} is ready`, () => isReady(podNow(client, name)) && podNow(client, name), 15_000);
  const url = (name: string, port: number, path = '') =>
    `http://${dataPathAddress(podNow(client, name)?.status?.podIP ?? '')}:${port}${path}`;
  const pidOf = (name: string) => kubelet.pids('shop', name)['main'];
  const isGone = (pid: number) => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };

  afterEach(async () => {
    await kubelet.close();
    await dns.close();
  });

  it('gives a pod an address and runs it until it answers there under its own name', async () => {
    await start();
    client.create(refs.pods, podObject('web-1', { ports: [{ containerPort: 8080 }] }));
    const pod = await ready('web-1');
    assert.equal(pod.status?.podIP, '172.99.0.1');
    assert.equal(pod.status.hostIP, '10.99.75.200');
    assert.equal(pod.status.phase, 'Running');
    const answer = (await (await fetch(url('web-1', 8080, '/hello?format=json'))).json()) as Record<string, unknown>;
    assert.equal(answer['replica'], 'web-1');
    assert.equal(answer['path'], '/hello');
    assert.deepEqual(
      eventsAbout(client, 'web-1').map(({ reason }) => reason),
      ['Pulled', 'Created', 'Started'],
    );
    assert.match(
      kubelet.logs({ namespace: 'shop', pod: 'web-1' })?.lines()[0]?.text ?? '',
      /serving HTTP on port 8080/,
    );
  });

  it('echoes datagrams on a UDP port', async () => {
    await start();
    client.create(refs.pods, podObject('udp-1', { ports: [{ containerPort: 5300, protocol: 'UDP' }] }));
    const pod = await ready('udp-1');
    const socket = createSocket('udp4');
    const answer = new Promise<string>((resolve) => socket.once('message', (message) => resolve(message.toString())));
    socket.send('hi', 5300, dataPathAddress(pod.status?.podIP ?? ''));
    assert.equal(await answer, 'udp-1: hi');
    socket.close();
  });

  it('restarts a killed container at once the first time, and counts it', async () => {
    await start();
    client.create(refs.pods, podObject('web-1', { ports: [{ containerPort: 8080 }] }));
    await ready('web-1');
    const killed = pidOf('web-1') ?? 0;
    const killedAt = Date.now();
    process.kill(killed, 'SIGKILL');
    await eventually('a new process', () => pidOf('web-1') !== undefined && pidOf('web-1') !== killed);
    assert.ok(Date.now() - killedAt < 1000, `restarted after ${Date.now() - killedAt} ms`);
    const status = await eventually('restartCount 1', () => {
      const [first] = podNow(client, 'web-1')?.status?.containerStatuses ?? [];
      return first?.restartCount === 1 && first;
    });
    assert.equal(status.lastState.terminated?.exitCode, 137);
    await ready('web-1');
  });

  it('backs off from a container that keeps crashing', async () => {
    await start({ backOff: { initialMs: 300, maxMs: 1000, resetAfterMs: 60_000 } });
    client.create(refs.pods, podObject('bad', { image: 'crash' }));
    const waiting = await eventually(
      'CrashLoopBackOff',
      () => podNow(client, 'bad')?.status?.containerStatuses?.[0]?.state.waiting,
      10_000,
    );
    assert.equal(waiting.reason, 'CrashLoopBackOff');
    const again = await eventually(
      'two restarts',
      () => {
        const [first] = podNow(client, 'bad')?.status?.containerStatuses ?? [];
        return first !== undefined && first.restartCount >= 2 && first;
      },
      10_000,
    );
    assert.equal(again.lastState.terminated?.exitCode, 3);
    assert.ok(eventsAbout(client, 'bad').some(({ reason }) => reason === 'BackOff'));
    assert.equal(kubelet.logs({ namespace: 'shop', pod: 'bad', previous: true })?.lines()[0]?.text, 'giving up');
    assert.equal(podNow(client, 'bad')?.status?.phase, 'Running');
  });

  it('leaves a container that ended alone when the pod says so', async () => {
    await start();
    client.create(refs.pods, podObject('once', { image: 'crash' }, { restartPolicy: 'Never' }));
    await eventually('phase Failed', () => podNow(client, 'once')?.status?.phase === 'Failed', 10_000);
    assert.equal(podNow(client, 'once')?.status?.containerStatuses?.[0]?.restartCount, 0);
  });

  it('ends the processes of a deleted pod and gives its address free', async () => {
    await start();
    client.create(refs.pods, podObject('web-1', { ports: [{ containerPort: 8080 }] }));
    await ready('web-1');
    const pid = pidOf('web-1') ?? 0;
    client.remove(refs.pods, { namespace: 'shop', name: 'web-1' });
    await eventually('the process is gone', () => isGone(pid), 10_000);
    assert.equal(podNow(client, 'web-1'), undefined);
  });

  it('kills what ignores SIGTERM when the grace is over, and removes the pod then', async () => {
    await start();
    client.create(refs.pods, podObject('stubborn', { image: 'stubborn' }, { terminationGracePeriodSeconds: 1 }));
    await eventually('its first line', () => kubelet.logs({ namespace: 'shop', pod: 'stubborn' })?.lines()[0], 10_000);
    const pid = pidOf('stubborn') ?? 0;
    // As a delete over the API does: marked first, and removed by the kubelet.
    const deleting = client as unknown as { remove(ref: unknown, key: unknown, options: unknown): void };
    deleting.remove(refs.pods, { namespace: 'shop', name: 'stubborn' }, { gracePeriodSeconds: 1 });
    assert.ok(podNow(client, 'stubborn')?.metadata.deletionTimestamp);
    await eventually('the pod is removed', () => podNow(client, 'stubborn') === undefined, 10_000);
    assert.ok(isGone(pid));
  });

  it('keeps a pod unready until its readiness probe passes', async () => {
    await start();
    const readinessProbe = { httpGet: { path: '/', port: 9999 }, periodSeconds: 1 };
    client.create(refs.pods, podObject('web-1', { ports: [{ containerPort: 8080 }], readinessProbe }));
    await eventually(
      'an Unhealthy event',
      () => eventsAbout(client, 'web-1').some(({ reason }) => reason === 'Unhealthy'),
      10_000,
    );
    assert.equal(isReady(podNow(client, 'web-1')), false);
    const good = { tcpSocket: { port: 'http' }, periodSeconds: 1 };
    client.create(
      refs.pods,
      podObject('web-2', { ports: [{ containerPort: 8080, name: 'http' }], readinessProbe: good }),
    );
    await ready('web-2');
  });

  it('refuses unknown images when told to', async () => {
    await start({ strictImages: true });
    client.create(refs.pods, podObject('odd', { image: 'example.com/unheard-of:1' }));
    const waiting = await eventually(
      'a waiting state',
      () => podNow(client, 'odd')?.status?.containerStatuses?.[0]?.state.waiting,
    );
    assert.equal(waiting.reason, 'ErrImagePull');
    assert.match(waiting.message ?? '', /unheard-of/);
    assert.equal(podNow(client, 'odd')?.status?.phase, 'Pending');
  });

  it('shows a workload its pod: name, variables, ServiceAccount files, own localhost', async () => {
    await start({
      apiServer: { host: '127.0.0.1', port: 6443, ca: 'CA' },
      serviceAccountToken: (namespace, name) => `token of ${namespace}/${name}`,
    });
    const env = [
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'GREETING', value: 'hello $(NODE)' },
    ];
    client.create(refs.pods, podObject('inspect', { image: 'inspect', env }));
    const lines = () => kubelet.logs({ namespace: 'shop', pod: 'inspect' })?.lines() ?? [];
    const line = await eventually('its report', () => lines().find(({ stream }) => stream === 'stdout')?.text, 10_000);
    assert.deepEqual(JSON.parse(line), {
      hostname: 'inspect',
      HOSTNAME: 'inspect',
      POD_IP: '172.99.0.1',
      GREETING: 'hello k8s-1',
      api: '127.0.0.1:6443',
      token: 'token of shop/default',
      namespace: 'shop',
      ownName: '172.99.0.1',
      ownPort: 'heard',
      missing: 'ENOTFOUND',
    });
  });

  it('refuses a connection to a port that no container listens on', async () => {
    await start();
    client.create(refs.pods, podObject('web-1', { ports: [{ containerPort: 8080 }] }));
    const pod = await ready('web-1');
    const socket = connect(8081, dataPathAddress(pod.status?.podIP ?? ''));
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    assert.equal(error.code, 'ECONNREFUSED');
  });
});
