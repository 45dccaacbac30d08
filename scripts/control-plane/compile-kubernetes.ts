import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildProgress } from './build-progress.ts';
import { CONTROL_PLANE_VERSION } from './control-plane-cache.ts';
import { runProgram, type ProgramOptions } from './run-program.ts';

/** What {@link compileKubernetes} works with. */
export interface CompileOptions {
  /** Folder of the build; the source tree is its `kubernetes`. */
  readonly work: string;
  /** Packages unpacked as below `/`: Go 1.19, reflect2, rsync, jq. */
  readonly tools: string;
  readonly program: Pick<ProgramOptions, 'environment' | 'logFile'>;
  readonly progress: BuildProgress;
}

const REFLECT2 = 'github.com/modern-go/reflect2';

/** Compiles the programs (`kube-apiserver`, …) and returns the folder that holds them. */
export async function compileKubernetes(programs: readonly string[], options: CompileOptions): Promise<string> {
  const { work, tools, program, progress } = options;
  const tree = join(work, 'kubernetes');
  await replaceReflect2(tree, tools);
  const goPath = join(work, 'gopath');
  await mkdir(join(goPath, 'src', 'k8s.io'), { recursive: true });
  const linked = join(goPath, 'src', 'k8s.io', 'kubernetes');
  await symlink(tree, linked);
  const versionFile = join(work, 'version.sh');
  await writeFile(versionFile, versionVariables());
  // Whoever works on the machine goes first: a build that takes minutes can wait.
  const make = ['-n', '15', 'make', `WHAT=${programs.map((name) => `cmd/${name}`).join(' ')}`];
  await runProgram('nice', make, {
    folder: linked,
    environment: {
      ...program.environment,
      GOROOT: join(tools, 'usr/lib/go-1.19'),
      GOPATH: goPath,
      GOCACHE: join(work, 'gocache'),
      GO111MODULE: 'off',
      GOFLAGS: '',
      KUBE_GIT_VERSION_FILE: versionFile,
    },
    logFile: program.logFile,
    onLine: (line) => {
      const started = /^ {4}(\S+)$/.exec(line)?.[1];
      if (started !== undefined) progress.note(`compiling ${started.replace('./vendor/', '')}`);
      else if (line.startsWith('!!!')) progress.note(line);
    },
    onWaiting: (seconds) => progress.note(`still compiling (${seconds} s)`),
  });
  return join(tree, '_output', 'bin');
}

// The vendored reflect2 reads the runtime's map layout, which Go 1.18 changed: the API server would crash at the first CustomResourceDefinition.
async function replaceReflect2(tree: string, tools: string): Promise<void> {
  const vendored = join(tree, 'vendor', REFLECT2);
  await rm(vendored, { recursive: true });
  await cp(join(tools, 'usr/share/gocode/src', REFLECT2), vendored, { recursive: true });
}

function versionVariables(): string {
  const [major, minor] = CONTROL_PLANE_VERSION.split('.');
  return [
    "KUBE_GIT_COMMIT='unknown'",
    "KUBE_GIT_TREE_STATE='archive'",
    `KUBE_GIT_VERSION='v${CONTROL_PLANE_VERSION}'`,
    `KUBE_GIT_MAJOR='${major}'`,
    `KUBE_GIT_MINOR='${minor}'`,
    '',
  ].join('\n');
}
