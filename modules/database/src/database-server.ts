import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Row, RowStore } from './row-store.ts';

const bodyLimit = 64 * 1024;

/** The HTTP API of the sample database: `GET /rows`, `POST /rows` {name, value}, `GET /healthz`. `replica` is named in each answer. */
export function databaseServer(store: RowStore, replica: string): Server {
  return createServer((request, response) => {
    response.setHeader('x-replica', replica);
    handle(store, request, response).catch((error: unknown) => {
      send(response, 400, { error: error instanceof Error ? error.message : String(error) });
    });
  });
}

async function handle(store: RowStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://database');
  if (pathname === '/healthz') send(response, 200, { ok: true });
  else if (pathname !== '/rows') send(response, 404, { error: `There is no ${pathname}: use /rows or /healthz` });
  else if (request.method === 'GET') send(response, 200, { rows: store.list() });
  else if (request.method === 'POST') send(response, 201, store.add(rowOf(await readBody(request))));
  else send(response, 405, { error: `${request.method ?? ''} is not possible on /rows: use GET or POST` });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Error(`The body is larger than ${bodyLimit} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function rowOf(body: unknown): Pick<Row, 'name' | 'value'> {
  const { name, value } = (body ?? {}) as { name?: unknown; value?: unknown };
  if (typeof name === 'string' && typeof value === 'string') return { name, value };
  throw new Error('A row needs "name" and "value", both texts');
}
