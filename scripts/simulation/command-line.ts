import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectHub, type CommandIo } from '@iotedge-networking/deployment';

/** Where a command run inside this process writes, and which hub it talks to. */
export interface CommandLineOptions {
  readonly connectionString: string;
  readonly stdout: CommandIo['stdout'];
  readonly stderr: CommandIo['stderr'];
  readonly signal: AbortSignal;
}

/** The surroundings of `iotedge-net` when it runs inside the demo: real files and clock, a given hub, nobody to ask. */
export function commandLine({ connectionString, stdout, stderr, signal }: CommandLineOptions): CommandIo {
  return {
    ...{ stdout, stderr, signal, random: Math.random },
    environment: { ...process.env, IOTHUB_CONNECTION_STRING: connectionString },
    files: {
      read: (path) => readFile(path, 'utf8'),
      write: async (path, text) => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      },
      isDirectory: async (path) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false,
    },
    clock: {
      now: () => Date.now(),
      sleep: (milliseconds, abort) => delay(milliseconds, undefined, { signal: abort }).catch(() => undefined),
    },
    connect: (text) => Promise.resolve(connectHub(text)),
    ask: () => Promise.resolve(true),
  };
}
