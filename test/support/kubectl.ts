import { spawnSync } from 'node:child_process';
import { runProgram, type ProgramResult } from './run-program.ts';

/** Whether kubectl can be run here; tests that need it skip themselves with {@link KUBECTL_MISSING} otherwise. */
export const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;

/** Why a test is skipped. */
export const KUBECTL_MISSING = 'skipped: kubectl is not installed (Debian: apt-get install kubernetes-client)';

/** A kubectl bound to one kubeconfig, with a cache folder of its own. */
export interface Kubectl {
  /** Runs it to the end. */
  run(...arguments_: readonly string[]): Promise<ProgramResult>;
  /** Runs it and gives standard output; throws when it fails or writes to standard error. */
  clean(...arguments_: readonly string[]): Promise<string>;
}

/** Binds kubectl to a kubeconfig file. */
export function kubectl(kubeconfig: string): Kubectl {
  const run = (...arguments_: readonly string[]): Promise<ProgramResult> =>
    runProgram('kubectl', ['--cache-dir', `${kubeconfig}.cache`, ...arguments_], { KUBECONFIG: kubeconfig });
  return {
    run,
    clean: async (...arguments_) => {
      const { code, stdout, stderr } = await run(...arguments_);
      if (code !== 0 || stderr !== '') throw new Error(`kubectl ${arguments_.join(' ')} ended with ${code}: ${stderr}`);
      return stdout;
    },
  };
}
