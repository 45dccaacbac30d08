import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import { startBalancer } from '../../packages/simulator/src/node/balancer.ts';
import type { Balancer } from '../../packages/simulator/src/node/balancer.ts';
import type { ServicePort, ServiceSpec, SliceEndpoint } from '../../packages/simulator/src/node/service.ts';
import { eventually } from '../support/eventually.ts';
import { emptyCluster, endpoint, eventsAbout, refs, serviceObject, sliceObject } from '../support/node-objects.ts';

const backendPort = 18_080;
const address = '10.99.75.206';
const carried = '127.99.75.206';

describe('[wire] balancer', function () {
  this.timeout(10_000);
  let client: ObjectClient;
  let balancer: Balancer;
  const servers: Server[] = [];

  /** A pod's server: names itself to each connection, then echoes until the client ends. */
  async function serve(ip: string, port = backendPort): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.write(`${ip} sees ${socket.remoteAddress ?? ''}\n`);
      socket.pipe(socket);
    });
    server.listen(port, ip.replace(/^\d+/, '127'));
    await once(server, 'listening');
    servers.push(server);
  }

  function expose(name: string, spec: Partial<ServiceSpec> = {}, ingress = [address]): ServicePort[] {
    const ports = spec.ports ?? [{ name: 'http', port: 8080, targetPort: backendPort, protocol: 'TCP' }];
    client.create(refs.services, serviceObject(name, { type: 'LoadBalancer', ...spec, ports }));
    assign(name, ingress);
    return [...ports];
  }
  function assign(name: string, ingress: string[]): void {
    const body = { status: { loadBalancer: { ingress: ingress.map((ip) => ({ ip })) } } };
    client.patch(refs.services, { namespace: 'shop', name }, { kind: 'merge', subresource: 'status', body });
  }
  function endpoints(name: string, list: SliceEndpoint[], port = backendPort, protocol = 'TCP'): void {
    const slice = sliceObject(name, list, [{ name: 'http', port, protocol }]);
    const present = client.get(refs.slices, { namespace: 'shop', name: slice.metadata.name });
    if (present === undefined) client.create(refs.slices, slice);
    else client.update(refs.slices, slice);
  }

  /** The first line of a new connection; rejects when it is refused or reset. */
  async function greeting(host = carried, port = 8080): Promise<string> {
    const socket = connect({ host, port });
    try {
      const [data] = (await once(socket, 'data')) as [Buffer];
      return data.toString().trim();
    } finally {
      socket.destroy();
    }
  }
  const open = (host = carried, port = 8080) =>
    eventually('an answer', () => greeting(host, port).catch(() => undefined));
  const refused = (host = carried, port = 8080) =>
    eventually('a refusal', () =>
      greeting(host, port).then(
        () => undefined,
        (error: unknown) => (error as NodeJS.ErrnoException).code === 'ECONNREFUSED',
      ),
    );

  beforeEach(async () => {
    client = await emptyCluster();
    balancer = startBalancer({ client });
  });
  afterEach(() => {
    balancer.close();
    for (const server of servers.splice(0)) server.close();
  });

  it('spreads connections evenly over the ready endpoints only', async () => {
    for (const ip of ['172.99.0.1', '172.99.0.2', '172.99.0.3']) await serve(ip);
    expose('web');
    endpoints('web', [endpoint('172.99.0.1'), endpoint('172.99.0.2', false), endpoint('172.99.0.3')]);
    await open();
    const before = balancer.connections('shop', 'web');
    for (let count = 0; count < 10; count += 1) await greeting();
    const after = balancer.connections('shop', 'web');
    const given = Object.keys(after).map((key) => [key, (after[key] ?? 0) - (before[key] ?? 0)]);
    assert.deepEqual(Object.fromEntries(given), { [`172.99.0.1:${backendPort}`]: 5, [`172.99.0.3:${backendPort}`]: 5 });
  });

  it('listens on cluster IP, external address and node port alike, each with its source address', async () => {
    await serve('172.99.0.1');
    expose('web');
    endpoints('web', [endpoint('172.99.0.1')]);
    const { clusterIP = '', ports = [] } = (
      client.get(refs.services, { namespace: 'shop', name: 'web' }) as unknown as { spec: ServiceSpec }
    ).spec;
    assert.equal(await open(clusterIP.replace(/^\d+/, '127')), '172.99.0.1 sees 127.0.0.1');
    assert.equal(await open(), '172.99.0.1 sees 127.99.75.200');
    assert.equal(await open('127.99.75.200', ports[0]?.nodePort), '172.99.0.1 sees 127.99.75.200');
  });

  it('refuses connections while there is no ready endpoint, and takes them again', async () => {
    await serve('172.99.0.1');
    expose('web');
    endpoints('web', [endpoint('172.99.0.1')]);
    await open();
    endpoints('web', [endpoint('172.99.0.1', false)]);
    await refused();
    endpoints('web', [endpoint('172.99.0.1')]);
    await open();
  });

  it('lets an open connection live when its endpoint is drained', async () => {
    await serve('172.99.0.1');
    await serve('172.99.0.2');
    expose('web');
    endpoints('web', [endpoint('172.99.0.1')]);
    await open();
    const socket = connect({ host: carried, port: 8080 });
    await once(socket, 'data');
    endpoints('web', [endpoint('172.99.0.2')]);
    await eventually('the other endpoint', async () => (await greeting()).startsWith('172.99.0.2'));
    socket.write('still there?');
    const [echo] = (await once(socket, 'data')) as [Buffer];
    assert.equal(echo.toString(), 'still there?');
    socket.destroy();
  });

  it('loses no connection while its endpoints change', async () => {
    await serve('172.99.0.1');
    await serve('172.99.0.2');
    expose('web');
    endpoints('web', [endpoint('172.99.0.1')]);
    await open();
    let done = false;
    const load = Array.from({ length: 8 }, async () => {
      let count = 0;
      for (; !done; count += 1) await greeting();
      return count;
    });
    for (let round = 0; round < 50; round += 1) {
      endpoints('web', [endpoint('172.99.0.1', round % 3 !== 1), endpoint('172.99.0.2', round % 3 !== 2)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    done = true;
    const counts = await Promise.all(load);
    assert.ok(
      counts.every((count) => count > 0),
      counts.join(),
    );
  });

  it('follows a new address and forgets the old one, and everything when the Service goes', async () => {
    await serve('172.99.0.1');
    expose('web');
    endpoints('web', [endpoint('172.99.0.1')]);
    await open();
    assign('web', ['10.99.75.207']);
    await open('127.99.75.207');
    await refused();
    client.remove(refs.services, { namespace: 'shop', name: 'web' });
    await refused('127.99.75.207');
    assert.equal(balancer.listening().size, 0);
  });

  it('lets Services share an address with different ports, and says who is first on the same one', async () => {
    await serve('172.99.0.1');
    await serve('172.99.0.2');
    expose('web');
    expose('admin', { ports: [{ name: 'http', port: 9090, targetPort: backendPort, protocol: 'TCP' }] });
    expose('late');
    endpoints('web', [endpoint('172.99.0.1')]);
    endpoints('admin', [endpoint('172.99.0.2')]);
    endpoints('late', [endpoint('172.99.0.2')]);
    assert.match(await open(), /^172\.99\.0\.1 /);
    assert.match(await open(carried, 9090), /^172\.99\.0\.2 /);
    const [event] = eventsAbout(client, 'late');
    assert.equal(event?.reason, 'PortConflict');
    assert.match(event.message, /10\.99\.75\.206:8080\/TCP is already used by Service shop\/web/);
    client.remove(refs.services, { namespace: 'shop', name: 'web' });
    assert.match(
      await eventually(
        'the next in line',
        async () => (await greeting().catch(() => '')).startsWith('172.99.0.2') && 'late',
      ),
      /late/,
    );
  });

  it('keeps a client with its endpoint when the Service asks for it', async () => {
    await serve('172.99.0.1');
    await serve('172.99.0.2');
    expose('web', { sessionAffinity: 'ClientIP' });
    endpoints('web', [endpoint('172.99.0.1'), endpoint('172.99.0.2')]);
    const first = await open();
    for (let count = 0; count < 5; count += 1) assert.equal(await greeting(), first);
  });

  it('says so when an address cannot be had, and takes it when it is free', async () => {
    await serve('172.99.0.1');
    const holder = createServer().listen(8080, carried);
    await once(holder, 'listening');
    expose('web');
    endpoints('web', [endpoint('172.99.0.1')]);
    const event = await eventually('an event', () =>
      eventsAbout(client, 'web').find(({ reason }) => reason === 'ListenFailed'),
    );
    assert.match(event.message, /127\.99\.75\.206:8080\/TCP \(for 10\.99\.75\.206\): another program/);
    holder.close();
    await open();
  });

  it('does not listen on addresses that are not announced', async () => {
    balancer.close();
    let announced = false;
    balancer = startBalancer({ client, announcement: () => ({ announced }) });
    await serve('172.99.0.1');
    expose('web');
    endpoints('web', [endpoint('172.99.0.1')]);
    await refused();
    announced = true;
    balancer.refresh();
    await open();
  });

  it('carries datagrams, and the answers back', async () => {
    const server = createSocket('udp4', (message, peer) =>
      server.send(`got ${message.toString()}`, peer.port, peer.address),
    );
    server.bind(backendPort, '127.99.0.1');
    await once(server, 'listening');
    expose('dns', { ports: [{ name: 'http', port: 5353, targetPort: backendPort, protocol: 'UDP' }] });
    endpoints('dns', [endpoint('172.99.0.1')], backendPort, 'UDP');
    const socket = createSocket('udp4');
    const answers: string[] = [];
    socket.on('message', (message) => answers.push(message.toString()));
    await eventually('an answer', async () => {
      socket.send('one', 5353, carried);
      await new Promise((resolve) => setImmediate(resolve));
      return answers[0];
    });
    assert.equal(answers[0], 'got one');
    assert.equal(balancer.connections('shop', 'dns')[`172.99.0.1:${backendPort}`], 1);
    socket.close();
    server.close();
  });

  it('carries a large transfer whole, and half-closed connections to their end', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      let size = 0;
      socket.on('data', (chunk) => (size += chunk.length));
      socket.on('end', () => socket.end(`received ${size}`));
    });
    server.listen(0, '127.99.0.9');
    await once(server, 'listening');
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    expose('sink', { ports: [{ name: 'http', port: 8080, targetPort: port, protocol: 'TCP' }] });
    endpoints('sink', [endpoint('172.99.0.9')], port);
    await eventually('a listener', () => balancer.listening().has(`TCP ${carried}:8080`));
    const socket = connect({ host: carried, port: 8080, allowHalfOpen: true });
    socket.end(Buffer.alloc(5_000_000));
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.equal(data.toString(), 'received 5000000');
    socket.destroy();
  });
});
