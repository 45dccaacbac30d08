import {
  encodeTwinKey,
  formatProblem,
  TWIN_LIMITS_OLD_RUNTIME,
  utf8Length,
  type Problem,
  type Reported,
} from '@iotedge-networking/contract';
import { cutText } from './cut-text.ts';

/** How the desired document was received, before anything was decided from it. */
export interface DesiredStatus {
  /** `$version` of the document received last; 0 when none was. */
  readonly version: number;
  readonly state: 'waiting' | 'accepted' | 'rejected';
  readonly problems: readonly Problem[];
  /** `$version` of the document in force, when it is another one. */
  readonly inForce?: number;
}

/** The status of a module that has not been told anything. */
export const WAITING: DesiredStatus = { version: 0, state: 'waiting', problems: [] };

/** More problems than this are counted, not listed. */
const LISTED_PROBLEMS = 20;

/** Problems of a refused document, as they are reported: by encoded path, several of one place in one text. */
export function reportProblems(problems: readonly Problem[]): Reported['desired']['problems'] {
  const byKey = new Map<string, string>();
  for (const problem of problems.slice(0, LISTED_PROBLEMS)) {
    const key = problemKey(problem.path === '' ? 'document' : problem.path);
    const text = formatProblem({ ...problem, path: '' });
    const before = byKey.get(key);
    byKey.set(key, before === undefined ? text : `${before} ${text}`);
  }
  const more = problems.length - LISTED_PROBLEMS;
  if (more > 0) byKey.set('more', `${more} further problems.`);
  return Object.fromEntries([...byKey].map(([key, text]) => [key, cutText(text)]));
}

/** Long paths lose their beginning: old runtimes take keys of 64 bytes, and the end of a path says more. */
function problemKey(path: string): string {
  const limit = TWIN_LIMITS_OLD_RUNTIME.keyBytes;
  let rest = path;
  while (utf8Length(encodeTwinKey(rest)) > limit) rest = rest.slice(1);
  return encodeTwinKey(rest);
}
