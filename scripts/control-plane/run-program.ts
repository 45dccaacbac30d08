import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { BuildError } from './build-error.ts';

/** How a program is run. */
export interface ProgramOptions {
  readonly folder: string;
  /** The whole environment: nothing is inherited, so that the build does not depend on who starts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything it prints is appended to this file. */
  readonly logFile: string;
  /** Called with every line it prints. */
  readonly onLine?: (line: string) => void;
  /** Called every fifteen seconds with the seconds since the start, so that nobody waits blind. */
  readonly onWaiting?: (seconds: number) => void;
}

const WAITING_MS = 15_000;
const SHOWN_LINES = 15;

/** Runs a program to its end and returns what it printed on standard output; a failure is a {@link BuildError} with its last lines. */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  const { folder, environment, logFile, onLine, onWaiting } = options;
  const child = spawn(program, parameters, {
    cwd: folder,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // A process group of its own, so that whatever the program has started ends with this process.
  const endAll = () => killGroup(child.pid);
  process.once('exit', endAll);
  const log = createWriteStream(logFile, { flags: 'a' });
  log.write(`$ ${program} ${parameters.join(' ')}\n`);
  const tail: string[] = [];
  const output: string[] = [];
  const take = (line: string) => {
    log.write(`${line}\n`);
    tail.push(line);
    if (tail.length > SHOWN_LINES) tail.shift();
    onLine?.(line);
  };
  createInterface(child.stdout).on('line', (line) => {
    output.push(line);
    take(line);
  });
  createInterface(child.stderr).on('line', take);
  const started = Date.now();
  const waiting = setInterval(() => onWaiting?.(Math.round((Date.now() - started) / 1000)), WAITING_MS);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return output.join('\n');
    const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
    throw new BuildError(
      `${program} ended with ${how}. Its last lines (all of them: ${logFile}):\n  ${tail.join('\n  ')}`,
    );
  } catch (cause) {
    if (cause instanceof BuildError) throw cause;
    throw new BuildError(`${program} cannot be run: ${(cause as Error).message}`, { cause });
  } finally {
    clearInterval(waiting);
    process.off('exit', endAll);
    log.end();
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {
    // It has just ended by itself.
  }
}
