import { formatPath, nearestName } from '@iotedge-networking/contract';
import { parseDocument } from 'yaml';
import { isJsonObject } from '../generate/sorted-json.ts';
import type { NetworkDocument } from './network-document.ts';
import type { PlacedProblem } from './placed-problem.ts';

/** How messages call the values of the command line; the line counts them. */
const PLACE = '--set';

/**
 * Lays values of the command line over a document, each written `path=value`. The path is that of a message (`computeNetwork.nodeIps`, `devices[0].apps.web.replicas`);
 * an entry of a list may also be named by its id (`devices[store-001]`). The value is read as YAML. Problems of such a value are placed at `--set`.
 */
export function setValues(document: NetworkDocument, assignments: readonly string[]): NetworkDocument {
  const problems: PlacedProblem[] = [];
  const placed: { readonly path: string; readonly line: number }[] = [];
  let { value } = document;
  for (const [index, text] of assignments.entries()) {
    const line = index + 1;
    const outcome = assign(value, text);
    if ('message' in outcome) problems.push({ file: PLACE, line, column: 1, code: 'bad-set', path: '', ...outcome });
    else {
      value = outcome.value;
      placed.unshift({ path: outcome.path, line });
    }
  }
  return {
    value,
    locate: (path, aim) => {
      const found = placed.find(
        (one) => path === one.path || (path.startsWith(one.path) && /^[.[]/.test(path.slice(one.path.length))),
      );
      return found === undefined ? document.locate(path, aim) : { file: PLACE, line: found.line, column: 1 };
    },
    problems: [...document.problems, ...problems],
  };
}

interface Refusal {
  readonly message: string;
  readonly fix: string;
}

const EXAMPLE = 'Write path=value, such as --set computeNetwork.deviceNodes=2 or --set devices[store-001].tags.site=x.';

function assign(document: unknown, text: string): { readonly value: unknown; readonly path: string } | Refusal {
  const equals = text.indexOf('=');
  const steps = equals < 1 ? undefined : stepsOf(text.slice(0, equals));
  if (steps === undefined) return { message: `"${text}" is not path=value.`, fix: EXAMPLE };
  const given = parseDocument(text.slice(equals + 1), { prettyErrors: false });
  if (given.errors.length > 0) return { message: `The value of "${text}" is not YAML.`, fix: 'Put it in quotes.' };
  const walked: (string | number)[] = [];
  const outcome = place(document, { steps, walked, given: given.toJS() as unknown });
  return isRefusal(outcome) ? outcome : { value: outcome.value, path: formatPath(walked) };
}

const STEP = /(?:^|\.)([^.[\]]+)|\[(?:"([^"]*)"|([^\]"]+))\]/y;

function stepsOf(path: string): readonly string[] | undefined {
  const steps: string[] = [];
  for (let at = 0; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (match === null) return undefined;
    steps.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return steps;
}

interface Assignment {
  readonly steps: readonly string[];
  /** The steps taken so far, list entries by index. */
  readonly walked: (string | number)[];
  readonly given: unknown;
}

function place(container: unknown, assignment: Assignment): { readonly value: unknown } | Refusal {
  const { walked, given } = assignment;
  const [step, ...steps] = assignment.steps;
  if (step === undefined) return { value: given };
  if (Array.isArray(container)) return placeInList(container, step, { ...assignment, steps });
  if (container !== undefined && container !== null && !isJsonObject(container))
    return {
      message: `${formatPath(walked)} is a value, it has no "${step}".`,
      fix: 'End the path there, or give another one.',
    };
  const object = container ?? {};
  walked.push(step);
  const inner = place(Object.hasOwn(object, step) ? object[step] : undefined, {
    ...assignment,
    steps,
  });
  return isRefusal(inner) ? inner : { value: { ...object, [step]: inner.value } };
}

function placeInList(
  list: readonly unknown[],
  step: string,
  assignment: Assignment,
): { readonly value: unknown } | Refusal {
  const ids = list.map((entry) => (isJsonObject(entry) && typeof entry.id === 'string' ? entry.id : ''));
  const byId = ids.indexOf(step);
  const index = byId >= 0 || !/^\d+$/.test(step) ? byId : Number(step);
  if (index < 0 || index >= list.length) {
    const nearest = nearestName(step, ids);
    const known = list.length === 0 ? 'It is empty.' : `Give 0 to ${list.length - 1} or an id.`;
    const message = `${formatPath(assignment.walked)} has no entry "${step}".`;
    return { message, fix: nearest === undefined ? known : `Did you mean "${nearest}"?` };
  }
  assignment.walked.push(index);
  const inner = place(list[index], assignment);
  return isRefusal(inner) ? inner : { value: list.with(index, inner.value) };
}

function isRefusal(outcome: object): outcome is Refusal {
  return 'message' in outcome;
}
