/** One requirement of a selector; all requirements of a selector have to hold. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** A label selector as a list of requirements; the empty list selects everything. */
export type LabelSelector = readonly LabelRequirement[];

const KEY = String.raw`[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const VALUE_ONLY = new RegExp(`^${VALUE}$`);

/**
 * Reads a selector in Kubernetes' own syntax (`app=web,tier in (a, b),!canary`); undefined when it is not one.
 * Source: Kubernetes documentation, "Labels and Selectors".
 */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  if (text.trim() === '') return [];
  const requirements: LabelRequirement[] = [];
  for (const part of splitOutsideParentheses(text)) {
    const requirement = parseRequirement(part.trim());
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  return requirements;
}

function splitOutsideParentheses(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/);
}

function parseRequirement(part: string): LabelRequirement | undefined {
  const exists = EXISTS.exec(part);
  if (exists !== null) return requirement(exists[2], exists[1] === '!' ? 'DoesNotExist' : 'Exists', []);
  const equals = EQUALS.exec(part);
  if (equals !== null) return requirement(equals[1], equals[2] === '!=' ? 'NotIn' : 'In', [equals[3] ?? '']);
  return parseSetRequirement(part);
}

function parseSetRequirement(part: string): LabelRequirement | undefined {
  const set = SET.exec(part);
  const values = (set?.[3] ?? '').split(',').map((value) => value.trim());
  if (set === null || !values.every((value) => VALUE_ONLY.test(value))) return undefined;
  return requirement(set[1], set[2] === 'in' ? 'In' : 'NotIn', values);
}

function requirement(key = '', operator: LabelRequirement['operator'], values: readonly string[]): LabelRequirement {
  return { key, operator, values };
}

/** Writes a selector so that {@link parseLabelSelector} reads the same requirements again. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  const [only] = values;
  if (only !== undefined && values.length === 1) return `${key}${operator === 'In' ? '=' : '!='}${only}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
}

/** Whether labels satisfy every requirement; an absent label satisfies `NotIn` and `DoesNotExist`. */
export function matchesLabelSelector(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    return value === undefined ? operator === 'NotIn' : values.includes(value) === (operator === 'In');
  });
}

/** The requirements of a plain label map, as a Service's `spec.selector` is one. */
export function selectorOfLabels(labels: Readonly<Record<string, string>>): LabelSelector {
  return Object.entries(labels).map(([key, value]) => requirement(key, 'In', [value]));
}

/** The label map of a selector that only says `key=value`; undefined for any other, which a Service's `spec.selector` cannot hold. */
export function labelsOfSelector(selector: LabelSelector): Readonly<Record<string, string>> | undefined {
  const entries: [string, string][] = [];
  for (const { key, operator, values } of selector) {
    const [only] = values;
    if (operator !== 'In' || only === undefined || values.length !== 1) return undefined;
    entries.push([key, only]);
  }
  return Object.fromEntries(entries);
}
