import net from 'node:net';
import { carriedLookup, isPort } from './pod-network-settings.ts';
import type { PodNetwork } from './pod-network-settings.ts';

type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1']);

/**
 * Makes every TCP connection of the process (HTTP, TLS and fetch included) start at the pod's address and reach addresses of the cluster where
 * they are carried on this machine.
 */
export function patchConnect(network: PodNetwork): void {
  const prototype = net.Socket.prototype as unknown as { connect: Connect };
  const connect = prototype.connect;
  prototype.connect = function (...args) {
    const [first, second] = args;
    if (Array.isArray(first)) {
      // net.connect hands over its already normalised arguments as one marked array, which must stay the same array.
      if (isTcp(first[0])) first[0] = adapt(this, first[0], network);
      return connect.apply(this, args);
    }
    if (isTcp(first)) return connect.call(this, adapt(this, first, network), ...args.slice(1));
    if (!isPort(first)) return connect.apply(this, args);
    const host = typeof second === 'string' ? second : 'localhost';
    const rest = args.slice(typeof second === 'string' ? 2 : 1);
    return connect.call(this, adapt(this, { port: Number(first), host }, network), ...rest);
  };
}

function isTcp(options: unknown): options is net.TcpSocketConnectOpts {
  if (typeof options !== 'object' || options === null || !('port' in options)) return false;
  return !('path' in options) || typeof options.path !== 'string';
}

function adapt(socket: net.Socket, options: net.TcpSocketConnectOpts, network: PodNetwork): net.TcpSocketConnectOpts {
  const { host = 'localhost' } = options;
  if (loopbackNames.has(host)) return localTarget(options, network);
  if (net.isIP(host) === 0) {
    const lookup = carriedLookup(options.lookup ?? network.lookup, network.carry, () =>
      bindTo(socket, network.ownAddress),
    );
    return { ...options, lookup };
  }
  const carried = network.carry(host);
  return carried === host
    ? options
    : { ...options, host: carried, localAddress: options.localAddress ?? network.ownAddress };
}

/** The pod's own localhost: what this process listens on, and what a sidecar offers there; else this machine's. */
function localTarget(options: net.TcpSocketConnectOpts, network: PodNetwork): net.TcpSocketConnectOpts {
  const localAddress = network.ownAddress;
  // fetch gives the port as text, whatever the types say.
  const port = Number(String(options.port));
  if (network.listening.has(port)) return { ...options, host: network.ownAddress, localAddress };
  const sidecar = network.localPorts[port];
  return sidecar === undefined ? options : { ...options, ...sidecar, localAddress };
}

/** Gives a socket that connects by name the pod's own address as its source; that the name leads into the cluster is known only now. */
function bindTo(socket: net.Socket, address: string): void {
  type Handle = { bind?: (address: string, port: number) => number } | null | undefined;
  (socket as unknown as { _handle?: Handle })._handle?.bind?.(address, 0);
}
