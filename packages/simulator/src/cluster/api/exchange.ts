import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { ApiError, badRequest } from '../api-error.ts';
import { decodeProtobuf } from '../protobuf/decode-protobuf.ts';
import type { User } from './authenticate.ts';

/** One request with what has been found out about it, and the ways to answer it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly url: URL;
  readonly user: User;
}

const bodyLimit = 3 * 1024 * 1024;

/** The body of a request as text. More than 3 MiB is refused, as by the real server. */
export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString();
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${bodyLimit}`, {});
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The media type of the body, without parameters. */
export function contentType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Reads a body in JSON, YAML or protobuf. An empty one is undefined. */
export async function readObject(request: IncomingMessage): Promise<unknown> {
  const type = contentType(request);
  if (type === 'application/vnd.kubernetes.protobuf') {
    const bytes = await readBytes(request);
    return bytes.length === 0 ? undefined : decodeProtobuf(bytes);
  }
  if (!['', 'application/json', 'application/yaml'].includes(type)) {
    const accepted = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
    throw new ApiError(415, 'UnsupportedMediaType', message, {});
  }
  const text = await readBody(request);
  if (text.trim() === '') return undefined;
  if (type.endsWith('yaml')) {
    try {
      return parseYaml(text) as unknown;
    } catch (error) {
      throw badRequest(`error converting YAML to JSON: ${error instanceof Error ? error.message : ''}`);
    }
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : ''}`);
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body) + '\n';
  response.writeHead(code, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache, private',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers with a Status for whatever went wrong. */
export function sendError(response: ServerResponse, error: unknown): void {
  const refusal =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.message : 'unknown'}`,
        );
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const retry = refusal.status.details?.retryAfterSeconds;
  sendJson(response, refusal.code, refusal.status, retry === undefined ? {} : { 'Retry-After': String(retry) });
}

/** Answers with plain text. */
export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end(text);
}

/** The field manager of a request: the parameter, or the program's name from the user agent. */
export function fieldManager(exchange: Exchange): string {
  const parameter = exchange.url.searchParams.get('fieldManager');
  if (parameter !== null && parameter !== '') return parameter;
  const agent = exchange.request.headers['user-agent'] ?? '';
  return agent.split('/')[0]?.slice(0, 128) ?? 'unknown';
}
