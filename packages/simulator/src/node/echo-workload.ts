/**
 * Stands in for any image that serves the network: answers HTTP on every TCP port of ECHO_TCP_PORTS and echoes datagrams on those of
 * ECHO_UDP_PORTS, naming the replica, so that one can see who answered. Text for people, JSON with `Accept: application/json` or
 * `?format=json`.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

const env = process.env;
const portsOf = (list: string | undefined): number[] => (list ?? '').split(',').filter(Boolean).map(Number);
const replica = {
  replica: env['HOSTNAME'] ?? '',
  namespace: env['POD_NAMESPACE'] ?? '',
  image: env['ECHO_IMAGE'] ?? '',
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const url = new URL(request.url ?? '/', 'http://echo');
  const { remoteAddress = '', localPort = 0 } = request.socket;
  const facts = {
    ...replica,
    method: request.method ?? '',
    path: url.pathname,
    port: localPort,
    client: remoteAddress,
  };
  const json = url.searchParams.get('format') === 'json' || (request.headers.accept ?? '').includes('application/json');
  response.setHeader('content-type', json ? 'application/json' : 'text/plain; charset=utf-8');
  response.setHeader('x-replica', replica.replica);
  response.end(
    json
      ? JSON.stringify(facts)
      : `${Object.entries(facts)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n')}\n`,
  );
}

/** Ends the workload as any server would that cannot listen, and says what to do about it. */
function giveUp(error: NodeJS.ErrnoException): void {
  const advice = 'ports below 1024 need root on this machine, or sysctl net.ipv4.ip_unprivileged_port_start';
  process.stderr.write(`cannot serve: ${error.message}${error.code === 'EACCES' ? ` (${advice})` : ''}\n`, () =>
    process.exit(1),
  );
}

const servers = portsOf(env['ECHO_TCP_PORTS']).map((port) =>
  createServer(answer)
    .once('error', giveUp)
    .listen(port, () => process.stdout.write(`serving HTTP on port ${port}\n`)),
);
const sockets = portsOf(env['ECHO_UDP_PORTS']).map((port) => {
  const socket = createSocket('udp4', (message, peer) => {
    socket.send(`${replica.replica}: ${message.toString('utf8')}`, peer.port, peer.address);
  });
  socket.once('error', giveUp);
  socket.bind(port, () => process.stdout.write(`echoing datagrams on port ${port}\n`));
  return socket;
});
// Without any port there is nothing to wait for, yet a container is expected to stay.
const idle = servers.length + sockets.length === 0 ? setInterval(() => undefined, 3_600_000) : undefined;

process.once('SIGTERM', () => {
  clearInterval(idle);
  for (const socket of sockets) socket.close();
  for (const server of servers) {
    server.close();
    server.closeIdleConnections();
  }
});
