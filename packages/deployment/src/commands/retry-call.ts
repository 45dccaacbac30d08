import type { CommandIo } from './command-io.ts';
import { HubError } from './hub-gateway.ts';

const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;
const ATTEMPTS = 8;

/**
 * Runs a call until it succeeds, fails for good, or eight attempts have failed. Waits as long as the hub asks (Retry-After), otherwise twice as long
 * each time, spread by half so that many callers do not return at once. azure-iothub itself never retries.
 */
export async function retryCall<T>(
  io: Pick<CommandIo, 'clock' | 'random' | 'signal'>,
  call: () => Promise<T>,
  onRetry: (error: HubError, delay: number) => void = () => undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const worthwhile = error instanceof HubError && error.transient && attempt < ATTEMPTS && !io.signal.aborted;
      if (!worthwhile) throw error;
      const delay = error.retryAfter ?? backOff(attempt, io.random());
      onRetry(error, delay);
      await io.clock.sleep(delay, io.signal);
    }
  }
}

/** Milliseconds to wait after so many attempts: twice as long each time up to half a minute, spread by half. */
export function backOff(attempt: number, random: number): number {
  const full = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
