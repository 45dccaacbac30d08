import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, FileAccess } from './commands/command-io.ts';

/** The machine's files; folders of a written file are made when missing. */
export const processFiles: FileAccess = {
  read: (path) => readFile(path, 'utf8'),
  write: async (path, text) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  },
  // On Windows the bits say nothing about who may read.
  mode: async (path) => (process.platform === 'win32' ? undefined : (await stat(path).catch(() => undefined))?.mode),
  isDirectory: async (path) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false,
};

/** The machine's clock. */
export const processClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
};
