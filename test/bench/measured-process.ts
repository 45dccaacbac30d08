import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What a process took from its start to its end. On a machine that does other things too, the processor's time says more than the clock's. */
export interface ProcessFigures {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** The most memory that it had at a time. */
  readonly residentMegabytes: number;
}

const PROGRAM = fileURLToPath(new URL('../../packages/deployment/src/main.ts', import.meta.url));

/** The channel on which the process tells what it took. */
const CHANNEL = 3;

/** Loaded before the program; a process knows best what it took, and tells at its end. */
const TELL = `import { writeSync } from 'node:fs';
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(${CHANNEL}, JSON.stringify({ processorSeconds: (userCPUTime + systemCPUTime) / 1e6, residentMegabytes: maxRSS / 1024 }));
});`;

/** Runs the command line as a user does, its output into a file; it has to end well. */
export async function runMeasured(
  given: readonly string[],
  { directory, env }: { readonly directory: string; readonly env: Readonly<Record<string, string>> },
): Promise<ProcessFigures> {
  const output = await open(join(directory, 'output.txt'), 'w');
  try {
    const start = performance.now();
    const preload = `data:text/javascript,${encodeURIComponent(TELL)}`;
    const child = spawn(process.execPath, ['--import', preload, PROGRAM, ...given], {
      ...{ cwd: directory, env: { ...process.env, ...env } },
      stdio: ['ignore', output.fd, 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [told, errors] = [text(child.stdio[CHANNEL] as Readable), text(child.stdio[2] as Readable)];
    const code = await ended;
    const seconds = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(`${given.join(' ')} ended with ${code}: ${(await errors).slice(0, 1000)}`);
    return { seconds, ...(JSON.parse(await told) as Omit<ProcessFigures, 'seconds'>) };
  } finally {
    await output.close();
  }
}
