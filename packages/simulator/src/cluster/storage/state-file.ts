import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scheduler } from '../timing/scheduler.ts';
import type { ObjectStore, StoreSnapshot } from './object-store.ts';

const fileName = 'cluster.json';

/** Reads the snapshot kept in a state directory; undefined when there is none yet. A file that is no snapshot is an error. */
export function readStateFile(stateDir: string): StoreSnapshot | undefined {
  const path = join(stateDir, fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as StoreSnapshot;
  } catch (cause) {
    throw new Error(`${path} is not a snapshot of the simulated cluster: remove it to start afresh`, { cause });
  }
}

/** Options of `keepStateFile`. */
export interface StateFileOptions {
  readonly store: ObjectStore;
  readonly stateDir: string;
  readonly scheduler: Scheduler;
  /** How long writes are gathered before the file is written. */
  readonly delayMilliseconds?: number;
}

/**
 * Keeps the state directory's snapshot up to date: a burst of writes makes one file, written beside and renamed, so that a reader never sees
 * half of it. Returns the function that writes what is pending and stops.
 */
export function keepStateFile(options: StateFileOptions): () => void {
  const { store, stateDir, scheduler } = options;
  mkdirSync(stateDir, { recursive: true });
  let cancel: (() => void) | undefined;
  const write = (): void => {
    cancel = undefined;
    const path = join(stateDir, fileName);
    writeFileSync(`${path}.new`, JSON.stringify(store.snapshot()));
    renameSync(`${path}.new`, path);
  };
  const unsubscribe = store.subscribeAll(() => {
    cancel ??= scheduler.after(options.delayMilliseconds ?? 250, write);
  });
  return () => {
    unsubscribe();
    cancel?.();
    write();
  };
}
