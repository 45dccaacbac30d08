import type { Writable } from 'node:stream';

/** Progress of a build that takes minutes, as lines that start with the seconds since it began. */
export interface BuildProgress {
  /** A step begins. */
  step(title: string): void;
  /** Something worth knowing inside a step. */
  note(text: string): void;
}

/** Writes the lines to `output`; `now` gives milliseconds. */
export function buildProgress(output: Writable, now: () => number): BuildProgress {
  const started = now();
  const write = (text: string) => {
    const seconds = Math.round((now() - started) / 1000);
    output.write(`[${String(seconds).padStart(4)} s] ${text}\n`);
  };
  return { step: write, note: (text) => write(`  ${text}`) };
}
