import type http from 'node:http';
import type { Reason } from '@iotedge-networking/contract';

/** What went wrong with a request to the Kubernetes API, as a reason of the catalogue. */
export type KubeReason = Extract<Reason, 'Forbidden' | 'ApiUnavailable' | 'Refused'>;

/** A request that the Kubernetes API did not fulfil. `status` is the HTTP status, 0 when there was none. */
export class KubeError extends Error {
  readonly reason: KubeReason;
  readonly status: number;
  /** Wait this long before the next attempt, when the server asked for it. */
  readonly retryAfterMs?: number;

  constructor(
    reason: KubeReason,
    status: number,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.name = 'KubeError';
    this.reason = reason;
    this.status = status;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Reads the Status object that the API answers with, or whatever a proxy on the way has put there. */
  static fromStatus(
    request: { readonly method: string; readonly path: string },
    response: http.IncomingMessage,
    text: string,
  ): KubeError {
    const status = response.statusCode ?? 0;
    const seconds = Number(response.headers['retry-after']);
    const message =
      statusMessage(text) ?? `${request.method} ${request.path.split('?', 1)[0] ?? ''} answered ${status}`;
    return new KubeError(reasonOf(status), status, message, {
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    });
  }
}

function reasonOf(status: number): KubeReason {
  if (status === 401 || status === 403) return 'Forbidden';
  return status === 429 || status >= 500 || status === 0 ? 'ApiUnavailable' : 'Refused';
}

function statusMessage(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as { readonly message?: unknown };
    return typeof body.message === 'string' && body.message !== '' ? body.message : undefined;
  } catch {
    return undefined;
  }
}

/** Any thrown value as a KubeError; what is none already counts as an API that cannot be reached. */
export function asKubeError(error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new KubeError('ApiUnavailable', 0, message, { cause: error });
}
