import { posix } from 'node:path';
import type { Profile } from '@iotedge-networking/contract';
import { solutionFiles } from '../init/solution-files.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { writeText } from './load-network.ts';

/** Options of `init`. */
export interface InitOptions {
  readonly directory: string;
  readonly profile: Profile;
  readonly json: boolean;
}

/** Writes a new solution into a directory. Never overwrites: when any of its files is there already, all that are there are named and nothing is written. */
export async function initCommand(io: CommandIo, { directory, profile, json }: InitOptions): Promise<ExitCode> {
  const files = solutionFiles({ name: nameOf(directory), profile }).map(({ path, text }) => ({
    path: posix.join(directory, path),
    text,
  }));
  const taken = await Promise.all(files.map(async ({ path }) => ((await exists(io, path)) ? [path] : [])));
  const there = taken.flat();
  if (there.length > 0) {
    const subject = there.length === 1 ? 'This file is' : 'These files are';
    const named = there.length <= NAMED ? there : [...there.slice(0, NAMED), `and ${there.length - NAMED} more`];
    throw new UsageError(
      `${subject} there already, so nothing was written: ${named.join(', ')}. Name another directory, or move what is there.`,
    );
  }
  for (const { path, text } of files) await writeText(io, path, text);
  const written = files.map(({ path }) => path);
  if (json) io.stdout.write(`${JSON.stringify({ ok: true, written }, null, 2)}\n`);
  else
    io.stdout.write(
      `${written.join('\n')}\nNext: put your addresses into ${written[0] ?? ''} and run iotedge-net plan there.\n`,
    );
  return EXIT.ok;
}

/** So many files that are in the way are named. */
const NAMED = 5;

/** Whatever is not plainly absent counts as there; below a file nothing can be. */
async function exists({ files }: CommandIo, path: string): Promise<boolean> {
  return files.read(path).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''),
  );
}

/** The name of the directory as a name that Kubernetes takes. */
function nameOf(directory: string): string {
  const name = posix
    .basename(posix.resolve('/', directory))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? 'edge-solution' : name;
}
