import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BuildError } from './build-error.ts';
import type { BuildProgress } from './build-progress.ts';

/** What {@link requireSystemPrograms} looks at. */
export interface Machine {
  readonly environment: NodeJS.ProcessEnv;
  /** Whether packages may be installed: the process runs as root. */
  readonly isRoot: boolean;
  readonly progress: BuildProgress;
}

const APT = 'apt-get';

/** Programs that the build calls, with the Debian package of each. */
const NEEDED: Readonly<Record<string, string>> = {
  [APT]: 'apt',
  'dpkg-source': 'dpkg-dev',
  make: 'make',
  patch: 'patch',
  xz: 'xz-utils',
  perl: 'perl',
};

/** The data path needs these as well; only root can use them. */
const NEEDED_BY_ROOT: Readonly<Record<string, string>> = { ip: 'iproute2', setpriv: 'util-linux' };

/** Installs what the build and the data path need and the machine lacks, when that is allowed; otherwise says exactly what to install. */
export function requireSystemPrograms({ environment, isRoot, progress }: Machine): void {
  const needed = isRoot ? { ...NEEDED, ...NEEDED_BY_ROOT } : NEEDED;
  const packages = lackingPackages(needed, environment.PATH ?? '');
  if (packages.length === 0) return;
  const command = `apt-get install ${packages.join(' ')}`;
  if (!isRoot || packages.includes('apt'))
    throw new BuildError(`The build needs programs that this machine lacks. Install them as root: ${command}`);
  progress.step(`Installing ${packages.join(', ')}`);
  const environmentOfApt = { ...environment, DEBIAN_FRONTEND: 'noninteractive' };
  for (const parameters of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const { status, stderr } = spawnSync(APT, ['-q', ...parameters], {
      env: environmentOfApt,
      encoding: 'utf8',
    });
    if (status !== 0) throw new BuildError(`${command} failed:\n${stderr}`);
  }
}

/** The packages of the programs that are in no folder of `path`. */
export function lackingPackages(needed: Readonly<Record<string, string>>, path: string): readonly string[] {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const lacking = Object.keys(needed).filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return lacking.map((name) => needed[name] ?? name);
}
