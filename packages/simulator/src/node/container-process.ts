import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { lifelineFd } from './pod-network-settings.ts';

/** How a container ended: exit code as a shell counts it (137 for SIGKILL), and the signal's number when there was one. */
export interface ContainerExit {
  readonly exitCode: number;
  readonly signal?: number;
  readonly message?: string;
}

/** A container that was started. */
export interface RunningContainer {
  readonly pid: number | undefined;
  readonly exited: Promise<ContainerExit>;
  /** Ends the container: SIGTERM, and SIGKILL for its whole process group when the grace is over. Resolves when it is gone. */
  stop(graceMs: number): Promise<ContainerExit>;
}

/** What to start, and who hears of it. */
export interface ContainerProcessOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => void;
  /** The workload listens on this port; told by the preloaded pod network. */
  readonly onListening: (protocol: string, port: number) => void;
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** Starts a local program as a container: own process group, output line by line, and a pipe whose end tells it that the simulator is gone. */
export function startContainerProcess(options: ContainerProcessOptions): RunningContainer {
  const [program = '', ...args] = options.argv;
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'pipe'];
  const child = spawn(program, args, { env: options.env, stdio, detached: true });
  const exited = exitOf(child);
  readLines(child.stdout, (text) => options.onLine('stdout', text));
  readLines(child.stderr, (text) => options.onLine('stderr', text));
  readLines(child.stdio[lifelineFd] as Readable | null, (text) => {
    const listening = /^listening (TCP|UDP) (\d+)$/.exec(text);
    if (listening?.[1] !== undefined) options.onListening(listening[1], Number(listening[2]));
  });
  return {
    pid: child.pid,
    exited,
    async stop(graceMs) {
      signalTo(child, 'SIGTERM', false);
      const timer = setTimeout(() => signalTo(child, 'SIGKILL', true), graceMs);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
}

function exitOf(child: ChildProcess): Promise<ContainerExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ exitCode: 128, message: error.message });
    });
    child.once('exit', (code, signal) => {
      // What the workload left behind in its group ends with it, as in a container whose first process is gone.
      signalTo(child, 'SIGKILL', true);
      const number = signal === null ? undefined : (signalNumbers[signal] ?? 0);
      resolve(number === undefined ? { exitCode: code ?? 0 } : { exitCode: 128 + number, signal: number });
    });
  });
}

function signalTo(child: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  if (child.pid === undefined) return;
  try {
    process.kill(group ? -child.pid : child.pid, signal);
  } catch {
    // Already gone.
  }
}

function readLines(stream: Readable | null, onLine: (text: string) => void): void {
  if (stream === null) return;
  stream.on('error', () => undefined);
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
}
