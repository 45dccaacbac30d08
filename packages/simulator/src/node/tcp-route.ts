import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { dataPathAddress } from './data-path-address.ts';
import { pipeConnection } from './pipe-connection.ts';
import type { RouteSocket, RouteSocketOptions } from './route-socket.ts';

/** Listens on a route's address and carries each connection to an endpoint. */
export function listenTcp({ route, picker, onConnection, onError }: RouteSocketOptions): RouteSocket {
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const source = client.remoteAddress ?? '127.0.0.1';
    const backend = picker.pick(source);
    if (backend === undefined) {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    onConnection(backend);
    connections.add(client);
    const upstream = { host: dataPathAddress(backend.ip), port: backend.port, from: route.source ?? source };
    pipeConnection(client, upstream, () => connections.delete(client));
  });
  server.on('error', onError);
  server.listen({ host: route.listen, port: route.port, backlog: 511 });
  return {
    stop: () => server.close(),
    // A connection to an endpoint that left lives as long as the pod keeps it: the pod drains.
    retain: () => undefined,
    get idle() {
      return connections.size === 0;
    },
    destroy() {
      server.close();
      for (const connection of connections) connection.destroy();
    },
  };
}
