import { labelValue, qualifiedName } from '../admission/names.ts';
import { badRequest } from '../api-error.ts';
import type { LabelSelector } from '../workload-objects.ts';

/** One condition of a label selector in its text form. */
interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent';
  readonly values: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

/** Whether labels satisfy a selector object. An empty selector matches everything. */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return value !== undefined && values.includes(value);
    })
  );
}

/** Reads `a=b,c!=d,e in (f,g),h,!i`. Throws 400 for anything else. */
export function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const requirements = splitRequirements(text).map(parseRequirement);
  return (labels) => requirements.every((requirement) => holds(requirement, labels));
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
  }
}

/** Splits at commas that do not stand in parentheses. */
function splitRequirements(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseRequirement(text: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set?.[1] !== undefined) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return checked({ key: set[1], operator: set[2] as 'in' | 'notin', values }, text);
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(text);
  if (equality?.[1] !== undefined) {
    return checked(
      { key: equality[1], operator: equality[2] === '!=' ? 'notin' : 'in', values: [equality[3] ?? ''] },
      text,
    );
  }
  const existence = /^(!?)\s*([^\s=!(),]+)$/.exec(text);
  if (existence?.[2] !== undefined) {
    return checked({ key: existence[2], operator: existence[1] === '!' ? 'absent' : 'exists', values: [] }, text);
  }
  throw badRequest(
    `unable to parse requirement: found '${text}', expected: an operator such as '=', '!=', 'in' or 'notin'`,
  );
}

function checked(requirement: Requirement, text: string): Requirement {
  const problems = [...qualifiedName(requirement.key), ...requirement.values.flatMap((value) => labelValue(value))];
  if (problems.length > 0) throw badRequest(`unable to parse requirement: ${text}: ${problems.join('; ')}`);
  return requirement;
}
