import { backendPicker } from './backend-picker.ts';
import type { Backend } from './service.ts';
import type { Route } from './service-routes.ts';
import type { RouteSocket } from './route-socket.ts';
import { listenTcp } from './tcp-route.ts';
import { listenUdp } from './udp-route.ts';

/** The listening end of one route. */
export interface RouteListener {
  /** Follows the route: opens its socket when it has endpoints, closes it when it has none, so that the system refuses connections. */
  update(route: Route): void;
  /** Takes no more connections; those that are open stay. */
  stop(): void;
  /** Ends everything. */
  destroy(): void;
}

/** Who hears about a route's connections and troubles. */
export interface RouteListenerOptions {
  readonly onConnection: (backend: Backend) => void;
  readonly onBindError: (route: Route, error: NodeJS.ErrnoException) => void;
}

const rebindMs = 2000;

/** Listens for one route as long as it has endpoints. A port that cannot be had is tried again every two seconds. */
export function routeListener(first: Route, options: RouteListenerOptions): RouteListener {
  const picker = backendPicker(Date.now);
  const drained = new Set<RouteSocket>();
  let route = first;
  let socket: RouteSocket | undefined;
  let retry: NodeJS.Timeout | undefined;

  function open(): void {
    clearTimeout(retry);
    retry = undefined;
    const opened: RouteSocket = (route.protocol === 'TCP' ? listenTcp : listenUdp)({
      route,
      picker,
      onConnection: options.onConnection,
      onError(error) {
        options.onBindError(route, error);
        if (socket !== opened) return;
        socket = undefined;
        retry = setTimeout(open, rebindMs);
      },
    });
    socket = opened;
  }

  function shut(): void {
    clearTimeout(retry);
    retry = undefined;
    if (socket === undefined) return;
    socket.stop();
    for (const old of drained) if (old.idle) drained.delete(old);
    drained.add(socket);
    socket = undefined;
  }

  function update(next: Route): void {
    const moved = next.source !== route.source;
    route = next;
    picker.update(next.backends, next.affinitySeconds);
    socket?.retain(next.backends);
    if (next.backends.length === 0 || moved) shut();
    if (next.backends.length > 0 && socket === undefined && retry === undefined) open();
  }

  update(first);
  return {
    update,
    stop: shut,
    destroy() {
      shut();
      for (const old of drained) old.destroy();
      drained.clear();
    },
  };
}
