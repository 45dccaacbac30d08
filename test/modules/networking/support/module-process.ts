import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../../support/eventually.ts';
import type { KubeServer } from './kube-server.ts';

/** One line of the module's log. */
export interface LogLine {
  readonly msg: string;
  readonly [key: string]: unknown;
}

/** The networking module as a process of its own, as the edge runtime starts it. */
export interface ModuleProcess {
  readonly log: readonly LogLine[];
  /** Waits for a line of the log. */
  logged(message: string): Promise<LogLine>;
  /** Asks it to end and waits for its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The program of the module, run from source. */
export const MODULE_MAIN = fileURLToPath(new URL('../../../../modules/networking/src/main.ts', import.meta.url));

/** Starts `node modules/networking/src/main.ts` with environment variables only. */
export async function startModuleProcess(
  server: Pick<KubeServer, 'kubeConfig'>,
  env: Record<string, string>,
  args: readonly string[] = [MODULE_MAIN],
): Promise<ModuleProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'networking-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, server.kubeConfig.exportConfig());
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      KUBECONFIG: kubeconfig,
      HEALTH_PORT: '0',
      PROBE_SECONDS: 'off',
      LOG_LEVEL: 'debug',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = collectLog(child);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    log,
    logged: (message) => eventually(`"${message}" in the log`, () => log.find(({ msg }) => msg === message), 10_000),
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const code = await exited;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}

function collectLog({ stdout, stderr }: ChildProcess): readonly LogLine[] {
  const log: LogLine[] = [];
  if (stdout === null || stderr === null) throw new Error('the process has no output');
  createInterface(stdout).on('line', (line) => log.push(JSON.parse(line) as LogLine));
  createInterface(stderr).on('line', (line) => log.push({ msg: line }));
  return log;
}
