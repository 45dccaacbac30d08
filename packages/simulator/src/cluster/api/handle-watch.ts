import { ApiError } from '../api-error.ts';
import type { KubeObject, ObjectEvent } from '../object-client.ts';
import { parseResourceVersion } from '../rest/list-objects.ts';
import { watchObjects } from '../rest/watch-objects.ts';
import type { WatchStart } from '../rest/watch-objects.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceRequest } from './resource-request.ts';
import { negotiate, representObject } from './represent.ts';
import type { Representation } from './represent.ts';
import { isTrue, numberParameter, textParameter } from './request-info.ts';

const bookmarkInterval = 60_000;
const bookmarkLead = 2000;
const shortestTimeout = 1800;

/** Answers a watch: one JSON document per line until the time is over or somebody goes away. */
export function handleWatch(request: ResourceRequest): void {
  const { context, exchange, path, kind } = request;
  const { environment, faults } = context;
  const { response, url } = exchange;
  const query = url.searchParams;
  const form = negotiate(exchange.request.headers.accept, query, environment.scheduler.now());
  const begin = watchBegin(request);
  const selection = {
    // A watch on one object is a watch on its collection by name.
    namespace: path.namespace,
    labelSelector: textParameter(query, 'labelSelector'),
    fieldSelector: path.name === undefined ? textParameter(query, 'fieldSelector') : `metadata.name=${path.name}`,
  };
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  context.track(response);
  const stream = watchStream(request, form);
  const ends: (() => void)[] = [];
  let ended = false;
  const finish = (): void => {
    if (ended) return;
    ended = true;
    for (const end of ends) end();
  };
  response.on('close', finish);
  try {
    ends.push(watchObjects(environment, kind, { selection, start: begin.start }, stream.tell));
  } catch (error) {
    stream.fail(error);
    return;
  }
  if (begin.initialBookmark) stream.bookmark(environment.store.resourceVersion, true);
  ends.push(
    faults.addWatch({ cut: () => response.destroy(), end: () => void response.end(), mute: () => stream.mute() }),
  );
  const timeout = numberParameter(query, 'timeoutSeconds') ?? Math.round(shortestTimeout * (1 + environment.random()));
  ends.push(environment.scheduler.after(timeout * 1000, () => stream.end()));
  if (isTrue(query.get('allowWatchBookmarks'))) ends.push(sendBookmarks(request, stream, timeout * 1000));
}

interface WatchBegin {
  readonly start: WatchStart;
  readonly initialBookmark: boolean;
}

function watchBegin({ exchange, context }: ResourceRequest): WatchBegin {
  const query = exchange.url.searchParams;
  const version = textParameter(query, 'resourceVersion') ?? '0';
  const initial = textParameter(query, 'sendInitialEvents');
  if (initial !== undefined && !context.environment.features.watchList) {
    const message = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
    throw new ApiError(
      422,
      'Invalid',
      `ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: ${message}`,
      {
        group: 'meta.k8s.io',
        kind: 'ListOptions',
        causes: [{ reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field: 'sendInitialEvents' }],
      },
    );
  }
  if (isTrue(initial ?? null))
    return { start: { from: 'present' }, initialBookmark: isTrue(query.get('allowWatchBookmarks')) };
  if (version === '0' && initial === undefined) return { start: { from: 'present' }, initialBookmark: false };
  const resourceVersion = version === '0' ? context.environment.store.resourceVersion : parseResourceVersion(version);
  return { start: { from: 'version', resourceVersion }, initialBookmark: false };
}

interface WatchStream {
  readonly tell: (event: ObjectEvent) => void;
  readonly bookmark: (resourceVersion: number, initial: boolean) => void;
  readonly fail: (error: unknown) => void;
  readonly end: () => void;
  /** From now on nothing is written, not even the end. */
  readonly mute: () => void;
}

function watchStream(request: ResourceRequest, form: Representation): WatchStream {
  const { context, exchange, kind } = request;
  const { response } = exchange;
  let first = true;
  let muted = false;
  const write = (type: string, object: unknown): void => {
    if (muted || response.writableEnded || response.destroyed) return;
    response.write(JSON.stringify({ type, object }) + '\n');
  };
  const present = (object: KubeObject): unknown => {
    const now = context.environment.scheduler.now();
    const shown = { ...form, table: { ...form.table, now, withoutColumns: !first } };
    first = false;
    return representObject(kind, object, shown);
  };
  return {
    tell: ({ type, object }) => write(type, present(object)),
    bookmark: (resourceVersion, initial) => {
      const annotations = initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
      const metadata = { resourceVersion: String(resourceVersion), creationTimestamp: null, ...annotations };
      const empty = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata } as unknown as KubeObject;
      write('BOOKMARK', form.as === 'table' ? present(empty) : empty);
    },
    fail: (error) => {
      // A refusal that comes after the answer has begun is an event of its own, as in the real server.
      const status =
        error instanceof ApiError ? error.status : new ApiError(500, 'InternalError', String(error)).status;
      write('ERROR', status);
      response.end();
    },
    end: () => {
      if (!muted) response.end();
    },
    mute: () => {
      muted = true;
    },
  };
}

/** A bookmark every minute and shortly before the end, if there is a newer version to tell of. */
function sendBookmarks({ context }: ResourceRequest, stream: WatchStream, duration: number): () => void {
  const { scheduler, store } = context.environment;
  const end = scheduler.now().getTime() + duration - bookmarkLead;
  let told = store.resourceVersion;
  let cancel: () => void = () => undefined;
  const again = (): void => {
    const left = end - scheduler.now().getTime();
    if (left <= 0) return;
    cancel = scheduler.after(Math.min(bookmarkInterval, left), () => {
      if (store.resourceVersion > told) stream.bookmark(store.resourceVersion, false);
      told = store.resourceVersion;
      again();
    });
  };
  again();
  return () => cancel();
}
