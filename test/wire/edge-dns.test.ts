import assert from 'node:assert/strict';
import { decode, encode, streamDecode, streamEncode } from 'dns-packet';
import type { Packet } from 'dns-packet';
import { once } from 'node:events';
import { promises as dns } from 'node:dns';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import { startDnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import type { DnsServer } from '../../packages/simulator/src/node/dns-server.ts';
import { emptyCluster, endpoint, refs, serviceObject, sliceObject } from '../support/node-objects.ts';

describe('[wire] cluster DNS', () => {
  let client: ObjectClient;
  let server: DnsServer;
  let resolver: dns.Resolver;
  const ports = [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }];
  const clusterIp = (name: string) =>
    (client.get(refs.services, { namespace: 'shop', name }) as unknown as { spec: { clusterIP: string } }).spec
      .clusterIP;
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'found',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );

  beforeEach(async () => {
    client = await emptyCluster();
    server = await startDnsServer({
      client,
      forward: (name) =>
        name === 'hub.example'
          ? Promise.resolve(['192.0.2.7'])
          : Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' })),
    });
    resolver = new dns.Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([server.address]);
    client.create(refs.services, serviceObject('web', { ports }));
    client.create(refs.services, serviceObject('db', { clusterIP: 'None', ports }));
    client.create(
      refs.slices,
      sliceObject(
        'db',
        [endpoint('172.27.0.5'), endpoint('172.27.0.6', false), { ...endpoint('172.27.0.7'), hostname: 'db-0' }],
        [{ name: 'http', port: 8080, protocol: 'TCP' }],
      ),
    );
  });
  afterEach(async () => {
    resolver.cancel();
    await server.close();
  });

  it('answers for Services, headless Services, their endpoints, pods and names outside', async () => {
    const ip = clusterIp('web');
    const cases: [string, string[]][] = [
      ['web.shop.svc.cluster.local', [ip]],
      ['WEB.shop.svc.cluster.local', [ip]],
      ['db.shop.svc.cluster.local', ['172.27.0.5', '172.27.0.7']],
      ['db-0.db.shop.svc.cluster.local', ['172.27.0.7']],
      ['172-27-0-5.db.shop.svc.cluster.local', ['172.27.0.5']],
      ['10-1-2-3.shop.pod.cluster.local', ['10.1.2.3']],
      ['hub.example', ['192.0.2.7']],
    ];
    for (const [name, expected] of cases) assert.deepEqual((await resolver.resolve4(name)).sort(), expected, name);
  });

  it('tells a missing name from a missing record', async () => {
    const cases: [string, string][] = [
      ['nobody.shop.svc.cluster.local', 'ENOTFOUND'],
      ['web.other.svc.cluster.local', 'ENOTFOUND'],
      ['x.web.shop.svc.cluster.local', 'ENOTFOUND'],
      ['shop.svc.cluster.local', 'ENODATA'],
      ['svc.cluster.local', 'ENODATA'],
      ['cluster.local', 'ENODATA'],
      ['not-an-ip.shop.pod.cluster.local', 'ENOTFOUND'],
      ['nowhere.example', 'ENOTFOUND'],
    ];
    for (const [name, expected] of cases) assert.equal(await codeOf(resolver.resolve4(name)), expected, name);
    assert.equal(await codeOf(resolver.resolve6('web.shop.svc.cluster.local')), 'ENODATA');
  });

  it('answers SRV and PTR', async () => {
    const [web] = await resolver.resolveSrv('_http._tcp.web.shop.svc.cluster.local');
    assert.deepEqual({ name: web?.name, port: web?.port }, { name: 'web.shop.svc.cluster.local', port: 80 });
    const db = await resolver.resolveSrv('_http._tcp.db.shop.svc.cluster.local');
    assert.deepEqual(db.map(({ name }) => name).sort(), [
      '172-27-0-5.db.shop.svc.cluster.local',
      'db-0.db.shop.svc.cluster.local',
    ]);
    assert.equal(await codeOf(resolver.resolveSrv('_sql._tcp.web.shop.svc.cluster.local')), 'ENOTFOUND');
    assert.deepEqual(await resolver.reverse(clusterIp('web')), ['web.shop.svc.cluster.local']);
    assert.deepEqual(await resolver.reverse('172.27.0.7'), ['db-0.db.shop.svc.cluster.local']);
  });

  it('follows the API at once', async () => {
    client.create(refs.services, serviceObject('late', { ports }));
    assert.deepEqual(await resolver.resolve4('late.shop.svc.cluster.local'), [clusterIp('late')]);
    client.remove(refs.services, { namespace: 'shop', name: 'late' });
    assert.equal(await codeOf(resolver.resolve4('late.shop.svc.cluster.local')), 'ENOTFOUND');
  });

  it('answers an alias with its target', async () => {
    client.create(refs.services, serviceObject('alias', { type: 'ExternalName', externalName: 'hub.example' }));
    assert.deepEqual(await resolver.resolve4('alias.shop.svc.cluster.local'), ['192.0.2.7']);
    assert.deepEqual(await resolver.resolveCname('alias.shop.svc.cluster.local'), ['hub.example']);
  });

  it('cuts a datagram that is too large and gives the whole answer over TCP', async () => {
    const many = Array.from({ length: 60 }, (_, index) => endpoint(`172.27.1.${index + 1}`));
    client.create(refs.services, serviceObject('many', { clusterIP: 'None', ports }));
    client.create(refs.slices, sliceObject('many', many, [{ name: 'http', port: 8080, protocol: 'TCP' }]));
    const query: Packet = { type: 'query', id: 7, questions: [{ type: 'A', name: 'many.shop.svc.cluster.local' }] };
    const socket = createSocket('udp4');
    socket.send(encode(query), server.port, server.host);
    const [datagram] = (await once(socket, 'message')) as [Buffer];
    socket.close();
    assert.equal(decode(datagram).flag_tc, true);
    const stream = connect(server.port, server.host);
    stream.write(streamEncode(query));
    const [whole] = (await once(stream, 'data')) as [Buffer];
    stream.destroy();
    assert.equal(streamDecode(whole).answers?.length, 60);
    assert.equal((await resolver.resolve4('many.shop.svc.cluster.local')).length, 60);
  });

  it('does not fall over what is not a question', async () => {
    const socket = createSocket('udp4');
    socket.send(Buffer.from('nonsense'), server.port, server.host);
    assert.equal((await resolver.resolve4('web.shop.svc.cluster.local')).length, 1);
    socket.close();
  });
});
