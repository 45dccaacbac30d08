import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startContainerProcess } from './container-process.ts';
import type { ContainerExit, ContainerProcessOptions, RunningContainer } from './container-process.ts';
import type { ForwardedPorts, ImageStandIn } from './image-table.ts';
import { pipeConnection } from './pipe-connection.ts';
import type { Container } from './pod.ts';

/** What a stand-in is started with besides its image: the pod's address on this machine, and what a process would get. */
export interface StandInOptions extends Omit<ContainerProcessOptions, 'argv'> {
  readonly container: Container;
  readonly address: string;
}

const echoProgram = [process.execPath, fileURLToPath(new URL('./echo-workload.ts', import.meta.url))];

/** Starts what stands in for a container's image: a process, or for `pause` and `forward` nothing but the wish to stay. */
export function startStandIn(standIn: ImageStandIn, options: StandInOptions): RunningContainer {
  switch (standIn.kind) {
    case 'command':
      return startContainerProcess({ ...options, argv: [...standIn.argv, ...(options.container.args ?? [])] });
    case 'echo':
      return startContainerProcess({
        ...options,
        argv: echoProgram,
        env: { ...options.env, ...echoPorts(standIn, options.container) },
      });
    case 'pause':
      return startForwarding({}, options);
    case 'forward':
      // Ports on the pod's own localhost are part of its network, which every process of the pod models for itself.
      return startForwarding(standIn.local === true ? {} : standIn.ports, options);
  }
}

function echoPorts(
  standIn: { readonly ports: readonly number[] },
  { ports = [], image }: Container,
): Record<string, string> {
  const listed = (protocol: string): number[] =>
    ports.filter((port) => (port.protocol ?? 'TCP') === protocol).map((port) => port.containerPort);
  const tcp = ports.length === 0 ? standIn.ports : listed('TCP');
  return { ECHO_TCP_PORTS: tcp.join(','), ECHO_UDP_PORTS: listed('UDP').join(','), ECHO_IMAGE: image };
}

/** A container without a process: its ports are carried to addresses of this machine until it is stopped. */
function startForwarding(
  ports: ForwardedPorts,
  { address, container, onLine, onListening }: StandInOptions,
): RunningContainer {
  const servers: Server[] = [];
  const connections = new Set<Socket>();
  for (const [port, target] of Object.entries(ports)) {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      connections.add(client);
      pipeConnection(client, target, () => connections.delete(client));
    });
    server.on('error', (error) => onLine('stderr', error.message));
    server.listen({ host: address, port: Number(port) });
    servers.push(server);
  }
  // There is no program to wait for: what is declared counts as served at once.
  const declared = container.ports ?? [{ containerPort: 0 }];
  queueMicrotask(() => {
    for (const { containerPort, protocol = 'TCP' } of declared) onListening(protocol, containerPort);
  });
  const { promise, resolve } = Promise.withResolvers<ContainerExit>();
  return {
    pid: undefined,
    exited: promise,
    stop() {
      for (const server of servers) server.close();
      for (const connection of connections) connection.destroy();
      resolve({ exitCode: 0 });
      return promise;
    },
  };
}
