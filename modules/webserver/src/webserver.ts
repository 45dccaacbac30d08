import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { page } from './page.ts';
import { readRow } from './read-row.ts';
import type { RowResult } from './read-row.ts';

/** What the web server is started with. */
export interface WebserverOptions {
  /** The name it shows as its own. */
  readonly replica: string;
  /** Base URL of the database. */
  readonly databaseUrl: string;
  readonly timeoutMs: number;
}

/** `GET /` shows the replica and a row of the database: as a page, or as JSON with `Accept: application/json` or `?format=json`. */
export function webserver(options: WebserverOptions): Server {
  return createServer((request, response) => {
    request.resume();
    void handle(options, request, response);
  });
}

async function handle(options: WebserverOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://webserver');
  response.setHeader('x-replica', options.replica);
  if (url.pathname === '/healthz') {
    send(response, 200, { ok: true });
  } else if (url.pathname !== '/') {
    send(response, 404, { error: `There is no ${url.pathname}: use / or /healthz` });
  } else {
    const result = await readRow(options.databaseUrl, options.timeoutMs);
    const json =
      url.searchParams.get('format') === 'json' || (request.headers.accept ?? '').includes('application/json');
    show(response, { options, result, json });
  }
}

function show(
  response: ServerResponse,
  { options, result, json }: { options: WebserverOptions; result: RowResult; json: boolean },
): void {
  const status = result.ok ? 200 : 502;
  if (json) {
    const { ok, ...rest } = result;
    send(response, status, { ok, replica: options.replica, ...rest });
  } else {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page(options.replica, result));
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
