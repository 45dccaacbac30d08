import type { HubEvents } from './hub-events.ts';
import type { HubStore } from './hub-store.ts';

/** A condition on the hub that certain events can make true. */
export interface Wait<T> {
  readonly store: HubStore;
  readonly events: readonly (keyof HubEvents)[];
  /** The result once the condition holds, undefined before. */
  readonly look: () => T | undefined;
  /** Names the condition in the error of a wait that was in vain. */
  readonly what: () => string;
  readonly timeoutMs: number;
}

/** Waits for a condition; looks at once and after every one of the events. */
export function waitFor<T>({ store, events, look, what, timeoutMs }: Wait<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const result = look();
      if (result === undefined) return;
      stop();
      resolve(result);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Waited ${timeoutMs} ms in vain for ${what()}`));
    }, timeoutMs);
    const stop = (): void => {
      clearTimeout(timer);
      for (const event of events) store.events.off(event, check);
    };
    for (const event of events) store.events.on(event, check);
    check();
  });
}
