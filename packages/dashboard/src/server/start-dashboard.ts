import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { SessionView } from '../view/session-view.ts';
import { dashboardApp } from './dashboard-app.ts';
import type { DashboardSource } from './dashboard-source.ts';
import { EventLog } from './event-log.ts';
import type { PageAssets } from './page-assets.ts';
import { logNews } from './read-routes.ts';
import { SessionKeeper } from './session-keeper.ts';

/** What the page is served with. */
export interface DashboardOptions {
  readonly source: DashboardSource;
  readonly assets: PageAssets;
  /** Loopback unless somebody says otherwise. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Names besides addresses and `localhost` under which the page may be reached. */
  readonly hostNames?: readonly string[];
  /** See {@link SessionKeeper}. */
  readonly code?: string;
  readonly about: Pick<SessionView, 'version' | 'language'>;
  /** An unguessable text of 256 bits, new each time. */
  readonly randomText: () => string;
  /** Told of every address that signs in one browser: the first, and the next one whenever one was used. */
  readonly onAddress?: (url: string) => void;
  readonly onError: (error: unknown) => void;
  readonly heartbeatMs?: number;
}

/** A running page. */
export interface Dashboard {
  readonly port: number;
  /** The address that signs in the next browser, once. */
  address(): string;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;

/** Serves the page; rejects when it cannot listen there. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { source, host = '127.0.0.1', randomText, code, onAddress } = options;
  const stop = new AbortController();
  const log = new EventLog(randomText().replaceAll('-', '').slice(0, 12));
  const server = createServer({ keepAliveTimeout: 5_000, requestTimeout: 30_000 });
  const port = (): number => (server.address() as AddressInfo | null)?.port ?? 0;
  const shown = host.includes(':') ? `[${host}]` : host;
  const urlOf = (token: string): string => `http://${isAny(host) ? '127.0.0.1' : shown}:${port()}/?token=${token}`;
  const sessions = new SessionKeeper({
    ...{ randomText, code },
    onToken: (token) => {
      if (server.listening) onAddress?.(urlOf(token));
    },
  });
  const app = dashboardApp({
    ...{ source, log, sessions, port, assets: options.assets, about: options.about, onError: options.onError },
    hostNames: (options.hostNames ?? []).map((name) => name.toLowerCase()),
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    signal: stop.signal,
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on('request', (request, response) => void listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const endNews = logNews(source, log);
  onAddress?.(urlOf(sessions.token));
  return {
    port: port(),
    address: () => urlOf(sessions.token),
    close: async () => {
      endNews();
      stop.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Listening everywhere: the printed address is the one of this machine. */
function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
