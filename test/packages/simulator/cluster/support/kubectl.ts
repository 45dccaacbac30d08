import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a kubectl command printed. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** kubectl with the kubeconfig of one cluster and a home of its own. */
export interface Kubectl {
  run(...args: string[]): Promise<Printed>;
  /** Writes a file into the working directory of the commands. */
  write(name: string, text: string): void;
  /** Starts a command that does not end by itself. */
  start(...args: string[]): { readonly lines: () => readonly string[]; readonly stop: () => Promise<void> };
  dispose(): void;
}

/** Why kubectl cannot be used, or undefined when it can. */
export function kubectlMissing(): string | undefined {
  const { error, status } = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
  return error === undefined && status === 0
    ? undefined
    : 'there is no kubectl on the PATH (Debian: apt-get install kubernetes-client)';
}

/** Makes a kubectl for a kubeconfig. */
export function kubectlFor(kubeconfig: string): Kubectl {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-kubectl-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('kubeconfig', kubeconfig);
  // A home of its own: kubectl caches discovery by address, and a port may belong to another cluster tomorrow.
  const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'kubeconfig'), TERM: 'dumb' };
  return {
    write,
    run: (...args) =>
      new Promise((resolve) => {
        execFile('kubectl', args, { cwd: folder, env, timeout: 30_000 }, (error, out, err) => {
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out, err });
        });
      }),
    start: (...args) => {
      const child = spawn('kubectl', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      return {
        lines: () => text.split('\n').filter((line) => line !== ''),
        stop: () => {
          child.kill();
          return ended;
        },
      };
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
