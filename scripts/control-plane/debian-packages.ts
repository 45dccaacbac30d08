import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from './build-error.ts';
import type { BuildProgress } from './build-progress.ts';
import { sourcePackageSources } from './debian-sources.ts';
import { runProgram, type ProgramOptions } from './run-program.ts';

/** Debian's packages, fetched without installing anything and without touching /etc/apt. */
export interface DebianPackages {
  /** Fetches packages with whatever of their dependencies the machine lacks, and unpacks all of them below `target`. */
  unpack(packages: readonly string[], target: string): Promise<void>;
  /** Fetches a source package of this upstream version and unpacks it, patches applied, as `target`. */
  unpackSource(name: string, version: string, target: string): Promise<void>;
}

/** What {@link debianPackages} works with. */
export interface DebianPackagesOptions {
  /** Lists and downloaded files go here. */
  readonly folder: string;
  readonly program: Pick<ProgramOptions, 'environment' | 'logFile'>;
  readonly progress: BuildProgress;
}

/**
 * Sets up an apt of its own in `folder`: the mirrors of the machine's Debian sources with source packages added, its own lists and downloads. Works
 * without root, because apt is asked to download only.
 */
export async function debianPackages({ folder, program, progress }: DebianPackagesOptions): Promise<DebianPackages> {
  const configuration = await writeConfiguration(folder);
  const environment = { ...program.environment, APT_CONFIG: configuration, DEBIAN_FRONTEND: 'noninteractive' };
  const options = {
    folder,
    environment,
    logFile: program.logFile,
    onWaiting: (s: number) => progress.note(`still fetching (${s} s)`),
  };
  progress.step('Fetching the package lists');
  await runProgram('apt-get', ['-q', 'update'], options);
  return {
    unpack: async (packages, target) => {
      const archives = `${target}.packages`;
      await mkdir(join(archives, 'partial'), { recursive: true });
      const parameters = ['--no-install-recommends', '--reinstall', '--download-only', 'install', ...packages];
      await runProgram('apt-get', ['-q', '--yes', '-o', `Dir::Cache::archives=${archives}`, ...parameters], options);
      await mkdir(target);
      for (const file of await readdir(archives)) {
        if (file.endsWith('.deb')) await runProgram('dpkg-deb', ['--extract', join(archives, file), target], options);
      }
    },
    unpackSource: async (name, version, target) => {
      await runProgram('apt-get', ['-q', 'source', '--download-only', name], options);
      const description = (await readdir(folder)).find((file) => file.startsWith(`${name}_`) && file.endsWith('.dsc'));
      if (description?.includes(version) !== true) {
        throw new BuildError(
          `The Debian source package ${name} is ${description ?? 'missing'} here, but the build is made for ${version} (Debian 12).`,
        );
      }
      // apt has verified the files against the signed list; dpkg-source would only warn that it has no keyring.
      await runProgram('dpkg-source', ['--no-check', '--extract', description, target], options);
    },
  };
}

async function writeConfiguration(folder: string): Promise<string> {
  const parts = join(folder, 'sources.list.d');
  const sources = sourcePackageSources(await machineSources(), await debianCodename());
  if (sources.list === '' && sources.deb822 === '') {
    throw new BuildError(
      'The apt sources of this machine name no Debian mirror (component main of its own release): nothing can be fetched.',
    );
  }
  for (const made of [parts, join(folder, 'lists', 'partial'), join(folder, 'cache')]) {
    await mkdir(made, { recursive: true });
  }
  await writeFile(join(parts, 'debian.list'), sources.list);
  await writeFile(join(parts, 'debian.sources'), sources.deb822);
  const file = join(folder, 'apt.conf');
  await writeFile(file, configurationText(folder, parts));
  return file;
}

function configurationText(folder: string, parts: string): string {
  return [
    'Dir::Etc::sourcelist "/dev/null";',
    `Dir::Etc::sourceparts "${parts}";`,
    `Dir::State::lists "${join(folder, 'lists')}";`,
    `Dir::Cache "${join(folder, 'cache')}";`,
    // All folders are our own and dpkg's database is only read: no lock is needed, which only root could take.
    'Debug::NoLocking "true";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
    '',
  ].join('\n');
}

async function machineSources(): Promise<{ list: string[]; deb822: string[] }> {
  const folder = '/etc/apt/sources.list.d';
  const files = await readdir(folder).catch(() => []);
  const read = (suffix: string) =>
    Promise.all(files.filter((file) => file.endsWith(suffix)).map((file) => readFile(join(folder, file), 'utf8')));
  const single = await readFile('/etc/apt/sources.list', 'utf8').catch(() => '');
  return { list: [single, ...(await read('.list'))], deb822: await read('.sources') };
}

async function debianCodename(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1] ?? '';
  if (value('ID') !== 'debian') {
    throw new BuildError(
      `The control plane is made from Debian's packages, and this system is ${value('PRETTY_NAME') || 'not Debian'}. ` +
        'Set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kube-controller-manager, or KUBECONFIG to a test cluster.',
    );
  }
  return value('VERSION_CODENAME');
}
