import type { BackendPicker } from './backend-picker.ts';
import type { Backend } from './service.ts';
import type { Route } from './service-routes.ts';

/** An open socket that takes connections for a route. */
export interface RouteSocket {
  /** Takes no more connections. Connections that are open stay. */
  stop(): void;
  /** The endpoints that are left: flows of a connectionless protocol to others end. */
  retain(backends: readonly Backend[]): void;
  /** Nothing is carried any more. */
  readonly idle: boolean;
  /** Ends everything. */
  destroy(): void;
}

/** What a route's socket asks and tells. */
export interface RouteSocketOptions {
  readonly route: Route;
  readonly picker: BackendPicker;
  readonly onConnection: (backend: Backend) => void;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}
