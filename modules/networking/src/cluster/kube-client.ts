import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

/** One request to the Kubernetes API. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  /** `application/json` when absent; the kind of patch goes here. */
  readonly contentType?: string;
  readonly timeoutMs?: number;
}

/** The Kubernetes API as the module uses it. */
export interface KubeClient {
  /** The JSON answer; anything but 2xx is thrown as {@link KubeError}. */
  request(request: KubeRequest): Promise<unknown>;
  /** The body of a watch, as it comes; ends with an error when the connection breaks. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<string>>;
  /** Closes idle connections. */
  close(): void;
}

const REQUEST_TIMEOUT_MS = 15_000;
const LIST_TIMEOUT_MS = 60_000;

/**
 * A client over node's own HTTP with the credentials, certificates and proxies of client-node's KubeConfig. Its generated API classes are not used: they open
 * a TLS connection per request and parse every field into objects, which costs more memory than the module may have.
 */
export function kubeClient(kubeConfig: KubeConfig): KubeClient {
  const connections = new ConnectionPool();
  return {
    request: async (request) => {
      const response = await send(await prepare(kubeConfig, connections, request), request);
      return readJson(response, request);
    },
    stream: async (path, signal) => {
      const options = await prepare(kubeConfig, connections, { method: 'GET', path });
      const response = await send({ ...options, signal }, { method: 'GET', path });
      if (response.statusCode !== 200) return Promise.reject(await refused(response, { method: 'GET', path }));
      response.setEncoding('utf8');
      return response as AsyncIterable<string>;
    },
    close: () => connections.close(),
  };
}

async function prepare(
  kubeConfig: KubeConfig,
  connections: ConnectionPool,
  request: KubeRequest,
): Promise<https.RequestOptions> {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new KubeError('ApiUnavailable', 0, 'The kubeconfig names no current cluster.');
  const options: https.RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const url = new URL(cluster.server.replace(/\/$/, '') + request.path);
  return {
    ...options,
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    method: request.method,
    agent: cluster.proxyUrl === undefined ? connections.agentFor(url.protocol, options) : options.agent,
    headers: {
      ...(options.headers as http.OutgoingHttpHeaders),
      ...bodyHeaders(request, bodyText(request)),
      accept: 'application/json',
      'user-agent': 'iotedge-networking',
    },
  };
}

/** The length is always stated: for a DELETE, Node would send the body without saying that there is one. */
function bodyHeaders(
  { contentType = 'application/json' }: KubeRequest,
  body: string | undefined,
): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) };
}

/** Keeps connections alive; a rotated certificate or authority gets new ones. */
class ConnectionPool {
  #agent: http.Agent | undefined;
  #identity = '';

  agentFor(protocol: string, { ca, cert, key, rejectUnauthorized, servername }: https.RequestOptions): http.Agent {
    const identity = [protocol, ca, cert, key, rejectUnauthorized, servername].map(String).join(' ');
    if (this.#agent !== undefined && identity === this.#identity) return this.#agent;
    this.#agent?.destroy();
    this.#identity = identity;
    const keepAlive = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 8, scheduling: 'lifo' as const };
    this.#agent =
      protocol === 'http:'
        ? new http.Agent(keepAlive)
        : new https.Agent({ ...keepAlive, ca, cert, key, rejectUnauthorized, servername });
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
  }
}

function send(options: https.RequestOptions, request: KubeRequest): Promise<http.IncomingMessage> {
  return sendOnce(options, request).catch((error: unknown) => {
    // The server may close an idle connection just when it is used again; that says nothing about the server.
    if (error instanceof StaleConnection) return sendOnce(options, request);
    throw error;
  });
}

class StaleConnection extends KubeError {}

function sendOnce(options: https.RequestOptions, call: KubeRequest): Promise<http.IncomingMessage> {
  const { method, path, timeoutMs } = call;
  return new Promise((resolve, reject) => {
    const transport = options.protocol === 'http:' ? http : https;
    const request = transport.request(options, resolve);
    const limit = timeoutMs ?? (method === 'GET' ? LIST_TIMEOUT_MS : REQUEST_TIMEOUT_MS);
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${limit} ms`)), limit);
    timer.unref();
    request.on('response', () => clearTimeout(timer));
    request.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const isStale = request.reusedSocket && cause.code === 'ECONNRESET';
      const Trouble = isStale ? StaleConnection : KubeError;
      reject(new Trouble('ApiUnavailable', 0, `${method} ${pathOnly(path)}: ${cause.message}`, { cause }));
    });
    request.on('socket', (socket) => socket.setKeepAlive(true, 30_000));
    request.end(bodyText(call));
  });
}

function bodyText({ body }: KubeRequest): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

async function readJson(response: http.IncomingMessage, request: KubeRequest): Promise<unknown> {
  const text = await readText(response, request);
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw KubeError.fromStatus(request, response, text);
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch (cause) {
    throw new KubeError(
      'ApiUnavailable',
      status,
      `${request.method} ${pathOnly(request.path)}: the answer is not JSON`,
      { cause },
    );
  }
}

async function refused(response: http.IncomingMessage, request: KubeRequest): Promise<KubeError> {
  return KubeError.fromStatus(request, response, await readText(response, request));
}

async function readText(response: http.IncomingMessage, { method, path, timeoutMs }: KubeRequest): Promise<string> {
  const timer = setTimeout(() => response.destroy(new Error('the answer stopped')), timeoutMs ?? LIST_TIMEOUT_MS);
  timer.unref();
  try {
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += chunk as string;
    return text;
  } catch (cause) {
    throw new KubeError('ApiUnavailable', 0, `${method} ${pathOnly(path)}: ${(cause as Error).message}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

function pathOnly(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
