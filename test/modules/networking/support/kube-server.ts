import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { LoadBalancerModel, readConfigMap } from '@iotedge-networking/metallb';
import { applyTwinPatch, type TwinObject } from '@iotedge-networking/contract';
import { readService } from '../../../../modules/networking/src/cluster/read-service.ts';

/** A Kubernetes object as JSON. */
export interface RawObject extends TwinObject {
  readonly metadata: TwinObject & { readonly name: string; readonly namespace?: string; readonly uid?: string };
}

interface Watcher {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly response: ServerResponse;
}

interface LoggedEvent {
  readonly version: number;
  readonly collection: string;
  readonly type: string;
  readonly object: RawObject;
}

/**
 * The smallest Kubernetes API that list, watch, create, merge patch and delete need, over plain HTTP. It checks and defaults nothing. Collections are named by
 * their API root and plural, such as `/api/v1/services`.
 */
export class KubeServer {
  /** Collections that answer with this status instead, by path without query. */
  readonly refusals = new Map<string, number>();
  /** Requests so far, `METHOD path?query`. */
  readonly requests: string[] = [];
  /** Whether watches of an unknown version are told that they are too late. */
  forgetVersionsBelow = 0;
  /** Answers to a write, instead of doing it, while not empty. */
  readonly writeRefusals: number[] = [];
  readonly #objects = new Map<string, RawObject>();
  readonly #events: LoggedEvent[] = [];
  readonly #watchers = new Set<Watcher>();
  readonly #server = http.createServer((request, response) => void this.#answer(request, response));
  #version = 100;

  static async start(): Promise<KubeServer> {
    const server = new KubeServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The kubeconfig that leads here. */
  get kubeConfig(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'test', server: this.url, skipTLSVerify: true },
      { name: 'test', token: 'secret' },
    );
    return config;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Creates or replaces an object. */
  put(collection: string, object: object): RawObject {
    const raw = object as RawObject;
    const key = keyOf(collection, raw.metadata.namespace, raw.metadata.name);
    const before = this.#objects.get(key);
    this.#version += 1;
    const metadata = {
      uid: `uid-${this.#version}`,
      ...before?.metadata,
      ...raw.metadata,
      resourceVersion: String(this.#version),
    };
    const stored = { ...raw, metadata } as RawObject;
    this.#objects.set(key, stored);
    this.#publish(collection, before === undefined ? 'ADDED' : 'MODIFIED', stored);
    return stored;
  }

  get(collection: string, namespace: string | undefined, name: string): RawObject | undefined {
    return this.#objects.get(keyOf(collection, namespace, name));
  }

  list(collection: string, namespace?: string): readonly RawObject[] {
    const prefix = namespace === undefined ? `${collection}|` : `${collection}|${namespace}|`;
    return [...this.#objects].flatMap(([key, object]) => (key.startsWith(prefix) ? [object] : []));
  }

  remove(collection: string, namespace: string | undefined, name: string): void {
    const key = keyOf(collection, namespace, name);
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.#version += 1;
    this.#publish(collection, 'DELETED', {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#version) },
    });
  }

  /** Resource version of the latest change. */
  get version(): number {
    return this.#version;
  }

