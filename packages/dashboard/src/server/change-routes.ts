import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import type { ApplyStep } from '../view/apply-step.ts';
import { answerError, errorView } from './answer-error.ts';
import { SourceError, type ChangeDesk } from './dashboard-source.ts';
import { draftSchema, undoSchema } from './draft-schema.ts';
import type { EventLog } from './event-log.ts';
import { guardChange, type GuardedEnv } from './guard-session.ts';

/** What the routes are made of. */
export interface ChangeParts {
  /** Absent: every change is refused. */
  readonly changes?: ChangeDesk;
  readonly log: EventLog;
  /** Takes what no answer can tell. */
  readonly onError: (error: unknown) => void;
}

/** A draft is a few hundred bytes; anything much longer is none. */
const BODY_BYTES = 64 * 1024;

/** Everything that changes something, and the history of it. One change of a device at a time. */
export function changeRoutes(parts: ChangeParts): Hono<GuardedEnv> {
  const routes = new Hono<GuardedEnv>();
  const busy = new Set<string>();
  routes.get('/devices/:id/history', async (context) =>
    context.json((await parts.changes?.history(context.req.param('id'))) ?? { entries: [] }),
  );
  routes.post('/devices/:id/:action{preview|apply|undo}', guardChange(), async (context) => {
    const { id, action } = context.req.param();
    const { changes } = parts;
    if (changes === undefined)
      return answerError(context, { code: 'read-only', message: 'This page shows and does not change.' });
    if (action === 'preview') return context.json(await changes.preview(id, await readBody(context, draftSchema)));
    if (busy.has(id)) throw new SourceError('conflict', `A change of ${id} is under way. Wait for its end.`);
    const steps =
      action === 'apply'
        ? changes.apply(id, await readBody(context, draftSchema))
        : changes.undo(id, await readBody(context, undoSchema));
    busy.add(id);
    return stream(context, steps, { id, ...parts, done: () => busy.delete(id) });
  });
  return routes;
}

async function readBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const isJson = /^application\/json\b/.test(context.req.header('content-type') ?? '');
  const text = isJson ? await context.req.text() : '';
  if (!isJson || text.length > BODY_BYTES)
    throw new SourceError('invalid', 'The body is no JSON, or too long for what is asked.');
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ code: 'shape', path: path.join('.'), message }));
  throw new SourceError('invalid', 'The body has another shape.', problems);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Change extends ChangeParts {
  readonly id: string;
  readonly done: () => void;
}

/**
 * Answers with a line for each step. The first step is awaited, so that a refusal is an answer with its status; from then on the change goes on to its end whether or not the
 * browser stays, and every other browser sees it by events.
 */
async function stream(context: Context, steps: AsyncIterable<ApplyStep>, change: Change): Promise<Response> {
  const iterator = steps[Symbol.asyncIterator]();
  const first = await iterator.next().catch((error: unknown) => {
    change.done();
    throw error;
  });
  const encoder = new TextEncoder();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
    highWaterMark: 1000,
  });
  const writer = writable.getWriter();
  const tell = (step: ApplyStep): void => {
    change.log.publish({ kind: 'apply', device: change.id, step });
    // A browser that has left is no reason to stop half way.
    writer.write(encoder.encode(`${JSON.stringify(step)}\n`)).catch(() => undefined);
  };
  void carryOut(first, iterator, tell)
    .catch((error: unknown) => {
      change.onError(error);
      tell({ kind: 'end', ok: false, text: errorView(error).message, at: new Date().toISOString() });
    })
    .finally(() => {
      change.done();
      change.log.publish({ kind: 'history', device: change.id });
      writer.close().catch(() => undefined);
    });
  return context.body(readable, 200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
}

async function carryOut(
  first: IteratorResult<ApplyStep>,
  iterator: AsyncIterator<ApplyStep>,
  tell: (step: ApplyStep) => void,
): Promise<void> {
  for (let next = first; next.done !== true; next = await iterator.next()) tell(next.value);
}
