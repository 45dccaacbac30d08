import type { DashboardEvent } from '../view/dashboard-event.ts';
import type { DashboardSource } from './dashboard-source.ts';
import type { EventLog } from './event-log.ts';

/** What a stream is made of. */
export interface StreamOptions {
  readonly source: DashboardSource;
  readonly log: EventLog;
  /** The device whose news are sent whole. */
  readonly device?: string;
  /** Last-Event-ID of the browser, or the event that its rows contain. */
  readonly after?: string;
  /** Time between two signs of life. */
  readonly heartbeatMs: number;
  /** Aborted when the browser has gone or the server stops. */
  readonly signal: AbortSignal;
}

/** A browser that takes nothing in for this many bytes is let go; it comes back with the id of its last event. */
const BACKLOG_BYTES = 8 * 1024 * 1024;

/**
 * Server-sent events for one browser: first what it missed (or `reset` when that is not known any more), the state of the source and the device, then everything as
 * it happens. Events about devices carry no id: the newest state is sent on every connection anyway.
 */
export function eventStream(options: StreamOptions): ReadableStream<Uint8Array> {
  const { source, log, device, after, signal, heartbeatMs } = options;
  const ends: (() => void)[] = [];
  const finish = (): void => {
    for (const end of ends.splice(0)) end();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = sender(controller, finish);
        const timer = setInterval(() => send(': still here\n\n'), heartbeatMs);
        ends.push(() => clearInterval(timer));
        const close = (): void => {
          finish();
          closeQuietly(controller);
        };
        signal.addEventListener('abort', close, { once: true });
        ends.push(() => signal.removeEventListener('abort', close));
        send('retry: 1000\n\n');
        for (const text of opening({ source, log, after })) send(text);
        ends.push(log.listen(({ id, event }) => send(textOf(event, id))));
        if (device !== undefined) ends.push(...follow(source, device, send));
        if (signal.aborted) close();
      },
      cancel: finish,
    },
    { highWaterMark: BACKLOG_BYTES, size: (chunk) => chunk.byteLength },
  );
}

type Send = (text: string) => void;

function sender(controller: ReadableStreamDefaultController<Uint8Array>, finish: () => void): Send {
  const encoder = new TextEncoder();
  return (text) => {
    if ((controller.desiredSize ?? 0) < 0) {
      finish();
      closeQuietly(controller);
      return;
    }
    try {
      controller.enqueue(encoder.encode(text));
    } catch {
      // The browser left while the device was being read.
      finish();
    }
  };
}

function closeQuietly(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch {
    // It is closed already: the browser left at the same moment.
  }
}

function opening({ source, log, after }: Pick<StreamOptions, 'source' | 'log' | 'after'>): readonly string[] {
  const state = textOf({ kind: 'source', ...source.state() });
  if (after === undefined) return [textOf({ kind: 'source', ...source.state() }, log.lastId)];
  const missed = log.after(after);
  if (missed === undefined) return [textOf({ kind: 'reset' }, log.lastId), state];
  return [...missed.map(({ id, event }) => textOf(event, id)), state];
}

/** Sends the device as it is, then every newer state of it. */
function follow(source: DashboardSource, id: string, send: Send): readonly (() => void)[] {
  let sent: string | undefined;
  const tell = (device: Awaited<ReturnType<DashboardSource['device']>>): void => {
    const revision = device?.revision ?? 'gone';
    if (revision === sent) return;
    sent = revision;
    send(textOf({ kind: 'device', id, device: device ?? null }));
  };
  const unsubscribe = source.subscribe((news) => {
    if (news.kind === 'device' && news.id === id) tell(news.device);
  });
  const unwatch = source.watch(id);
  // A source that is away says so by its state; the device follows when it is back.
  source.device(id).then(
    (device) => {
      if (sent === undefined) tell(device);
    },
    () => undefined,
  );
  return [unsubscribe, unwatch];
}

function textOf(event: DashboardEvent, id?: string): string {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}
