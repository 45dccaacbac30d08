import { Hono, type Context } from 'hono';
import type { DashboardEvent } from '../view/dashboard-event.ts';
import type { DeviceView } from '../view/device-view.ts';
import type { DeviceState, FleetView } from '../view/fleet-view.ts';
import type { SessionView } from '../view/session-view.ts';
import type { DashboardSource } from './dashboard-source.ts';
import { SourceError } from './dashboard-source.ts';
import type { EventLog } from './event-log.ts';
import { eventStream } from './event-stream.ts';
import type { GuardedEnv } from './guard-session.ts';
import { hostLines } from './host-lines.ts';
import { queryFleet } from './query-fleet.ts';
import { zoneRecords } from './zone-records.ts';

/** What the routes are made of. */
export interface RouteParts {
  readonly source: DashboardSource;
  readonly log: EventLog;
  readonly about: Pick<SessionView, 'version' | 'language'>;
  readonly heartbeatMs: number;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

const MAX_ROWS = 10_000;
const STATES: readonly string[] = ['failing', 'pending', 'unknown', 'ready'] satisfies readonly DeviceState[];

/** Everything that only reads. */
export function readRoutes(parts: RouteParts): Hono<GuardedEnv> {
  const { source } = parts;
  const routes = new Hono<GuardedEnv>();
  routes.get('/session', (context) => context.json(sessionView(parts, context.get('session').csrfToken)));
  routes.get('/fleet', (context) => context.json(fleetView(parts, context.req.query())));
  routes.get('/devices/:id', async (context) => context.json(await requireDevice(source, context.req.param('id'))));
  routes.get('/devices/:id/services/:namespace/:name/path', async (context) => {
    const { id, namespace, name } = context.req.param();
    const path = await source.path(id, { namespace, name });
    if (path === undefined) throw new SourceError('not-found', `${id} has no Service ${namespace}/${name}.`);
    return context.json(path);
  });
  routes.get('/devices/:id/hosts', async (context) => {
    const device = await requireDevice(source, context.req.param('id'));
    return download(context, `hosts-${device.id}`, hostLines(device));
  });
  routes.get('/devices/:id/zone', async (context) => {
    const device = await requireDevice(source, context.req.param('id'));
    return download(context, `${device.id}.zone`, zoneRecords(device));
  });
  routes.get('/events', (context) => answerEvents(context, parts));
  return routes;
}

async function requireDevice(source: DashboardSource, id: string): Promise<DeviceView> {
  const device = await source.device(id);
  if (device === undefined) throw new SourceError('not-found', `There is no device ${id} with the networking module.`);
  return device;
}

function sessionView({ source, about }: RouteParts, csrfToken: string): SessionView {
  const { kind, name, networkFile, changes } = source;
  return {
    ...{ csrfToken, readOnly: changes === undefined, source: kind, name, ...about },
    ...(networkFile === undefined ? {} : { networkFile }),
  };
}

function fleetView({ source, log }: RouteParts, query: Readonly<Record<string, string>>): FleetView {
  const { q, state, offset, limit } = query;
  const lastEventId = log.lastId;
  const asked = {
    ...(q === undefined ? {} : { text: q }),
    ...(state !== undefined && STATES.includes(state) ? { state: state as DeviceState } : {}),
    offset: wholeNumber(offset, 0),
    limit: Math.min(wholeNumber(limit, MAX_ROWS), MAX_ROWS),
  };
  return { ...queryFleet(source.fleet(), asked), lastEventId };
}

function wholeNumber(text: string | undefined, fallback: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : fallback;
}

function download(context: Context, name: string, text: string): Response {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '_');
  return context.body(text, 200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="${safe}"`,
  });
}

function answerEvents(context: Context<GuardedEnv>, { source, log, heartbeatMs, signal }: RouteParts): Response {
  const after = context.req.header('last-event-id') ?? context.req.query('after');
  const stream = eventStream({
    ...{ source, log, heartbeatMs, device: context.req.query('device') },
    ...(after === undefined || after === '' ? {} : { after }),
    signal: AbortSignal.any([signal, context.req.raw.signal]),
  });
  return context.body(stream, 200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
}

/** Passes on what is new at the source; too many rows at once are better read anew. */
export function logNews(source: DashboardSource, log: EventLog): () => void {
  return source.subscribe((news) => {
    const event = eventOf(news);
    if (event !== undefined) log.publish(event);
  });
}

const ROWS_PER_EVENT = 1_000;

function eventOf(news: Parameters<Parameters<DashboardSource['subscribe']>[0]>[0]): DashboardEvent | undefined {
  if (news.kind === 'source') return { kind: 'source', ...news.state };
  if (news.kind === 'device') return undefined;
  return news.changed.length + news.removed.length > ROWS_PER_EVENT ? { kind: 'reset' } : news;
}