  /** Number of open watches of a collection. */
  watches(collection: string): number {
    return [...this.#watchers].filter((watcher) => watcher.collection === collection).length;
  }

  /** Breaks every watch: in the middle of the line, or in order. */
  cutWatches(how: 'abruptly' | 'orderly'): void {
    for (const { response } of this.#watchers) {
      if (how === 'orderly') response.end();
      else response.destroy();
    }
    this.#watchers.clear();
  }

  /** From now on the open watches say nothing any more, without ending. */
  silenceWatches(): void {
    this.#watchers.clear();
  }

  /** Sends a line to the open watches. */
  say(collection: string, line: object): void {
    for (const watcher of this.#watchers)
      if (watcher.collection === collection) watcher.response.write(`${JSON.stringify(line)}\n`);
  }

  #publish(collection: string, type: string, object: RawObject): void {
    this.#events.push({ version: this.#version, collection, type, object });
    for (const watcher of this.#watchers) {
      const isMeant = watcher.namespace === undefined || watcher.namespace === object.metadata.namespace;
      if (watcher.collection === collection && isMeant) watcher.response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const place = placeOf(url.pathname);
    const refusal = this.refusals.get(url.pathname);
    if (refusal !== undefined) {
      sendStatus(response, refusal, `${url.pathname} refused`);
      return;
    }
    if (url.pathname === '/apis') {
      sendJson(response, 200, this.#groups());
      return;
    }
    const resources = /^\/apis\/[^/]+\/[^/]+$/.test(url.pathname);
    if (resources) {
      sendJson(response, 200, { resources: this.#resourcesOf(url.pathname) });
      return;
    }
    if (place === undefined) {
      sendStatus(response, 404, 'the server could not find the requested resource');
      return;
    }
    if (request.method !== 'GET') return this.#write(request, response, place);
    if (url.searchParams.get('watch') === 'true') {
      this.#watch(url, response, place);
      return;
    }
    const items = this.list(place.collection, place.namespace).filter((item) => isSelected(item, url));
    sendJson(response, 200, { metadata: { resourceVersion: String(this.#version) }, items });
  }

  #groups(): object {
    const names = new Map<string, Set<string>>([['discovery.k8s.io', new Set(['v1'])]]);
    for (const key of this.#objects.keys()) {
      const [, group = '', version = ''] = /^\/apis\/([^/]+)\/([^/]+)\//.exec(key) ?? [];
      if (group !== '') names.set(group, (names.get(group) ?? new Set()).add(version));
    }
    const groups = [...names].map(([name, versions]) => ({
      name,
      versions: [...versions].map((version) => ({ version })),
    }));
    return { groups };
  }

  #resourcesOf(root: string): readonly object[] {
    const plurals = [...this.#objects.keys()].flatMap((key) =>
      key.startsWith(`${root}/`) ? (key.slice(root.length + 1).split('|')[0] ?? []) : [],
    );
    return [...new Set(plurals)].map((name) => ({ name }));
  }

  #watch(url: URL, response: ServerResponse, { collection, namespace }: Place): void {
    const from = Number(url.searchParams.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < this.forgetVersionsBelow) {
      const status = { kind: 'Status', code: 410, message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
      return;
    }
    const watcher = { collection, namespace, response };
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
    for (const event of this.#events)
      if (
        event.version > from &&
        event.collection === collection &&
        (namespace === undefined || event.object.metadata.namespace === namespace)
      )
        response.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`);
  }

  async #write(request: IncomingMessage, response: ServerResponse, place: Place): Promise<void> {
    const body = await readBody(request);
    const refusal = this.writeRefusals.shift();
    if (refusal !== undefined) {
      sendStatus(response, refusal, 'refused by the test');
      return;
    }
    const { collection, namespace, name } = place;
    const present = name === undefined ? undefined : this.get(collection, namespace, name);
    if (request.method === 'POST') {
      const object = body as unknown as RawObject;
      if (this.get(collection, namespace, object.metadata.name) !== undefined) {
        sendStatus(response, 409, 'already exists');
        return;
      }
      const spec = collection === SERVICES ? { spec: { clusterIP: '172.28.0.9', ...(object.spec as object) } } : {};
      sendJson(
        response,
        201,
        this.put(collection, { ...object, ...spec, metadata: { ...object.metadata, namespace } }),
      );
      return;
    }
    if (present === undefined) {
      sendStatus(response, 404, 'not found');
      return;
    }
    if (request.method === 'DELETE') {
      this.remove(collection, namespace, name ?? '');
      sendJson(response, 200, { kind: 'Status', status: 'Success' });
      return;
    }
    const uid = (body.metadata as { readonly uid?: string } | undefined)?.uid;
    if (uid !== undefined && uid !== present.metadata.uid) {
      sendStatus(response, 409, 'uid differs');
      return;
    }
    sendJson(response, 200, this.put(collection, applyTwinPatch(present, body)));
  }
}

interface Place {
  readonly collection: string;
  readonly namespace?: string;
  readonly name?: string;
}

function placeOf(path: string): Place | undefined {
  const match = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  if (match === null) return undefined;
  const [, root = '', namespace, plural = '', name] = match;
  return { collection: `${root}/${plural}`, namespace, name };
}

function keyOf(collection: string, namespace: string | undefined, name: string): string {
  return `${collection}|${namespace ?? ''}|${name}`;
}

function isSelected(item: RawObject, url: URL): boolean {
  const selector = url.searchParams.get('fieldSelector');
  return selector === null || selector === `metadata.name=${item.metadata.name}`;
}

async function readBody(request: IncomingMessage): Promise<TwinObject> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as TwinObject;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendStatus(response: ServerResponse, code: number, message: string): void {
  const headers = code === 429 ? { 'retry-after': '0' } : {};
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ kind: 'Status', code, message }));
}

const SERVICES = '/api/v1/services';

/** Plays MetalLB 0.12 on the server: assigns addresses from the ConfigMap `metallb-system/config`, once for every change. */
export function playMetalLb(server: KubeServer): void {
  const config = server.get('/api/v1/configmaps', 'metallb-system', 'config') as
    { readonly data?: { readonly config?: string } } | undefined;
  const outcome = readConfigMap(config?.data?.config ?? '');
  if (!outcome.ok) throw new Error('the ConfigMap is no configuration of MetalLB');
  const model = new LoadBalancerModel({ version: '0.12.1' });
  const services = server.list(SERVICES).map((object) => ({ object, service: readService(object) }));
  for (const { service } of services)
    model.apply({
      ...service,
      clusterIPs: service.clusterIps,
      loadBalancerIP: service.loadBalancerIp,
      status: service.ingress,
    });
  model.setConfig(outcome.value);
  for (const { object, service } of services) {
    const ips = model.service(`${service.namespace}/${service.name}`)?.addresses ?? [];
    const ingress = service.type === 'LoadBalancer' ? ips.map((ip) => ({ ip })) : [];
    if (ingress.map(({ ip }) => ip).join() === service.ingress.join()) continue;
    server.put(SERVICES, { ...object, status: { loadBalancer: { ingress } } });
  }
}
