import net from 'node:net';
import { isPort, isUnspecified } from './pod-network-settings.ts';
import type { PodNetwork } from './pod-network-settings.ts';

type Listen = (this: net.Server, ...args: unknown[]) => net.Server;

/** Makes servers that listen on all addresses listen on the pod's address, and tells the kubelet which port it is. */
export function patchListen({ ownAddress, carry, listening, report }: PodNetwork): void {
  const prototype = net.Server.prototype as unknown as { listen: Listen };
  const listen = prototype.listen;
  const place = (host: unknown): unknown => {
    if (isUnspecified(host)) return ownAddress;
    return typeof host === 'string' ? carry(host) : host;
  };
  prototype.listen = function (...args) {
    follow(this, { listening, report });
    const [first, second] = args;
    if (typeof first === 'object' && first !== null && 'port' in first) {
      const options = first as net.ListenOptions;
      return listen.call(this, { ...options, ipv6Only: false, host: place(options.host) }, ...args.slice(1));
    }
    if (first !== undefined && first !== null && !isPort(first)) {
      // A path, a handle, or only a callback, which means any port.
      return typeof first === 'function' ? listen.call(this, 0, ownAddress, ...args) : listen.apply(this, args);
    }
    const named = typeof second === 'string';
    const rest = args.slice(named || second === undefined ? 2 : 1);
    return listen.call(this, first ?? 0, place(named ? second : undefined), ...rest);
  };
}

function follow(server: net.Server, { listening, report }: Pick<PodNetwork, 'listening' | 'report'>): void {
  server.once('listening', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') return;
    if (address.address !== '127.0.0.1') {
      listening.add(address.port);
      server.once('close', () => listening.delete(address.port));
    }
    report(`listening TCP ${address.port}`);
  });
}
