/** One expression of a Kubernetes label selector. */
export interface LabelExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A Kubernetes label selector (`metav1.LabelSelector`): everything in it has to hold; the empty one selects everything. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
}

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>;

/** Whether the labels satisfy the selector, which must be valid: an unknown operator is read as DoesNotExist. */
export function selectorMatches(selector: LabelSelector, labels: Labels): boolean {
  const byLabel = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return byLabel && (selector.matchExpressions ?? []).every((expression) => expressionMatches(expression, labels));
}

/** Whether at least one of the selectors matches. */
export function anySelectorMatches(selectors: readonly LabelSelector[], labels: Labels): boolean {
  return selectors.some((selector) => selectorMatches(selector, labels));
}

function expressionMatches({ key, operator, values = [] }: LabelExpression, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/**
 * The label set as Kubernetes prints it, `a=1,b=2` sorted by key: MetalLB compares backends by this text.
 * Source: k8s.io/apimachinery labels.Set.String.
 */
export function labelSetText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

/** One text per selector, equal exactly for selectors that say the same in the same words (values in any order). */
export function selectorText(selector: LabelSelector): string {
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    return [key, operator, [...values].sort()];
  });
  return JSON.stringify([labels, expressions]);
}

/** What is wrong with a selector, in Kubernetes' words; undefined when nothing is. */
export function selectorProblem(selector: LabelSelector): string | undefined {
  for (const expression of selector.matchExpressions ?? []) {
    const problem = expressionProblem(expression);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function expressionProblem({ key, operator, values = [] }: LabelExpression): string | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? undefined : `values of ${key}: for 'in', 'notin' operators, values set can't be empty`;
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? undefined
        : `values of ${key}: values set must be empty for exists and does not exist`;
    default:
      return `"${operator}" is not a valid label selector operator`;
  }
}
