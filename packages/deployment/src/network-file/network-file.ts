import {
  checkNetwork,
  type CheckedNetwork,
  type Network,
  type NetworkFile,
  type Problem,
} from '@iotedge-networking/contract';
import type { Environment } from './environment-placeholders.ts';
import { byPosition, type PlacedProblem } from './placed-problem.ts';
import { withSubnetRemedy } from './subnet-remedy.ts';
import { readYaml, type YamlDocument } from './yaml-document.ts';

/** A network file that can be deployed, with its warnings placed. */
export interface ReadNetwork extends Omit<CheckedNetwork, 'warnings'> {
  readonly warnings: readonly PlacedProblem[];
}

/** A network, or every problem with its place. */
export type NetworkOutcome =
  | { readonly ok: true; readonly value: ReadNetwork }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] };

/** A check of what a network will become; its problems carry paths into network.yaml. */
export type NetworkCheck = (network: Network, file: NetworkFile) => readonly Problem[];

/** What reading depends on besides the text. */
export interface ReadOptions {
  /** Name of the file, as messages should show it. */
  readonly file: string;
  /** Values for `${NAME}` placeholders. */
  readonly environment: Environment;
  /** Further checks, run when the file itself is in order. */
  readonly checks?: readonly NetworkCheck[];
}

/**
 * Reads network.yaml. Syntax, shape, address rules and the further checks are all reported at once, each with file, line and column:
 * an unknown key at the key, a missing key at its parent, anything else at the value.
 */
export function readNetworkFile(text: string, options: ReadOptions): NetworkOutcome {
  const yaml = readYaml(text, options.file, options.environment);
  if (!yaml.readable) return { ok: false, problems: [...yaml.problems].sort(byPosition) };
  if (yaml.value === null || yaml.value === undefined) return { ok: false, problems: [emptyFile(options.file)] };
  const checked = checkNetwork(yaml.value);
  const meaning = checked.ok
    ? [...checked.value.warnings, ...furtherProblems(checked.value, options.checks ?? [])]
    : checked.problems;
  const placed = withoutEchoes(yaml, place(withSubnetRemedy(meaning, yaml.value), yaml, options.file));
  const problems = [...yaml.problems, ...placed].sort(byPosition);
  if (!checked.ok || problems.some((problem) => problem.level !== 'warning')) return { ok: false, problems };
  return { ok: true, value: { ...checked.value, warnings: problems } };
}

function furtherProblems({ network, file }: CheckedNetwork, checks: readonly NetworkCheck[]): readonly Problem[] {
  return checks.flatMap((check) => check(network, file));
}

/** Problems about the name of a key, not about what stands behind it. */
const KEY_CODES = [
  'unknown-key',
  'unknown-app',
  'invalid-key',
  'bad-key',
  'env-name-refused',
  'env-name-colon',
  'key-too-long',
];

function place(problems: readonly Problem[], yaml: YamlDocument, file: string): readonly PlacedProblem[] {
  return problems.map((problem) => ({
    ...problem,
    file,
    ...yaml.locate(problem.path, KEY_CODES.includes(problem.code) ? 'key' : 'value'),
  }));
}

/** A value that could not be filled in is wrong in every other respect too; that need not be said again. */
function withoutEchoes(yaml: YamlDocument, placed: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const unfilled = yaml.problems.filter((problem) => problem.code.endsWith('-placeholder'));
  return placed.filter(({ line, column }) => !unfilled.some((one) => one.line === line && one.column === column));
}

function emptyFile(file: string): PlacedProblem {
  return {
    file,
    line: 1,
    column: 1,
    code: 'empty',
    path: '',
    message: 'The file is empty.',
    fix: 'Begin with apiVersion: iotedge-networking/v1.',
  };
}
