import type { CommandIo } from '../../../packages/deployment/src/commands/command-io.ts';
import { HubError, type HubGateway } from '../../../packages/deployment/src/commands/hub-gateway.ts';
import type { MemoryHub } from './memory-hub.ts';

/** What a case gives to a command. */
export interface IoParts {
  readonly files?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly hub?: MemoryHub;
  readonly answer?: boolean;
  /** Addresses at which somebody is. */
  readonly reachable?: readonly string[];
  /** Called before each wait, to let the world move on. */
  readonly onSleep?: (waits: number) => void;
  readonly signal?: AbortSignal;
}

/** The outside world of a command, recorded: time passes only by waiting, questions are answered from the parts. */
export interface RecordedIo extends CommandIo {
  readonly out: () => string;
  readonly err: () => string;
  readonly written: ReadonlyMap<string, string>;
  readonly questions: readonly string[];
  readonly waits: readonly number[];
}

/** The connection string that the recorded environment holds when there is a hub. */
export const CONNECTION_STRING = 'HostName=hub.test;SharedAccessKeyName=service;SharedAccessKey=a2V5';

/** Makes a recorded world. */
export function recordedIo(parts: IoParts = {}): RecordedIo {
  const written = new Map<string, string>();
  const questions: string[] = [];
  const waits: number[] = [];
  const stdout: string[] = [];
  const stderr: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  const connection = parts.hub === undefined ? {} : { IOTHUB_CONNECTION_STRING: CONNECTION_STRING };
  return {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    out: () => stdout.join(''),
    err: () => stderr.join(''),
    written,
    questions,
    waits,
    environment: { ...connection, ...parts.environment },
    files: {
      read: (path) => {
        const text = parts.files?.[path];
        const missing = Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
        return text === undefined ? Promise.reject(missing) : Promise.resolve(text);
      },
      write: (path, text) => {
        written.set(path, text);
        return Promise.resolve();
      },
      isDirectory: (path) => Promise.resolve(parts.directories?.includes(path) ?? false),
    },
    clock: {
      now: () => now,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        now += milliseconds;
        parts.onSleep?.(waits.length);
        return Promise.resolve();
      },
    },
    random: () => 0,
    signal: parts.signal ?? new AbortController().signal,
    connect: (text) => connectTo(parts.hub, text),
    contact: (address) => Promise.resolve(parts.reachable?.includes(address) ?? false),
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(parts.answer);
    },
  };
}

function connectTo(hub: MemoryHub | undefined, connectionString: string): Promise<HubGateway> {
  if (hub !== undefined && connectionString === CONNECTION_STRING) return Promise.resolve(hub);
  return Promise.reject(new HubError('The connection string is no good.', { transient: false }));
}
