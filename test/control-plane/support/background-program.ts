import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** How a program is started that runs until it is stopped. */
export interface BackgroundOptions {
  /** Standard output and standard error go here, appended. */
  readonly logFile: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Where it runs; this process's own folder when absent. */
  readonly folder?: string;
}

/** A program that runs beside the tests. */
export interface BackgroundProgram {
  readonly pid: number;
  /** How it ended, or undefined while it runs. */
  ended(): string | undefined;
  /** The last lines of its log, for failure messages. */
  lastLines(): string;
  /** Sends the signal (SIGTERM when absent), after `withinMs` SIGKILL, and waits for the end. */
  stop(signal?: NodeJS.Signals, withinMs?: number): Promise<void>;
}

const STOP_MS = 5000;
const SHOWN_LINES = 15;

/** Starts a program that is killed together with this process, even when this process is killed itself. */
export function startProgram(
  file: string,
  parameters: readonly string[],
  options: BackgroundOptions,
): BackgroundProgram {
  const log = openSync(options.logFile, 'a');
  const [command = file, ...all] = [...dieTogether(), file, ...parameters];
  const child = spawn(command, all, {
    cwd: options.folder,
    env: options.environment ?? process.env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  const ended = () => failure ?? describeEnd(child);
  return {
    pid: child.pid ?? 0,
    ended,
    lastLines: () => readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'),
    stop: async (signal = 'SIGTERM', withinMs = STOP_MS) => {
      if (ended() !== undefined) return;
      const end = once(child, 'exit');
      child.kill(signal);
      const finished = new AbortController();
      void delay(withinMs, undefined, { signal: finished.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined,
      );
      await end;
      finished.abort();
    },
  };
}

// Linux ends a child with its parent when asked to; without util-linux only a clean stop ends it.
let prefix: readonly string[] | undefined;
function dieTogether(): readonly string[] {
  prefix ??=
    spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0 ? ['setpriv', '--pdeathsig', 'KILL', '--'] : [];
  return prefix;
}

function describeEnd({ exitCode, signalCode }: ChildProcess): string | undefined {
  if (exitCode !== null) return `exit code ${exitCode}`;
  return signalCode === null ? undefined : `signal ${signalCode}`;
}
