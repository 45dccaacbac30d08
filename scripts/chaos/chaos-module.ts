import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NETWORKING_FLAGS } from '../bundle-networking.ts';
import { CLOCK_VARIABLE, type FastClock } from './fast-clock.ts';

/** What the module under test is started with. */
export interface ChaosModuleOptions {
  readonly bundle: string;
  readonly clock: FastClock;
  readonly env: Readonly<Record<string, string>>;
}

const HURRY = fileURLToPath(new URL('./hurry.ts', import.meta.url));
const KEPT_LINES = 400;

/** The networking module's bundle as a process, which can be killed and started again. */
export class ChaosModule {
  /** Processes that ended without being told to, with what they said last. */
  readonly deaths: string[] = [];
  /** The newest lines of the log. */
  readonly lines: string[] = [];
  readonly #options: ChaosModuleOptions;
  #child: ChildProcess | undefined;

  constructor(options: ChaosModuleOptions) {
    this.#options = options;
  }

  /** Whether a process runs. */
  get alive(): boolean {
    return this.#child !== undefined;
  }

  /** Starts a process; resolves at once, not when the module is ready. */
  start(): void {
    const { bundle, clock, env } = this.#options;
    const child = spawn(process.execPath, [...NETWORKING_FLAGS, '--import', HURRY, bundle], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], ...env, [CLOCK_VARIABLE]: JSON.stringify(clock) },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.deaths.push(`ended by itself (code ${String(code)}, signal ${String(signal)})`);
    });
  }

  /** Ends the process without a warning, as the kernel does when memory is short. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends the process as IoT Edge does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Steps the wall clock of the process by so many milliseconds of its own. */
  stepClock(milliseconds: number): void {
    this.#child?.send({ step: milliseconds });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  #hear(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
  }
}
