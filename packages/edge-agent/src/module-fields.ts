import { failed, made } from './agent-failure.ts';
import type { AgentFailure, Attempt } from './agent-failure.ts';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import { readEnvironment } from './module-environment.ts';
import type { EnvVar } from './module-environment.ts';
import { isSystemAgent } from './module-input.ts';
import type { ModuleInput } from './module-input.ts';

/** The fields of a module entry beside its create options, as the agent reads them. */
export interface ModuleFields {
  /** With `:latest` where no tag was given. */
  readonly image: string;
  readonly env: readonly EnvVar[];
}

const STATUSES = ['running', 'stopped', 'unknown', 'backoff', 'unhealthy', 'failed'];
const RESTART_POLICIES = ['always', 'never', 'on-failure', 'on-unhealthy', 'unknown', 'onfailure', 'onunhealthy'];
const PULL_POLICIES = ['on-create', 'never', 'oncreate'];
const IMAGE = /^([^/]*\/)*[^/:]+(:[^/:]+)?$/;

/** Reads image, status, policies and environment; a failure has stage parse. */
export function readModuleFields(module: ModuleInput): Attempt<ModuleFields> {
  const image = module.image?.trim() ?? '';
  if (!IMAGE.test(image)) {
    return parseFailure('image-invalid', ['settings', 'image'], `${JSON.stringify(image)} is not an image reference.`);
  }
  const value = invalidValue(module);
  if (value !== undefined)
    return parseFailure(value.code, [value.field], `${value.field} is ${JSON.stringify(value.text)}.`);
  const env = readEnvironment(module);
  if (!env.ok) return env;
  const tagged = /:[^/:]+$/.test(image) ? image : `${image}:latest`;
  return made({ image: tagged, env: env.value }, withoutEffect(module));
}

interface InvalidValue {
  readonly code: AgentFailure['code'];
  readonly field: string;
  readonly text: string;
}

function invalidValue(module: ModuleInput): InvalidValue | undefined {
  if (isSystemAgent(module)) return undefined;
  const fields = [
    { code: 'module-status-invalid', field: 'status', text: module.status, known: STATUSES },
    { code: 'restart-policy-invalid', field: 'restartPolicy', text: module.restartPolicy, known: RESTART_POLICIES },
    { code: 'image-pull-policy-invalid', field: 'imagePullPolicy', text: module.imagePullPolicy, known: PULL_POLICIES },
  ] as const;
  for (const { code, field, text, known } of fields) {
    if (text !== undefined && !known.includes(text.toLowerCase())) return { code, field, text };
  }
  return undefined;
}

function parseFailure(code: AgentFailure['code'], at: readonly PathStep[], message: string): ReturnType<typeof failed> {
  return failed({ code, stage: 'parse', at, message });
}

// Rule 25, and rule 23 for the agent itself.
function withoutEffect(module: ModuleInput): readonly Finding[] {
  const findings: Finding[] = [];
  if (isSystemAgent(module)) {
    if (module.status !== undefined && module.status.toLowerCase() !== 'running') {
      findings.push(finding('edgeagent-status-ignored', ['status'], 'The agent always runs.'));
    }
    findings.push(finding('edgeagent-image-kept', ['settings', 'image'], 'The agent keeps the image it runs with.'));
    return findings;
  }
  if (module.restartPolicy !== undefined && module.restartPolicy.toLowerCase() !== 'always') {
    const message = `Kubernetes always restarts a module; ${module.restartPolicy} has no effect.`;
    findings.push(finding('restart-policy-ignored', ['restartPolicy'], message));
  }
  if (module.imagePullPolicy !== undefined && module.imagePullPolicy.toLowerCase() !== 'on-create') {
    findings.push(finding('image-pull-policy-ignored', ['imagePullPolicy'], 'It has no effect on Kubernetes.'));
  }
  if (module.startupOrder !== undefined) {
    findings.push(finding('startup-order-ignored', ['startupOrder'], 'Modules start together on Kubernetes.'));
  }
  return findings;
}
