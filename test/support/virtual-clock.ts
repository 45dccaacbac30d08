import type { Clock } from '../../packages/deployment/src/commands/command-io.ts';

/** Time that passes only while everybody waits for it. */
export interface VirtualClock extends Clock {
  /** Counts work that goes on in real time, such as a request over the network; time stands still until it has ended. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Starts at a time in milliseconds. */
export function createVirtualClock(start: number): VirtualClock {
  let now = start;
  let working = 0;
  let planned = false;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const advance = (): void => {
    planned = false;
    if (working > 0 || sleepers.length === 0) return;
    const next = Math.min(...sleepers.map(({ at }) => at));
    now = Math.max(now, next);
    const due = sleepers.filter(({ at }) => at <= now);
    sleepers.splice(0, sleepers.length, ...sleepers.filter(({ at }) => at > now));
    for (const { wake } of due) wake();
    plan();
  };
  // What was woken runs first; time moves on when it has nothing left but to wait.
  const plan = (): void => {
    if (planned) return;
    planned = true;
    setImmediate(advance);
  };
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        sleepers.push({ at: now + milliseconds, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
        plan();
      }),
    during: async (work) => {
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
        plan();
      }
    },
  };
}
