import type { Client } from 'aedes';

/**
 * How a link ends. `close`: the hub closes the connection in good order, which the SDK retries by itself. `reset`: the connection is torn down,
 * as by a firewall or a crashed proxy; the SDK then says `disconnect` at once and does nothing more.
 */
export type LinkEnd = 'close' | 'reset';

const PATIENCE_MS = 1000;

/** Ends a connection in good order: no reset, even when the client is just sending. A client that does not follow is cut off. */
export function closeLink({ conn }: Client): void {
  conn.end();
  const timer = setTimeout(() => conn.destroy(), PATIENCE_MS);
  timer.unref();
  conn.once('close', () => clearTimeout(timer));
}
