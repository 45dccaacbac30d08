import type { FindingRule } from './finding-rule.ts';

type Rules = Readonly<Record<string, FindingRule>>;

/** What is wrong with a deployment manifest beyond the translation of its modules. */
export const MANIFEST_FINDING_RULES = {
} as const satisfies Rules;
