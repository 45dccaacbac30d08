import { selectorProblem, selectorText } from './label-selector.ts';
import type { LabelSelector } from './label-selector.ts';

/** The messages of the rules that are broken. */
export function brokenRules(rules: readonly (readonly [isBroken: boolean, message: string])[]): string[] {
  return rules.filter(([isBroken]) => isBroken).map(([, message]) => message);
}

/** MetalLB's complaint about each value that a list holds twice. */
export function duplicateProblems(values: readonly string[], what: string): string[] {
  const twice = new Set(values.filter((value, index) => values.indexOf(value) < index));
  return [...twice].map((value) => `duplicate definition of ${what} "${value}"`);
}

/** MetalLB's complaints about a list of label selectors: selectors or expressions said twice, and invalid ones. */
export function selectorListProblems(selectors: readonly LabelSelector[], what: string, invalid: string): string[] {
  const texts = selectors.map(selectorText);
  return [
    ...selectors.flatMap(expressionProblems),
    ...duplicateProblems(texts, what),
    ...selectors.flatMap((selector) => {
      const problem = selectorProblem(selector);
      return problem === undefined ? [] : [`${invalid}: ${problem}`];
    }),
  ];
}

function expressionProblems({ matchExpressions = [] }: LabelSelector): string[] {
  const texts = matchExpressions.map((expression) => selectorText({ matchExpressions: [expression] }));
  return [
    ...matchExpressions.flatMap(({ values = [] }) =>
      duplicateProblems(values, 'match expression value in label selector'),
    ),
    ...duplicateProblems(texts, 'match expressions'),
  ];
}
