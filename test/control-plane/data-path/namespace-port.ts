import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import type { NetworkNamespace } from './network-namespaces.ts';

const START_MS = 20_000;
const RELAY = fileURLToPath(new URL('relay.ts', import.meta.url));

/** A loopback port of this machine, shown inside namespaces. */
export interface NamespacePort {
  /** Listens on the same port number, on every address of the namespace. */
  showIn(namespace: NetworkNamespace): Promise<void>;
  close(): Promise<void>;
}

/**
 * Shows the TCP port `port` of this machine's loopback inside network namespaces. The bytes cross by a socket file in `folder`, which all namespaces see; so
 * nothing new listens on this machine's own interfaces, and TLS certificates for 127.0.0.1 stay valid.
 */
export async function namespacePort(port: number, folder: string): Promise<NamespacePort> {
  const socketFile = join(folder, `port-${port}.sock`);
  const open = new Set<Socket>();
  const server = createServer((inside) => splice(inside, connect(port, '127.0.0.1'), open)).listen(socketFile);
  await once(server, 'listening');
  return {
    showIn: async (namespace) => {
      const logFile = join(folder, `relay-${namespace.name}-${port}.log`);
      const relay = namespace.start(process.execPath, [RELAY, String(port), socketFile], { logFile });
      await eventually(
        `port ${port} is shown in ${namespace.name}`,
        () => relay.lastLines().includes('listening'),
        START_MS,
      );
    },
    close: () => closeServer(server, open),
  };
}

function splice(one: Socket, other: Socket, open: Set<Socket>): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    open.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
  }
}

async function closeServer(server: Server, open: Set<Socket>): Promise<void> {
  for (const socket of open) socket.destroy();
  server.close();
  await once(server, 'close');
}
