import type { CombinedModule } from './combine-module.ts';
import { OPTIONS_PATH } from './create-options.ts';
import type { CreateOptions } from './create-options.ts';
import type { DeploymentOutline } from './deployment-outline.ts';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';

const HOST: readonly PathStep[] = [...OPTIONS_PATH, 'HostConfig'];

/** What is worth knowing about the Deployment of a module (rules 24 and 25). */
export function deploymentFindings(combined: CombinedModule, deployment: DeploymentOutline): readonly Finding[] {
  const findings = ignoredOptions(combined.options);
  const rolling = deployment.strategy?.['type'] !== 'Recreate';
  if (deployment.hostNetwork === true && rolling && deployment.containerPorts.length > 0) {
    const message = 'Container ports become host ports, so a rolling update on one node waits for itself.';
    findings.push(finding('rolling-update-host-port-conflict', [...HOST, 'NetworkMode'], message));
  }
  return findings;
}

function ignoredOptions(options: CreateOptions): Finding[] {
  const findings: Finding[] = [];
  for (const { key, value } of options.hostConfigKeys) {
    const at = [...HOST, key];
    if (key === 'PublishAllPorts' && value.kind === 'boolean' && value.value) {
      findings.push(finding('publish-all-ports-ignored', at, 'PublishAllPorts has no effect on Kubernetes.'));
    }
    if (/^dns/i.test(key) && value.kind === 'array' && value.items.length > 0) {
      findings.push(finding('dns-ignored', at, `${key} has no effect on Kubernetes.`));
    }
  }
  if (options.networkingConfig) {
    const at = [...OPTIONS_PATH, 'NetworkingConfig'];
    findings.push(finding('networking-config-ignored', at, 'NetworkingConfig has no effect on Kubernetes.'));
  }
  return findings;
}
