import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeConnection, type KubeEndpoint } from './kube-connection.ts';
import { KubeError } from './kube-error.ts';

/** One request to the Kubernetes API. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  /** `application/json` when absent; the kind of patch goes here. */
  readonly contentType?: string;
  readonly timeoutMs?: number;
}

/** The Kubernetes API as the module uses it. */
export interface KubeClient {
  /** The JSON answer of a GET; of a write only that it succeeded: watches tell what became of it. Anything but 2xx is thrown as {@link KubeError}. */
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
  const connection = new KubeConnection(kubeConfig);
  return {
    request: async (request) => readAnswer(await send(await connection.endpoint(), request), request),
    stream: async (path, signal) => {
      const request = { method: 'GET', path } as const;
      const response = await send(await connection.endpoint(), request, signal);
      if (response.statusCode !== 200) throw KubeError.fromStatus(request, response, await readText(response, request));
      response.setEncoding('utf8');
      return response as AsyncIterable<string>;
    },
    close: () => connection.close(),
  };
}

function send(endpoint: KubeEndpoint, request: KubeRequest, signal?: AbortSignal): Promise<http.IncomingMessage> {
  const text = request.body === undefined ? undefined : JSON.stringify(request.body);
  const options = optionsOf(endpoint, request, text);
  if (signal !== undefined) options.signal = signal;
  return sendOnce(options, request, text).catch((error: unknown) => {
    // The server may close an idle connection just when it is used again; that says nothing about the server.
    if (error instanceof StaleConnection) return sendOnce(options, request, text);
    throw error;
  });
}

function optionsOf(endpoint: KubeEndpoint, request: KubeRequest, text: string | undefined): https.RequestOptions {
  const { options, protocol, hostname, port, root, agent } = endpoint;
  const headers: http.OutgoingHttpHeaders = {
    ...(options.headers as http.OutgoingHttpHeaders),
    accept: 'application/json',
    'user-agent': 'iotedge-networking',
  };
  if (text !== undefined) {
    headers['content-type'] = request.contentType ?? 'application/json';
    // For a DELETE, Node would otherwise send the body without saying that there is one.
    headers['content-length'] = Buffer.byteLength(text);
  }
  return { ...options, protocol, hostname, port, agent, path: root + request.path, method: request.method, headers };
}

class StaleConnection extends KubeError {}

function sendOnce(
  options: https.RequestOptions,
  call: KubeRequest,
  text: string | undefined,
): Promise<http.IncomingMessage> {
  const { method, path, timeoutMs } = call;
  return new Promise((resolve, reject) => {
    const transport = options.protocol === 'http:' ? http : https;
    const request = transport.request(options);
    const limit = timeoutMs ?? (method === 'GET' ? LIST_TIMEOUT_MS : REQUEST_TIMEOUT_MS);
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${limit} ms`)), limit).unref();
    request.on('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const isStale = request.reusedSocket && cause.code === 'ECONNRESET';
      const Trouble = isStale ? StaleConnection : KubeError;
      reject(new Trouble('ApiUnavailable', 0, `${method} ${pathOnly(path)}: ${cause.message}`, { cause }));
    });
    request.on('socket', (socket) => {
      if (!request.reusedSocket) socket.setKeepAlive(true, 30_000);
    });
    request.end(text);
  });
}

async function readAnswer(response: http.IncomingMessage, request: KubeRequest): Promise<unknown> {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw KubeError.fromStatus(request, response, await readText(response, request));
  if (request.method !== 'GET') return finish(response, request);
  const text = await readText(response, request);
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch (cause) {
    const message = `${request.method} ${pathOnly(request.path)}: the answer is not JSON`;
    throw new KubeError('ApiUnavailable', status, message, { cause });
  }
}

async function readText(response: http.IncomingMessage, request: KubeRequest): Promise<string> {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await finish(response, request);
  return text;
}

/** Waits for the end of an answer, whoever reads it; what nobody reads is thrown away. */
function finish(response: http.IncomingMessage, { method, path, timeoutMs }: KubeRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => void response.destroy(new Error('the answer stopped'));
    const timer = setTimeout(stopped, timeoutMs ?? LIST_TIMEOUT_MS).unref();
    response.on('end', () => {
      clearTimeout(timer);
      resolve();
    });
    response.on('error', (cause) => {
      clearTimeout(timer);
      reject(new KubeError('ApiUnavailable', 0, `${method} ${pathOnly(path)}: ${cause.message}`, { cause }));
    });
    response.resume();
  });
}

function pathOnly(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
