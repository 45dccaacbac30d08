import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { backendKey } from './backend-picker.ts';
import { dataPathAddress } from './data-path-address.ts';
import type { RouteSocket, RouteSocketOptions } from './route-socket.ts';
import type { Backend } from './service.ts';

interface Flow {
  readonly backend: Backend;
  readonly socket: Socket;
  readonly timer: NodeJS.Timeout;
}

/** How long a flow is remembered without traffic: the kernel's time-out for UDP streams. */
const idleMs = 120_000;

/** Listens on a route's address and keeps one flow to an endpoint for each client address and port. */
export function listenUdp(options: RouteSocketOptions): RouteSocket {
  return new UdpRoute(options);
}

class UdpRoute implements RouteSocket {
  readonly #options: RouteSocketOptions;
  readonly #flows = new Map<string, Flow>();
  readonly #socket = createSocket('udp4');
  #open = true;

  constructor(options: RouteSocketOptions) {
    this.#options = options;
    this.#socket.on('message', (message, peer) => this.#carry(message, peer));
    this.#socket.on('error', options.onError);
    this.#socket.bind({ address: options.route.listen, port: options.route.port });
  }

  get idle(): boolean {
    return !this.#open;
  }

  stop(): void {
    this.destroy();
  }

  retain(backends: readonly Backend[]): void {
    const present = new Set(backends.map(backendKey));
    for (const [key, flow] of [...this.#flows]) if (!present.has(backendKey(flow.backend))) this.#end(key);
  }

  destroy(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const key of [...this.#flows.keys()]) this.#end(key);
    this.#socket.close();
  }

  #carry(message: Buffer, peer: RemoteInfo): void {
    const key = `${peer.address}:${peer.port}`;
    const flow = this.#flows.get(key) ?? this.#begin(key, peer);
    if (flow === undefined) return;
    flow.timer.refresh();
    flow.socket.send(message, flow.backend.port, dataPathAddress(flow.backend.ip), () => undefined);
  }

  #begin(key: string, peer: RemoteInfo): Flow | undefined {
    const { picker, onConnection, route } = this.#options;
    const backend = picker.pick(peer.address);
    if (backend === undefined) return undefined;
    onConnection(backend);
    const socket = createSocket('udp4');
    const flow: Flow = { backend, socket, timer: setTimeout(() => this.#end(key), idleMs) };
    socket.on('message', (message) => {
      flow.timer.refresh();
      if (this.#open) this.#socket.send(message, peer.port, peer.address, () => undefined);
    });
    socket.on('error', () => this.#end(key));
    socket.bind({ address: route.source ?? peer.address, port: 0 });
    this.#flows.set(key, flow);
    return flow;
  }

  #end(key: string): void {
    const flow = this.#flows.get(key);
    if (flow === undefined) return;
    this.#flows.delete(key);
    clearTimeout(flow.timer);
    flow.socket.close();
  }
}
