import { finding } from './finding.ts';
import type { Finding, FindingCode, PathStep } from './finding.ts';
import type { AgentVersion } from './device-settings.ts';
import type { AGENT_ERROR_RULES } from './agent-error-rules.ts';

/** Where the agent gives up: reading the twin, planning, combining options, mapping to objects, or at its own start. */
export type AgentStage = 'startup' | 'parse' | 'plan' | 'combine' | 'map';

/** The kinds of objects in the order in which the agent sends them (rule 26). */
export type ObjectKind = 'ServiceAccount' | 'Service' | 'Deployment' | 'PersistentVolumeClaim';

/** Why the agent gives up on a whole deployment. */
export interface AgentFailure {
  readonly code: keyof typeof AGENT_ERROR_RULES;
  readonly stage: AgentStage;
  readonly at: readonly PathStep[];
  readonly message: string;
  /** For stage map: the first kind of objects that is not sent any more. */
  readonly kind?: ObjectKind;
}

/** A value with what there is to say about it, or the failure that kept the agent from making it. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly failure: AgentFailure };

/** A successful attempt. */
export function made<T>(value: T, findings: readonly Finding[] = []): Attempt<T> {
  return { ok: true, value, findings };
}

/** A failed attempt. */
export function failed(failure: AgentFailure): { readonly ok: false; readonly failure: AgentFailure } {
  return { ok: false, failure };
}

/** A failure of the mapping from options to objects of this kind. */
export function mapFailure(
  kind: ObjectKind,
  code: AgentFailure['code'],
  at: readonly PathStep[],
  message: string,
): { readonly ok: false; readonly failure: AgentFailure } {
  return failed({ code, stage: 'map', at, message, kind });
}

/** The failure as a finding. */
export function failureFinding(failure: AgentFailure): Finding {
  const code: FindingCode = failure.code;
  return finding(code, failure.at, failure.message);
}

/**
 * `lastDesiredStatus.code` in the hub (rule 28): 400 for a deployment that cannot be read, 500 for the rest; null when the agent
 * does not start. The agent of beta10 knows nothing of what its operator part fails at and reports 200.
 */
export function hubStatusOf(failure: AgentFailure | null, version: AgentVersion): 200 | 400 | 500 | null {
  if (failure === null || (failure.stage === 'map' && version === 'beta10')) return 200;
  if (failure.stage === 'startup') return null;
  return failure.stage === 'parse' ? 400 : 500;
}
