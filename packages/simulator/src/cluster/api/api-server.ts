import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ControlPlane } from '../control-plane.ts';
import type { ApiContext, PodLogSource } from './api-context.ts';
import type { Authenticator } from './authenticate.ts';
import type { Authorizer } from './authorize.ts';
import { sendError } from './exchange.ts';
import type { FaultState } from './faults.ts';
import { routeRequest } from './route-request.ts';

/** The server's certificate and key and the authority that signed it, all PEM. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/** Options of `startApiServer`. */
export interface ApiServerOptions {
  readonly controlPlane: ControlPlane;
  readonly tls: ServerTls;
  readonly authenticator: Authenticator;
  readonly authorize: Authorizer;
  readonly faults: FaultState;
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port?: number;
  readonly podLogs?: PodLogSource;
}

/** A running API server. */
export interface ApiServer {
  readonly port: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Starts the API server over TLS. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const open = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const context = apiContext(options, open);
  const server = createServer({ key: options.tls.key, cert: options.tls.cert }, (request, response) => {
    void answer(context, request, response);
  });
  // A watch may be silent for an hour.
  server.requestTimeout = 0;
  server.timeout = 0;
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away in the middle of a handshake or an answer is no concern of the others.
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const response of open) response.destroy();
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
      }),
  };
}

function apiContext(options: ApiServerOptions, open: Set<ServerResponse>): ApiContext {
  const { controlPlane, authenticator, authorize, faults, podLogs } = options;
  return {
    environment: controlPlane.environment,
    models: controlPlane.models,
    version: controlPlane.version,
    authenticator,
    authorize,
    faults,
    podLogs,
    track: (response) => {
      open.add(response);
      response.on('close', () => open.delete(response));
    },
  };
}

async function answer(context: ApiContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { delayMilliseconds } = context.faults;
    if (delayMilliseconds > 0) {
      await new Promise<void>((resolve) => context.environment.scheduler.after(delayMilliseconds, resolve));
    }
    const user = context.authenticator.userOf(request);
    const url = new URL(request.url ?? '/', 'https://localhost');
    await routeRequest(context, { request, response, url, user, method: request.method ?? 'GET' });
  } catch (error) {
    sendError(response, error);
  }
}
