import { AsyncLocalStorage } from 'node:async_hooks';

const context = new AsyncLocalStorage<'sdk'>();
const outside = AsyncLocalStorage.snapshot();

/** Runs work of the Azure SDK: whatever it begins (connections, timers, promises) stays marked as the SDK's. */
export function insideSdk<T>(work: () => T): T {
  return context.run('sdk', work);
}

/** Runs our own work that the SDK called for: what goes wrong there is ours. */
export function outsideSdk<T>(work: () => T): T {
  return outside(work);
}

/**
 * Whether what runs now was begun by the SDK. Holds in a handler of `uncaughtException` too: the SDK reads fields of nothing and parses what is no JSON
 * inside network handlers, where nobody can catch what it throws.
 */
export function isInsideSdk(): boolean {
  return context.getStore() === 'sdk';
}
