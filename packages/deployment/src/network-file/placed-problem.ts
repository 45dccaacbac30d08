import { formatProblem, type Problem } from '@iotedge-networking/contract';
import type { SourcePosition } from './source-position.ts';

/** A problem with the place in the file where it can be mended. */
export interface PlacedProblem extends Problem, SourcePosition {
  readonly file: string;
}

/** Prints a problem as editors and people read it: `file:line:column: code path: message fix`. */
export function formatPlacedProblem(problem: PlacedProblem): string {
  const level = problem.level === 'warning' ? 'warning ' : '';
  return `${problem.file}:${problem.line}:${problem.column}: ${level}${problem.code} ${formatProblem(problem)}`;
}

/** Orders problems as they stand in the file, file by file. */
export function byPosition(one: PlacedProblem, other: PlacedProblem): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
