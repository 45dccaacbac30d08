import http from 'node:http';
import { once } from 'node:events';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request with exactly these headers: unlike fetch, Host and Origin can be set. */
export async function send(
  port: number,
  path: string,
  options: { method?: string; headers?: Readonly<Record<string, string>>; body?: string } = {},
): Promise<RawAnswer> {
  const { method = 'GET', headers = {}, body } = options;
  const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** A signed-in browser. */
export interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  json(path: string): Promise<unknown>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
}

/** Signs in by a printed address. */
export async function signIn(address: string): Promise<Browser> {
  const url = new URL(address);
  const port = Number(url.port);
  const { headers } = await send(port, `${url.pathname}${url.search}`);
  const cookie = (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  const get: Browser['get'] = (path, more = {}) => send(port, path, { headers: { cookie, ...more } });
  const json = async (path: string): Promise<unknown> => JSON.parse((await get(path)).body.toString());
  const { csrfToken: csrf } = (await json('/api/session')) as { csrfToken: string };
  return {
    ...{ cookie, csrf, get, json },
    post: (path, body, more = {}) =>
      send(port, path, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', 'x-csrf-token': csrf, ...more },
        body: JSON.stringify(body),
      }),
  };
}

/** One server-sent event. */
export interface Sent {
  readonly id?: string;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An open stream of server-sent events; `seen` grows. */
export interface EventFeed {
  readonly seen: readonly Sent[];
  close(): void;
  readonly closed: Promise<void>;
}

/** Opens the events of a signed-in browser. */
export async function openEvents(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventFeed> {
  const request = http.get({ host: '127.0.0.1', port, path, headers, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const seen: Sent[] = [];
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    seen.push(...blocks.flatMap(readBlock));
  });
  response.on('error', () => undefined);
  request.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  return { seen, closed, close: () => request.destroy() };
}

function readBlock(block: string): readonly Sent[] {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data');
  const kind = fields.get('event');
  if (data === undefined || kind === undefined) return [];
  const id = fields.get('id');
  return [{ kind, data: JSON.parse(data) as Sent['data'], ...(id === undefined ? {} : { id }) }];
}
