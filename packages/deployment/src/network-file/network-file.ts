import {
  checkNetwork,
  type CheckedNetwork,
  type Network,
  type NetworkFile,
  type Problem,
} from '@iotedge-networking/contract';
import type { Environment } from './environment-placeholders.ts';
import { encodingProblem } from './encoding-problem.ts';
import { readFleetYaml } from './fleet-document.ts';
import { importDevices } from './import-devices.ts';
import type { NetworkDocument } from './network-document.ts';
import { byPosition, type PlacedProblem } from './placed-problem.ts';
import { readDeviceFiles } from './read-device-files.ts';
import { setValues } from './set-values.ts';
import { withSubnetRemedy } from './subnet-remedy.ts';

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
 * an unknown key at the key, a missing key at its parent, anything else at the value. Files of `devicesFrom` are not opened; see {@link readNetworkSources}.
 */
export function readNetworkFile(text: string, options: ReadOptions): NetworkOutcome {
  const opened = openFile(text, options);
  return opened.ok ? judge(opened.document, options.checks ?? []) : opened;
}

/** Where the parts of a network come from besides the text of network.yaml. */
export interface SourceOptions extends ReadOptions {
  /** Values of the command line, `path=value`. */
  readonly set: readonly string[];
  /** Files of devices that were named on the command line. */
  readonly devicesFrom: readonly string[];
  /** Reads a file; rejects when it cannot. */
  readonly readText: (path: string) => Promise<string>;
}

/** {@link readNetworkFile} with the devices of files and the values of the command line. A file of devices is JSON when its name says so, otherwise a CSV table. */
export async function readNetworkSources(text: string, options: SourceOptions): Promise<NetworkOutcome> {
  const opened = openFile(text, options);
  if (!opened.ok) return opened;
  const files = await readDeviceFiles(opened.document, options);
  const whole = setValues(importDevices(opened.document, files), options.set);
  return judge(whole, options.checks ?? []);
}

type Opened =
  | { readonly ok: true; readonly document: NetworkDocument }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] };

function openFile(text: string, { file, environment }: ReadOptions): Opened {
  const foreign = encodingProblem(file, text);
  if (foreign !== undefined) return { ok: false, problems: [foreign] };
  const yaml = readFleetYaml(text, file, environment);
  if (!yaml.readable) return { ok: false, problems: [...yaml.problems].sort(byPosition) };
  if (yaml.value === null || yaml.value === undefined) return { ok: false, problems: [emptyFile(file)] };
  const locate: NetworkDocument['locate'] = (path, aim) => ({ file, ...yaml.locate(path, aim) });
  return { ok: true, document: { value: yaml.value, problems: yaml.problems, locate } };
}

function judge(document: NetworkDocument, checks: readonly NetworkCheck[]): NetworkOutcome {
  const checked = checkNetwork(document.value);
  const meaning = checked.ok
    ? [...checked.value.warnings, ...furtherProblems(checked.value, checks)]
    : checked.problems;
  const placed = withoutEchoes(document, place(withSubnetRemedy(meaning, document.value), document));
  const problems = [...document.problems, ...placed].sort(byPosition);
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

function place(problems: readonly Problem[], { locate }: NetworkDocument): readonly PlacedProblem[] {
  return problems.map((problem) => ({
    ...problem,
    ...locate(problem.path, KEY_CODES.includes(problem.code) ? 'key' : 'value'),
  }));
}

/** A value that could not be filled in is wrong in every other respect too; that need not be said again. */
function withoutEchoes(document: NetworkDocument, placed: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const unfilled = document.problems.filter((problem) => problem.code.endsWith('-placeholder'));
  return placed.filter(
    ({ file, line, column }) =>
      !unfilled.some((one) => one.file === file && one.line === line && one.column === column),
  );
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
