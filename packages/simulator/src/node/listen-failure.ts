import type { Route } from './service-routes.ts';

/** Why a route's address could not be listened on, and what to do about it, in one sentence. */
export function listenFailure(
  route: Pick<Route, 'listen' | 'address' | 'port' | 'protocol'>,
  error: NodeJS.ErrnoException,
): string {
  const real = route.address === route.listen ? '' : ` (for ${route.address})`;
  return `Cannot listen on ${route.listen}:${route.port}/${route.protocol}${real}: ${cause(route.port, error)}`;
}

function cause(port: number, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EACCES':
      return (
        `ports below 1024 need root on this machine. Run the simulator as root, or once: ` +
        `sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`
      );
    case 'EADDRINUSE':
      return 'another program on this machine listens there. Stop it, or choose another port or address range';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such loopback address. On macOS: sudo ifconfig lo0 alias <address>';
    default:
      return error.message;
  }
}
