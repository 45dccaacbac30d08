import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Quiet for this long counts as idle. */
const IDLE_MS = 3_000;

/** V8's garbage collector, also where Node was started without --expose-gc. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/**
 * Gives memory back once a burst of work is over: V8 keeps a heap as large as the last burst needed it, which on a small device is a third of what the
 * module takes. Call the result after each piece of work.
 */
export function idleMemory(collect: () => void, idleMs = IDLE_MS): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(run, idleMs);
    timer.refresh();
    timer.unref();
  };

  function run(): void {
    timer = undefined;
    collect();
  }
}
