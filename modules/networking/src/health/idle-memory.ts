/** Quiet for this long counts as idle. */
const IDLE_MS = 3_000;

/**
 * Gives memory back once a burst of work is over: V8 keeps a heap as large as the last burst needed it, which on a small device is a third of what the
 * module takes. `collect` is `globalThis.gc`, which is there when Node was started with --expose-gc; without it nothing happens. Call the result after each piece of work.
 */
export function idleMemory(collect: (() => unknown) | undefined, idleMs = IDLE_MS): () => void {
  if (collect === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(run, idleMs);
    timer.refresh();
    timer.unref();
  };

  function run(): void {
    timer = undefined;
    collect?.();
  }
}
