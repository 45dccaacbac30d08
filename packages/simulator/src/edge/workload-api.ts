import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the workload API knows about modules. */
export interface WorkloadApiOptions {
  /** The certificates that modules have to trust, PEM. */
  readonly trustBundle: string;
  /** The generation and the signing key (base64) of a module identity; undefined when there is none. */
  readonly identityOf: (moduleId: string) => { readonly generationId: string; readonly key: string } | undefined;
  /** The module whose pod has this address on this machine; undefined when it is no pod's (a program beside the cluster). */
  readonly callerAt: (address: string) => string | undefined;
  readonly moduleIds: () => readonly string[];
}

/** The running workload API. */
export interface WorkloadApi {
  readonly port: number;
  close(): Promise<void>;
}

const versions = new Set(['2018-06-28', '2019-01-30', '2020-07-07']);
const bodyLimit = 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Serves the workload API of the IoT Edge daemon on loopback: `GET /trust-bundle`, `GET /modules`, `POST /modules/{id}/genid/{generation}/sign`.
 * A pod may sign for its own module only, as the daemon, which looks at the caller's process, allows.
 */
export async function startWorkloadApi(options: WorkloadApiOptions): Promise<WorkloadApi> {
  const server = createServer((request, response) => {
    respond(request, options).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, failure(400, error instanceof Error ? error.message : String(error))),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(request: IncomingMessage, options: WorkloadApiOptions): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://workload');
  const version = url.searchParams.get('api-version');
  if (version === null || !versions.has(version))
    return failure(400, `Invalid API version: ${version ?? 'none given'}`);
  const path = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const route = `${request.method ?? ''} ${path.map((part, index) => (index % 2 === 0 || path.length === 1 ? part : '*')).join('/')}`;
  switch (route) {
    case 'GET trust-bundle':
      return { status: 200, body: { certificate: options.trustBundle } };
    case 'GET modules':
      return { status: 200, body: { modules: options.moduleIds().map((name) => ({ name })) } };
    case 'POST modules/*/genid/*/sign':
      return signFor({ moduleId: path[1] ?? '', generation: path[3] ?? '' }, request, options);
    default:
      return failure(404, 'Not Found');
  }
}

async function signFor(
  asked: { readonly moduleId: string; readonly generation: string },
  request: IncomingMessage,
  { callerAt, identityOf }: WorkloadApiOptions,
): Promise<Answer> {
  const caller = callerAt(request.socket.remoteAddress ?? '');
  const identity = identityOf(asked.moduleId);
  const foreign = caller !== undefined && caller !== asked.moduleId;
  if (foreign || identity?.generationId !== asked.generation)
    return failure(404, `Module not found: ${asked.moduleId}`);
  return sign(identity.key, await readJson(request));
}

function sign(key: string, body: unknown): Answer {
  const { keyId, algo, data } = (body ?? {}) as { keyId?: unknown; algo?: unknown; data?: unknown };
  if (typeof keyId !== 'string' || typeof algo !== 'string' || typeof data !== 'string') {
    return failure(400, 'The request needs "keyId", "algo" and "data", all texts');
  }
  if (algo !== 'HMACSHA256') return failure(400, `Unknown algorithm "${algo}": expected HMACSHA256`);
  const digest = createHmac('sha256', Buffer.from(key, 'base64')).update(Buffer.from(data, 'base64')).digest('base64');
  return { status: 200, body: { digest } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Error('The request is too large');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function failure(status: number, message: string): Answer {
  return { status, body: { message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
