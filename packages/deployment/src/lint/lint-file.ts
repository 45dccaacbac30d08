import { lintManifest, type Finding, type LintOptions, type Severity } from '@iotedge-networking/edge-agent';
import { encodingProblem } from '../network-file/encoding-problem.ts';
import type { SourcePosition } from '../network-file/source-position.ts';
import { foreignDocument } from './foreign-document.ts';
import { locateStep, positionAt } from './locate-step.ts';
import { plainValue, readJson, type JsonTree } from './read-json.ts';

/** One thing worth knowing about a manifest, with the place in the file where it stands. */
export interface PlacedFinding extends SourcePosition {
  readonly file: string;
  readonly severity: Severity;
  /** A code of edge-agent's catalogue, `encoding`, `json-syntax`, `duplicate-key` or `not-a-manifest`. */
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** A linted file. */
export interface LintedFile {
  readonly file: string;
  /** In the order of the file. */
  readonly findings: readonly PlacedFinding[];
  /** The parsed manifest; undefined when the file is no JSON, or something else than a manifest. */
  readonly manifest: unknown;
}

/** Lints the text of one deployment manifest, configuration or patch of a module twin. */
export function lintFile(file: string, text: string, options: LintOptions): LintedFile {
  const encoding = encodingProblem(file, text);
  if (encoding !== undefined) {
    const { code, message, fix = '', ...where } = encoding;
    return { file, manifest: undefined, findings: [{ ...where, severity: 'error', code, message, fix }] };
  }
  const reading = readJson(text);
  const foreign = foreignDocument(file, text, reading);
  if (foreign !== undefined) {
    const problem = { severity: 'error' as const, code: 'not-a-manifest', path: '', ...foreign };
    return { file, manifest: undefined, findings: [{ ...problem, file, line: 1, column: 1 }] };
  }
  if (!reading.ok) {
    const { message } = reading;
    const problem = { severity: 'error' as const, code: 'json-syntax', path: '', message, fix: SYNTAX_FIX };
    return { file, manifest: undefined, findings: [{ ...problem, file, ...positionAt(text, reading.offset) }] };
  }
  const manifest = plainValue(reading.tree);
  const placed = [
    ...repeatedKeys(reading.tree, '').map(({ offset, path, message }) => ({
      ...{ file, ...positionAt(text, offset), severity: 'warning' as const, code: 'duplicate-key' },
      ...{ path, message, fix: 'Keep one of them.' },
    })),
    ...lintManifest(manifest, options).map((finding) => place(finding, { file, text, tree: reading.tree })),
  ];
  return { file, manifest, findings: placed.sort(byPosition) };
}

const SYNTAX_FIX = 'A deployment manifest is JSON: double quotes, no comments, no trailing commas.';

interface Source {
  readonly file: string;
  readonly text: string;
  readonly tree: JsonTree;
}

function place(finding: Finding, { file, text, tree }: Source): PlacedFinding {
  const { severity, code, path, message, fix } = finding;
  return { file, ...positionAt(text, locateStep(tree, finding.at)), severity, code, path, message, fix };
}

function byPosition(one: PlacedFinding, other: PlacedFinding): number {
  return one.line - other.line || one.column - other.column;
}

interface RepeatedKey {
  readonly offset: number;
  readonly path: string;
  readonly message: string;
}

/** Keys that stand twice in one object: whatever the first one says is lost without a word. */
function repeatedKeys(tree: JsonTree, path: string): readonly RepeatedKey[] {
  if (tree.kind === 'array') return tree.items.flatMap((item, index) => repeatedKeys(item, `${path}[${index}]`));
  if (tree.kind !== 'object') return [];
  const seen = new Set<string>();
  return tree.members.flatMap(({ key, offset, value }) => {
    const here = path === '' ? key : `${path}.${key}`;
    const message = `${JSON.stringify(key)} stands here for the second time; what stood before is lost.`;
    const repeated = seen.has(key) ? [{ offset, path: here, message }] : [];
    seen.add(key);
    return [...repeated, ...repeatedKeys(value, here)];
  });
}

/** Prints a finding as editors and people read it: `file:line:column: severity code path: message fix`. */
export function formatFinding({ file, line, column, severity, code, path, message, fix }: PlacedFinding): string {
  const where = path === '' ? '' : `${path}: `;
  return `${file}:${line}:${column}: ${severity} ${code} ${where}${message} ${fix}`;
}
