import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { eventually } from '../support/eventually.ts';
import type { ApiSession } from './api-session.ts';

/** One line of a watch. */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: {
    readonly kind?: string;
    readonly code?: number;
    readonly reason?: string;
    readonly message?: string;
    readonly metadata?: {
      readonly name?: string;
      readonly resourceVersion?: string;
      readonly [field: string]: unknown;
    };
    readonly [field: string]: unknown;
  };
}

/** A watch as it comes over the wire. */
export interface OpenWatch {
  readonly status: number;
  /** The lines so far. */
  readonly lines: readonly WatchLine[];
  /** Waits until the lines fulfil the condition, and returns them. */
  until(
    what: string,
    condition: (lines: readonly WatchLine[]) => boolean,
    withinMs?: number,
  ): Promise<readonly WatchLine[]>;
  /** Waits until the server ends the watch by itself. */
  end(withinMs: number): Promise<void>;
  close(): void;
}

/** Opens a watch; `path` includes the query, with or without `watch=true`. */
export async function openWatch(api: ApiSession, path: string, accept?: string): Promise<OpenWatch> {
  const response = await api.open({ path: `${path}${path.includes('?') ? '&' : '?'}watch=true`, accept });
  const lines: WatchLine[] = [];
  let isOver = false;
  let failure: Error | undefined;
  readLines(response, (line) => lines.push(JSON.parse(line) as WatchLine));
  response.once('end', () => (isOver = true)).once('error', (error) => (failure = error));
  const until: OpenWatch['until'] = async (what, condition, withinMs) => {
    try {
      return await eventually(what, () => condition(lines) && lines, withinMs);
    } catch (cause) {
      const seen = lines
        .map(({ type, object }) => `${type} ${object.metadata?.name ?? object.message ?? ''}`)
        .join(', ');
      throw new Error(
        `${(cause as Error).message}; seen: ${seen}; ${failure?.message ?? (isOver ? 'ended' : 'still open')}`,
        { cause },
      );
    }
  };
  return {
    status: response.statusCode ?? 0,
    lines,
    until,
    end: async (withinMs) => {
      await eventually('the watch ends by itself', () => isOver, withinMs);
    },
    close: () => response.destroy(),
  };
}

function readLines(response: IncomingMessage, take: (line: string) => void): void {
  const reader = createInterface({ input: response });
  reader.on('line', (line) => {
    if (line !== '') take(line);
  });
  // A destroyed response reports ECONNRESET here as well; `until` tells of it.
  reader.on('error', () => undefined);
}
