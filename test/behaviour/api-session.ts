import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { KubeConfig, type KubernetesObject } from '@kubernetes/client-node';

/** The refusals of the API: `kind: Status`. */
export interface ApiStatus {
  readonly kind: 'Status';
  readonly apiVersion: string;
  readonly status: 'Success' | 'Failure';
  readonly message: string;
  readonly reason: string;
  readonly code: number;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly { readonly reason?: string; readonly message: string; readonly field?: string }[];
    readonly retryAfterSeconds?: number;
  };
}

/**
 * A kind of client-node as it is on the wire: plain objects instead of classes, times as text.
 */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

/** An answer as it came over the wire. */
export interface ApiAnswer<T> {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: T;
}

/** One request; `path` includes the query. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Content type of the body; `application/json` when absent. */
  readonly contentType?: string;
  readonly accept?: string;
}

/** A Kubernetes API as one user sees it: client-node's configuration, and requests whose answers are shown unchanged. */
export interface ApiSession {
  readonly config: KubeConfig;
  /** Every answer, refusals too. */
  send<T = ApiStatus>(request: ApiRequest): Promise<ApiAnswer<T>>;
  /** The body of a 2xx answer; anything else is thrown with the server's message. */
  ask<T = KubernetesObject>(request: ApiRequest): Promise<T>;
  /** The answer to a request, its body not read: for watches. */
  open(request: ApiRequest): Promise<IncomingMessage>;
  close(): void;
}

/** Content types of the four kinds of patch. */
export const PATCH = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Opens a session with the credentials of a kubeconfig (its text). */
export async function openApiSession(kubeconfig: string): Promise<ApiSession> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no current cluster');
  const credentials: RequestOptions = {};
  await config.applyToHTTPSOptions(credentials);
  const { ca, cert, key } = credentials;
  const headers = credentials.headers as OutgoingHttpHeaders | undefined;
  const agent = new Agent({ keepAlive: true, ca, cert, key });
  const open = ({ method = 'GET', path, body, contentType = 'application/json', accept }: ApiRequest) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const sent = httpsRequest(server + path, {
        method,
        agent,
        headers: {
          ...headers,
          accept: accept ?? 'application/json',
          // The server names the owner of changed fields after it.
          'user-agent': 'api-behaviour/1.0',
          // Stated, because Node leaves it out for DELETE, and the server then takes the body for the next request.
          ...(text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
        },
      });
      sent.once('response', resolve).once('error', reject);
      sent.end(text);
    });
  const send = async <T>(request: ApiRequest): Promise<ApiAnswer<T>> => {
    const response = await open(request);
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, body: readBody(text) as T };
  };
  return {
    config,
    send,
    ask: async <T>(request: ApiRequest) => {
      const { status, body } = await send<T>(request);
      if (status >= 200 && status < 300) return body;
      throw new Error(
        `${request.method ?? 'GET'} ${request.path}: ${status} ${(body as Partial<ApiStatus>).message ?? ''}`,
      );
    },
    open,
    close: () => agent.destroy(),
  };
}

// Some refusals (an unknown path, /healthz) are plain text.
function readBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
