/**
 * One thing that is wrong with an input, written for the person who has to mend it.
 *
 * `code` is stable (kebab-case, for filters and tests), `path` says where (dots and brackets, as in `apps.web.ports.http`),
 * `message` says what is wrong and what was expected, `fix` what to do about it.
 */
export interface Problem {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
  /** `error` when absent. A warning never refuses the input. */
  readonly level?: 'error' | 'warning';
}

/** Whether any of the problems refuses the input. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.level !== 'warning');
}

/** A value, or every problem that kept us from having it. Never both. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Prints a problem as one line: `path: message fix`. */
export function formatProblem(problem: Problem): string {
  const where = problem.path === '' ? '' : `${problem.path}: `;
  return problem.fix === undefined ? where + problem.message : `${where}${problem.message} ${problem.fix}`;
}
