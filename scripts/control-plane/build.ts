import { cp, copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { BuildError } from './build-error.ts';
import { buildProgress, type BuildProgress } from './build-progress.ts';
import { compileKubernetes } from './compile-kubernetes.ts';
import { CONTROL_PLANE_VERSION, controlPlaneCache, missingPrograms, packetTools } from './control-plane-cache.ts';
import { debianPackages } from './debian-packages.ts';
import { requireSystemPrograms } from './system-programs.ts';

// Makes the programs of the [control-plane] tests from Debian's source package, once, into the user's cache folder.

const COMPILED = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy'];
const BUILD_PACKAGES = ['golang-1.19-go', 'golang-github-modern-go-reflect2-dev', 'rsync', 'jq', 'etcd-server'];
const PACKET_PACKAGES = ['iptables', 'ipset', 'conntrack'];
async function main(): Promise<void> {
  const cache = controlPlaneCache(process.env);
  const progress = buildProgress(process.stdout, () => Date.now());
  const missing = missingPrograms(cache);
  if (missing.length === 0) {
    progress.step(`Kubernetes ${CONTROL_PLANE_VERSION} is complete in ${cache}: nothing to do.`);
    return;
  }
  progress.step(
    `Making Kubernetes ${CONTROL_PLANE_VERSION} for the tests into ${cache} (about six minutes on two processors)`,
  );
  requireSystemPrograms({ environment: process.env, isRoot: process.getuid?.() === 0, progress });
  const work = `${cache}.building`;
  await claim(work);
  const finished = await build(work, progress);
  await rm(cache, { recursive: true, force: true });
  await rename(finished, cache);
  await rm(work, { recursive: true, force: true });
  progress.step(`Done: ${cache}`);
}

async function build(work: string, progress: BuildProgress): Promise<string> {
  const tools = join(work, 'tools');
  const program = { environment: buildEnvironment(work, tools), logFile: join(work, 'build.log') };
  await mkdir(join(work, 'home'));
  await mkdir(join(work, 'apt'));
  const packages = await debianPackages({ folder: join(work, 'apt'), program, progress });
  progress.step(`Fetching ${BUILD_PACKAGES.join(', ')} (unpacked here, not installed)`);
  await packages.unpack(BUILD_PACKAGES, tools);
  progress.step('Fetching the source package kubernetes');
  await packages.unpackSource('kubernetes', CONTROL_PLANE_VERSION, join(work, 'kubernetes'));
  progress.step(`Compiling ${COMPILED.join(', ')}`);
  const binaries = await compileKubernetes(COMPILED, { work, tools, program, progress });
  const finished = join(work, 'finished');
  await mkdir(finished);
  for (const name of COMPILED) await copyFile(join(binaries, name), join(finished, name));
  await copyFile(join(tools, 'usr/bin/etcd'), join(finished, 'etcd'));
  progress.step(`Fetching ${PACKET_PACKAGES.join(', ')} (for the data path tests)`);
  await packages.unpack(PACKET_PACKAGES, join(work, 'packet'));
  await keepPacketTools(join(work, 'packet'), packetTools(finished));
  return finished;
}

// The kernel of a test machine may know only one of the two; nft is what Debian itself prefers.
async function keepPacketTools(unpacked: string, target: string): Promise<void> {
  for (const part of ['usr/sbin', 'usr/lib', 'sbin', 'lib']) {
    const from = join(unpacked, part);
    if (existsSync(from)) await cp(from, join(target, part), { recursive: true, verbatimSymlinks: true });
  }
  for (const family of ['iptables', 'ip6tables']) {
    for (const command of ['', '-save', '-restore']) {
      await symlink('xtables-nft-multi', join(target, 'usr/sbin', `${family}${command}`));
    }
  }
}

function buildEnvironment(work: string, tools: string): Record<string, string> {
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no|ftp|all)_proxy$/i.test(name));
  const libraries = ['usr/lib', 'lib'].flatMap((folder) => [join(tools, folder, multiarch()), join(tools, folder)]);
  return {
    ...Object.fromEntries(proxies.map(([name, value]) => [name, value ?? ''])),
    PATH: ['usr/lib/go-1.19/bin', 'usr/bin']
      .map((folder) => join(tools, folder))
      .concat('/usr/sbin', '/usr/bin', '/sbin', '/bin')
      .join(delimiter),
    LD_LIBRARY_PATH: libraries.join(delimiter),
    HOME: join(work, 'home'),
    LANG: 'C.UTF-8',
  };
}

function multiarch(): string {
  return process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
}

// An interrupted build leaves its folder behind; a build that still runs must not lose it.
async function claim(work: string): Promise<void> {
  const owner = join(work, 'pid');
  const pid = Number(await readFile(owner, 'utf8').catch(() => '0'));
  if (pid > 0 && existsSync(`/proc/${pid}`)) {
    throw new BuildError(`Another build is under way (process ${pid}, folder ${work}). Wait for it, or end it.`);
  }
  await rm(work, { recursive: true, force: true });
  await mkdir(dirname(work), { recursive: true });
  await mkdir(work);
  await writeFile(owner, String(process.pid));
}

// An interrupted build ends what it has started; its folder is removed by the next one.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof BuildError ? `${error.message}\n` : `${String((error as Error).stack)}\n`);
  process.exitCode = 1;
});
