import type { Scheduler } from '../timing/scheduler.ts';

/** A queue of keys with one worker: a key that is added twice before its turn is worked on once. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds the key after some milliseconds. */
  addAfter(key: string, milliseconds: number): void;
  stop(): void;
}

/** Options of `workQueue`. */
export interface WorkQueueOptions {
  readonly scheduler: Scheduler;
  /** Makes the world right for one key. May throw: the key is then tried again, later each time. */
  readonly reconcile: (key: string) => void;
  /** Told when a key has failed so often that something must be wrong. */
  readonly onGiveUp: (error: unknown) => void;
}

const firstDelay = 10;
const longestDelay = 5000;
const patience = 8;

/** Makes a work queue. */
export function workQueue({ scheduler, reconcile, onGiveUp }: WorkQueueOptions): WorkQueue {
  const pending = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Set<() => void>();
  let scheduled = false;
  let stopped = false;
  const schedule = (): void => {
    if (scheduled || stopped) return;
    scheduled = true;
    after(0, () => {
      scheduled = false;
      const keys = [...pending];
      pending.clear();
      for (const key of keys) work(key);
    });
  };
  const add = (key: string): void => {
    pending.add(key);
    schedule();
  };
  const after = (milliseconds: number, task: () => void): void => {
    const cancel = scheduler.after(milliseconds, () => {
      timers.delete(cancel);
      if (!stopped) task();
    });
    timers.add(cancel);
  };
  const work = (key: string): void => {
    try {
      reconcile(key);
      failures.delete(key);
    } catch (error) {
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      if (count === patience) onGiveUp(error);
      after(Math.min(firstDelay * 2 ** (count - 1), longestDelay), () => add(key));
    }
  };
  return {
    add,
    addAfter: (key, milliseconds) => after(milliseconds, () => add(key)),
    stop: () => {
      stopped = true;
      for (const cancel of timers) cancel();
    },
  };
}
