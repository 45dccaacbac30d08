import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../log.ts';

/** What the health server answers with. */
export interface HealthSource {
  /** Whether the control loop has seen the whole cluster once. */
  readonly ready: () => boolean;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** A running health server. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics`. A port that is taken is logged and otherwise ignored: the addresses of the device matter more than a
 * look at their metrics. Port 0 takes any free port.
 */
export async function startHealthServer(
  { host, port }: { readonly host: string; readonly port: number },
  source: HealthSource,
  log: Logger,
): Promise<HealthServer | undefined> {
  const server = http.createServer((request, response) => {
    void answer(request.url ?? '/', source).then(({ status, contentType = 'text/plain', text }) => {
      response.writeHead(status, { 'content-type': contentType }).end(text);
    });
  });
  const failure = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(port, host, () => resolve(undefined));
  });
  if (failure !== undefined) {
    log.warn({ host, port, cause: failure.message }, 'health server not started');
    return undefined;
  }
  const address = server.address() as AddressInfo;
  log.info({ host, port: address.port }, 'health server started');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly text: string;
}

async function answer(url: string, { ready, metrics }: HealthSource): Promise<Answer> {
  switch (url.split('?', 1)[0]) {
    case '/healthz':
      return { status: 200, text: 'ok\n' };
    case '/readyz':
      return ready() ? { status: 200, text: 'ok\n' } : { status: 503, text: 'the cluster has not been read yet\n' };
    case '/metrics':
      return metrics().then(
        ({ contentType, text }) => ({ status: 200, contentType, text }),
        (error: unknown) => ({ status: 500, text: `${(error as Error).message}\n` }),
      );
    default:
      return { status: 404, text: 'not found\n' };
  }
}
