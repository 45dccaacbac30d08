import { AGENT_ERROR_RULES } from './agent-error-rules.ts';
import { AGENT_FINDING_RULES } from './agent-finding-rules.ts';
import { MANIFEST_FINDING_RULES } from './manifest-finding-rules.ts';
import type { Drop, FindingRule, Severity } from './finding-rule.ts';
import { REJECTION_RULES } from './rejection-rules.ts';

/** Every code that a translation or a lint run can give, with severity and remedy. Codes are stable. */
export const FINDING_CODES = {
  ...AGENT_FINDING_RULES,
  ...AGENT_ERROR_RULES,
  ...REJECTION_RULES,
  ...MANIFEST_FINDING_RULES,
} as const satisfies Readonly<Record<string, FindingRule>>;

export type FindingCode = keyof typeof FINDING_CODES;

/** One step of a path: a key or a list index. */
export type PathStep = string | number;

/** One thing worth knowing about a module or a manifest. Has the shape of the contract's `Problem`, and the path in steps too. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Where, as text: `modulesContent.$edgeAgent.properties.desired.modules.web.settings.createOptions.HostConfig`. */
  readonly path: string;
  /** Where, as steps; steps after `createOptions` lead into its text. */
  readonly at: readonly PathStep[];
  /** One sentence. */
  readonly message: string;
  readonly fix: string;
  readonly drop?: Drop;
}

/** Makes a finding from its code; severity, fix and (unless given) drop come from {@link FINDING_CODES}. */
export function finding(code: FindingCode, at: readonly PathStep[], message: string, drop?: Drop): Finding {
  const rule: FindingRule = FINDING_CODES[code];
  const found = { code, severity: rule.severity, path: formatPath(at), at, message, fix: rule.fix };
  const dropped = drop ?? rule.drop;
  return dropped === undefined ? found : { ...found, drop: dropped };
}

/** The same finding below another place. */
export function below(at: readonly PathStep[], inner: Finding): Finding {
  const whole = [...at, ...inner.at];
  return { ...inner, at: whole, path: formatPath(whole) };
}

/** Prints a path: dots for plain names, brackets for indexes and for keys that hold other characters. */
export function formatPath(at: readonly PathStep[]): string {
  return at.reduce<string>((text, step) => text + formatStep(step, text === ''), '');
}

function formatStep(step: PathStep, first: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  const plain = /^[$A-Za-z_][$\w]*$/.test(step) || step.startsWith('properties.desired');
  if (!plain) return `[${JSON.stringify(step)}]`;
  return first ? step : `.${step}`;
}

/** The distinct codes, with `silent` and `logged-warning` added where something was dropped that way. Sorted. */
export function codesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.flatMap(({ code, drop }) => (drop === undefined ? [code] : [code, drop])))].sort();
}
