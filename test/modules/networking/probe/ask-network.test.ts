import assert from 'node:assert/strict';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { decode, encode, type Answer } from 'dns-packet';
import { askNetwork } from '../../../../modules/networking/src/probe/ask-network.ts';
import { queryAddresses } from '../../../../modules/networking/src/probe/query-addresses.ts';

const HOST = '127.0.0.1';
const ends: (() => unknown)[] = [];

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const tcp = (port: number, address = HOST) => ({ kind: 'tcp', id: '', service: 'a/b', address, port }) as const;
const http = (port: number, path: string) =>
  ({ kind: 'http', id: '', service: 'a/b', address: HOST, port, path }) as const;

describe('[wire] probes of addresses', () => {
  afterEach(() => ends.splice(0).forEach((end) => end()));

  it('finds a port that takes connections right, and one that refuses them wrong', async () => {
    assert.deepEqual(await askNetwork(tcp(await listen(createServer())), 2000), { kind: 'right' });
    const closed = await closedPort();
    const refused = { kind: 'wrong', message: `127.0.0.1:${closed} refuses connections.` };
    assert.deepEqual(await askNetwork(tcp(closed), 2000), refused);
  });

  it('cannot ask where the machine does not let it', async () => {
    assert.deepEqual(await askNetwork(tcp(1, '255.255.255.255'), 2000).then(({ kind }) => kind !== 'right'), true);
    assert.deepEqual(await askNetwork(tcp(80, 'not an address'), 2000), { kind: 'unable' });
  });

  it('asks for a path over HTTP: 2xx and 3xx are right', async () => {
    const codes: Record<string, number> = { '/ok': 200, '/moved': 302, '/gone': 404, '/broken': 500 };
    const port = await listen(
      createHttpServer((request, response) => response.writeHead(codes[request.url ?? ''] ?? 400).end('x')),
    );
    const kinds = await Promise.all(Object.keys(codes).map((path) => askNetwork(http(port, path), 2000)));
    assert.deepEqual(kinds, [
      { kind: 'right' },
      { kind: 'right' },
      { kind: 'wrong', message: `http://127.0.0.1:${port}/gone answers 404.` },
      { kind: 'wrong', message: `http://127.0.0.1:${port}/broken answers 500.` },
    ]);
  });

  it('waits for an answer no longer than it may, and takes a broken one as wrong', async () => {
    const mute = await listen(createServer((socket) => ends.push(() => socket.destroy())));
    const outcome = await askNetwork(http(mute, '/x'), 20);
    assert.deepEqual(outcome, { kind: 'silent', message: `http://127.0.0.1:${mute}/x does not answer.` });
    const rude = await listen(createServer((socket) => socket.end('nonsense\r\n\r\n')));
    const broken = { kind: 'wrong', message: `127.0.0.1:${rude} breaks the connection.` };
    assert.deepEqual(await askNetwork(http(rude, '/'), 2000), broken);
  });
});

describe('[wire] probes of names', () => {
  let server: UdpSocket;
  let port: number;
  let reply: (name: string) => { readonly answers?: Answer[]; readonly rcode?: number } | undefined;

  beforeEach(async () => {
    server = createSocket('udp4');
    server.on('message', (message, { port: from, address }) => {
      const query = decode(message);
      const { name = '' } = query.questions?.[0] ?? {};
      const answer = reply(name);
      if (answer === undefined) return;
      const { answers = [], rcode = 0 } = answer;
      // What is no answer to the question comes first and has to be passed over.
      server.send('nonsense', from, address);
      server.send(encode({ type: 'response', id: (query.id ?? 0) ^ 1, answers: [] }), from, address);
      server.send(encode({ type: 'response', id: query.id, flags: rcode, answers }), from, address);
    });
    await new Promise<void>((resolve) => server.bind(0, HOST, resolve));
    ({ port } = server.address());
  });
  afterEach(() => server.close());

  const query = (name: string, change: object = {}) =>
    queryAddresses({ server: { address: HOST, port }, name, family: 4, timeoutMs: 2000, ...change });

  it('reads the addresses of the asked family', async () => {
    const answers: Answer[] = [
      { type: 'CNAME', name: 'a', data: 'b' },
      { type: 'A', name: 'b', data: '172.28.0.5' },
      { type: 'AAAA', name: 'b', data: 'fd00::5' },
    ];
    reply = () => ({ answers });
    assert.deepEqual(await query('a'), ['172.28.0.5']);
    assert.deepEqual(await query('a', { family: 6 }), ['fd00::5']);
  });

  it('tells a name that does not exist from a server in trouble, and from silence', async () => {
    reply = () => ({ rcode: 3 });
    assert.deepEqual(await query('a'), []);
    reply = () => ({ rcode: 2 });
    assert.equal(await query('a'), undefined);
    reply = () => undefined;
    assert.equal(await query('a', { timeoutMs: 20 }), undefined);
  });

  it('compares the answer with the cluster IP', async () => {
    const ask = (expected: string) => {
      const place = { address: HOST, port };
      return askNetwork({ kind: 'dns', id: '', service: 'a/b', server: place, name: 'b.a.svc', expected }, 2000);
    };
    reply = () => ({ answers: [{ type: 'A', name: 'b.a.svc', data: '172.28.0.5' }] });
    assert.deepEqual(await ask('172.28.0.5'), { kind: 'right' });
    const other = 'For b.a.svc the cluster DNS answers 172.28.0.5; the cluster IP is 172.28.0.6.';
    assert.deepEqual(await ask('172.28.0.6'), { kind: 'wrong', message: other });
    const unknown = 'For b.a.svc the cluster DNS does not know the name; the cluster IP is fd00::6.';
    assert.deepEqual(await ask('fd00::6'), { kind: 'wrong', message: unknown });
    reply = () => ({ rcode: 2 });
    assert.deepEqual(await ask('172.28.0.5'), {
      kind: 'silent',
      message: 'The cluster DNS at 127.0.0.1 does not answer.',
    });
  });

  it('is told at once of a port that is closed', async () => {
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(0, HOST, resolve));
    const { port: closed } = other.address();
    await new Promise<void>((resolve) => other.close(() => resolve()));
    assert.equal(await query('a', { server: { address: HOST, port: closed } }), undefined);
  });
});
