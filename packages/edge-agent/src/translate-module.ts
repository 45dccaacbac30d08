import { failureFinding, hubStatusOf } from './agent-failure.ts';
import type { AgentFailure } from './agent-failure.ts';
import { apiRejections } from './api-rejections.ts';
import type { ApiRejection } from './api-rejections.ts';
import { combineModule } from './combine-module.ts';
import type { DeploymentOutline } from './deployment-outline.ts';
import { agentVersionOf } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { mapDeployment, mapService, mapServiceAccount } from './map-module.ts';
import type { ModuleInput } from './module-input.ts';
import type { ServiceAccountOutline, ServiceOutline } from './service-outline.ts';

/** What edgeAgent makes of one module. */
export interface ModuleTranslation {
  readonly module: string;
  /** Null when the agent gives up; then `failure` says why. */
  readonly serviceAccount: ServiceAccountOutline | null;
  /** Null when the agent gives up or when the module has no port. */
  readonly service: ServiceOutline | null;
  readonly deployment: DeploymentOutline | null;
  readonly failure: AgentFailure | null;
  /** What the Kubernetes API refuses of these objects. */
  readonly rejections: readonly ApiRejection[];
  /** Everything worth knowing; paths begin at the module entry, as in `settings.createOptions.HostConfig`. */
  readonly findings: readonly Finding[];
  /** `lastDesiredStatus.code` as the hub shows it at first: 200 unless the agent itself fails (rule 28). */
  readonly hubStatus: 200 | 400 | 500 | null;
}

/**
 * Translates one module as edgeAgent in Kubernetes mode does (rules 1–25), as if it were alone in the deployment. Never throws:
 * whatever the agent stumbles over is a `failure`, whatever it drops is a finding.
 */
export function translateModule(module: ModuleInput, settings: DeviceSettings): ModuleTranslation {
  const combined = combineModule(module, settings);
  if (!combined.ok) return failedTranslation(module, combined.failure, settings);
  const service = mapService(combined.value, settings);
  if (!service.ok) return failedTranslation(module, service.failure, settings);
  const deployment = mapDeployment(combined.value, service.value.annotations, settings);
  if (!deployment.ok) return failedTranslation(module, deployment.failure, settings);
  const serviceAccount = mapServiceAccount(combined.value, settings);
  const objects = { serviceAccount, service: service.value.service, deployment: deployment.value };
  const rejections = apiRejections(objects);
  const findings = [
    ...combined.findings,
    ...service.findings,
    ...deployment.findings,
    ...rejectionFindings(rejections),
  ];
  return { module: module.name, ...objects, failure: null, rejections, findings, hubStatus: 200 };
}

/** A translation that came to nothing. */
function failedTranslation(module: ModuleInput, failure: AgentFailure, settings: DeviceSettings): ModuleTranslation {
  const blocked = finding('whole-deployment-blocked', failure.at, 'The failure blocks all modules of the device.');
  return {
    module: module.name,
    serviceAccount: null,
    service: null,
    deployment: null,
    failure,
    rejections: [],
    findings: [failureFinding(failure), ...(failure.stage === 'startup' ? [] : [blocked])],
    hubStatus: hubStatusOf(failure, agentVersionOf(settings)),
  };
}

function rejectionFindings(rejections: readonly ApiRejection[]): readonly Finding[] {
  return rejections.map(({ code, object, field, reason, k8sVersions }) => {
    const versions = k8sVersions === undefined ? '' : ` ${k8sVersions}`;
    return finding(code, [], `Kubernetes${versions} refuses ${field} of the ${object}: ${reason}.`);
  });
}
