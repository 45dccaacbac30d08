import { checkDeployment } from '../generate/check-deployment.ts';
import {
  readNetworkSources,
  type NetworkCheck,
  type NetworkOutcome,
  type ReadNetwork,
} from '../network-file/network-file.ts';
import { formatPlacedProblem, type PlacedProblem } from '../network-file/placed-problem.ts';
import { UsageError, type CommandIo } from './command-io.ts';

/** The file a command reads when none is named. */
export const DEFAULT_FILE = 'network.yaml';

/**
 * Reads and checks a network with the devices of files and the values of the command line; throws a {@link UsageError} when there is no such file. Without `checks`
 * what its deployments would become is looked at as well.
 */
export async function loadNetwork(
  io: CommandIo,
  file: string,
  checks: readonly NetworkCheck[] = [checkDeployment],
): Promise<NetworkOutcome> {
  const text = await readText(io, file);
  const { set = [], devicesFrom = [] } = io.network ?? {};
  const { environment, files } = io;
  return readNetworkSources(text, {
    file,
    environment,
    checks,
    set,
    devicesFrom,
    readText: (path) => files.read(path),
  });
}

/** Reads a file that the user named; throws a {@link UsageError} when it cannot be read. */
export async function readText(io: CommandIo, file: string): Promise<string> {
  try {
    return await io.files.read(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new UsageError(`Cannot read ${file}: ${reason}.`, { cause: error });
  }
}

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
