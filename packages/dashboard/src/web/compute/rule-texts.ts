import type { MessageKey } from '../../i18n/translation.ts';

const RULES = {
  N01: 'rule.N01',
  N02: 'rule.N02',
  N03: 'rule.N03',
  N04: 'rule.N04',
  N05: 'rule.N05',
  N06: 'rule.N06',
  N07: 'rule.N07',
  N08: 'rule.N08',
  N09: 'rule.N09',
  N10: 'rule.N10',
  N11: 'rule.N11',
  N12: 'rule.N12',
  N13: 'rule.N13',
  N14: 'rule.N14',
  N15: 'rule.N15',
} as const satisfies Readonly<Record<string, MessageKey>>;

/** Key of what a rule says, by its code; undefined for problems that are of no rule of the Compute network. */
export function ruleText(code: string): (typeof RULES)[keyof typeof RULES] | undefined {
  return Object.hasOwn(RULES, code) ? RULES[code as keyof typeof RULES] : undefined;
}
