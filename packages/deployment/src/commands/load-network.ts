import { checkDeployment } from '../generate/check-deployment.ts';
import {
  readNetworkSources,
  type NetworkCheck,
  type NetworkOutcome,
  type ReadNetwork,
} from '../network-file/network-file.ts';
import { formatPlacedProblem, type PlacedProblem } from '../network-file/placed-problem.ts';
import { UsageError, type CommandIo } from './command-io.ts';
import { environmentBeside } from './environment-beside.ts';

/** The file a command reads when none is named. */
export const DEFAULT_FILE = 'network.yaml';

/** What reading a network takes from its surroundings. */
export type NetworkAccess = Pick<CommandIo, 'environment' | 'files' | 'network'>;

/**
 * Reads and checks a network with the devices of files and the values of the command line; throws a {@link UsageError} when there is no such file. Without `checks`
 * what its deployments would become is looked at as well. Placeholders are filled in from the environment and from `.env` beside the file.
 */
export async function loadNetwork(
  io: NetworkAccess,
  file: string,
  checks?: readonly NetworkCheck[],
): Promise<NetworkOutcome> {
  return readNetworkText(io, file, await readText(io, file), checks);
}

/** {@link loadNetwork} of a text that the file does not hold, or not yet. */
export async function readNetworkText(
  io: NetworkAccess,
  file: string,
  text: string,
  checks: readonly NetworkCheck[] = [checkDeployment],
): Promise<NetworkOutcome> {
  const { files, network } = io;
  const environment = await environmentBeside(io, file);
  const { set = [], devicesFrom = [] } = network ?? {};
  return readNetworkSources(text, {
    ...{ file, environment, checks, set, devicesFrom },
    readText: (path) => files.read(path),
  });
}

/** Reads a file that the user named; throws a {@link UsageError} when it cannot be read. */
export async function readText(io: Pick<CommandIo, 'files'>, file: string): Promise<string> {
  try {
    return await io.files.read(file);
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${readTrouble(error)}.`, { cause: error });
  }
}

function readTrouble(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : (WHY_NOT[code] ?? String(error));
}

/** Writes a file that the user named, or one below a folder so named; throws a {@link UsageError} when it cannot be written. */
export async function writeText({ files }: Pick<CommandIo, 'files'>, path: string, text: string): Promise<void> {
  try {
    await files.write(path, text);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot write ${path}: ${WHY_NOT[code] ?? message}.`, { cause: error });
  }
}

/** What the usual codes of the system mean to a person. */
const WHY_NOT: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such folder, and it cannot be made',
};

/**
 * Reads a network file for a command that goes on with it: warnings and problems go to standard error (and with `json` the problems to standard
 * output), and undefined means that there were problems.
 */
export async function requireNetwork(io: CommandIo, file: string, json: boolean): Promise<ReadNetwork | undefined> {
  const outcome = await loadNetwork(io, file);
  const problems = outcome.ok ? outcome.value.warnings : outcome.problems;
  for (const problem of problems) io.stderr.write(`${formatPlacedProblem(problem)}\n`);
  if (outcome.ok) return outcome.value;
  io.stderr.write(`${file}: ${countProblems(outcome.problems)}; nothing was done.\n`);
  if (json) io.stdout.write(`${JSON.stringify({ ok: false, problems: outcome.problems }, null, 2)}\n`);
  return undefined;
}

/** `3 problems, 1 warning`. */
export function countProblems(problems: readonly PlacedProblem[]): string {
  const warnings = problems.filter((problem) => problem.level === 'warning').length;
  const errors = problems.length - warnings;
  const parts = [
    ...(errors > 0 ? [plural(errors, 'problem')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'no problems';
}

/** `1 device`, `2 devices`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
