import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Where an accepted connection is carried on to. `from` is the source address it gets there, when it matters. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly from?: string;
}

/**
 * Carries an accepted connection to another address until both sides are done; half-closed connections stay half-closed. When the other
 * side cannot be reached or breaks off, the client's connection is reset, as it would be behind address translation. Never throws.
 */
export function pipeConnection(client: Socket, upstream: Upstream, onEnd: () => void): Socket {
  const server = connect({
    host: upstream.host,
    port: upstream.port,
    localAddress: upstream.from,
    allowHalfOpen: true,
    noDelay: true,
  });
  let open = 2;
  const closed = (other: Socket, failed: boolean): void => {
    open -= 1;
    if (failed && !other.destroyed) other.resetAndDestroy();
    if (open === 0) onEnd();
  };
  client.setNoDelay(true);
  client.on('error', () => undefined);
  server.on('error', () => undefined);
  client.once('close', (failed) => {
    closed(server, failed || !server.writableEnded);
  });
  server.once('close', (failed) => {
    closed(client, failed || !client.writableEnded);
  });
  client.pipe(server);
  server.pipe(client);
  return server;
}
