import { hubRates, type HubOperation, type HubRate, type HubTier } from '@iotedge-networking/contract';
import type { CommandIo } from '../commands/command-io.ts';
import { HubError, type HubGateway, type HubPage } from '../commands/hub-gateway.ts';
import { backOff } from '../commands/retry-call.ts';
import { createPacer } from './pacer.ts';

/** Size of the hub, which nothing on its data plane tells. */
export interface HubSize {
  readonly tier: HubTier;
  readonly units: number;
}

/** What is taken where nobody says how large the hub is. */
export const SMALLEST_HUB: HubSize = { tier: 'S1', units: 1 };

/** Told of a call that is tried again after so many milliseconds. */
export type OnRetry = (error: HubError, delay: number) => void;

/** Calls to one hub that share its rates. */
export interface HubSession {
  readonly hub: HubGateway;
  readonly rates: Readonly<Record<HubOperation, HubRate>>;
  /**
   * Makes a call when its turn has come, and again after what passes; rejects with what does not, or with {@link StoppedError} once the user wants to
   * stop. Calls under way are finished.
   */
  call<T>(operation: HubOperation, work: () => Promise<T>, onRetry?: OnRetry): Promise<T>;
}

/** The user wanted to stop before the call was made. */
export class StoppedError extends HubError {
  constructor() {
    super('Stopped before it was complete.', { transient: false });
  }
}

/** A hub that is throttled is asked for longer than one that fails: it says itself that it will answer. */
const ATTEMPTS = { throttled: 40, failing: 8 };

/** Seconds a call is taken to last, and how many calls of a kind are under way at most; both bound how many are needed to reach the rate. */
const CALL_SECONDS = 0.25;
const MOST_TOGETHER = 64;
const FEWEST_TOGETHER = 4;

/** Begins to count calls against the rates of a hub of this size. */
export function createHubSession(
  io: Pick<CommandIo, 'clock' | 'random' | 'signal'>,
  hub: HubGateway,
  size: HubSize = SMALLEST_HUB,
): HubSession {
  const rates = hubRates(size.tier, size.units);
  const lanes = new Map<HubOperation, Lane>();
  const laneOf = (operation: HubOperation): Lane => {
    const lane = lanes.get(operation) ?? createLane(rates[operation], io);
    lanes.set(operation, lane);
    return lane;
  };
  return {
    hub,
    rates,
    call: async (operation, work, onRetry = () => undefined) => {
      const lane = laneOf(operation);
      await lane.enter();
      try {
        return await callInLane(io, lane, { work, onRetry });
      } finally {
        lane.leave();
      }
    },
  };
}

/** The same session, whose calls fail together: after one that got no answer, or no admission, no other is tried. */
export function failingTogether(session: HubSession): HubSession {
  let hopeless: HubError | undefined;
  return {
    ...session,
    call: async (operation, work, onRetry) => {
      try {
        return await session.call(
          operation,
          () => {
            if (hopeless !== undefined) throw hopeless;
            return work();
          },
          onRetry,
        );
      } catch (error) {
        if (error instanceof HubError && (error.status === undefined || error.status === 401)) hopeless ??= error;
        throw error;
      }
    },
  };
}

type Lane = ReturnType<typeof createLane>;

function createLane(rate: HubRate, { clock }: Pick<CommandIo, 'clock'>) {
  const together = Math.ceil((rate.requests / rate.seconds) * CALL_SECONDS);
  let free = Math.min(MOST_TOGETHER, Math.max(FEWEST_TOGETHER, together));
  const waiting: (() => void)[] = [];
  let first = 0;
  return {
    pacer: createPacer(rate, clock),
    enter: async (): Promise<void> => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: (): void => {
      const next = waiting[first];
      if (next === undefined) free += 1;
      else {
        first += 1;
        next();
      }
    },
  };
}

async function callInLane<T>(
  io: Pick<CommandIo, 'random' | 'signal' | 'clock'>,
  { pacer }: Lane,
  { work, onRetry }: { readonly work: () => Promise<T>; readonly onRetry: OnRetry },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    throwIfStopped(io.signal);
    await pacer.turn(io.signal);
    throwIfStopped(io.signal);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HubError) || !error.transient) throw error;
      const throttled = error.status === 429;
      if (attempt >= (throttled ? ATTEMPTS.throttled : ATTEMPTS.failing)) throw error;
      const delay = error.retryAfter ?? backOff(attempt, io.random());
      onRetry(error, delay);
      // What holds for one throttled request holds for all of its kind.
      if (throttled) pacer.hold(delay + Math.round(io.random() * SPREAD));
      else await io.clock.sleep(delay, io.signal);
    }
  }
}

function throwIfStopped({ aborted }: AbortSignal): void {
  if (aborted) throw new StoppedError();
}

/** Milliseconds over which programs that were refused together come back. */
const SPREAD = 1000;

/** All rows of a query, page by page; each page is one call. */
export async function readPages<Row>(
  session: HubSession,
  page: (continuation: string | undefined) => Promise<HubPage<Row>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let continuation: string | undefined;
  do {
    const from = continuation;
    const read = await session.call('Queries', () => page(from));
    for (const row of read.rows) rows.push(row);
    continuation = read.continuation;
  } while (continuation !== undefined);
  return rows;
}
