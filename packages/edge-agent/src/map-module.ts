import { made } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import { annotationsFromLabels } from './annotations.ts';
import type { Annotations } from './annotations.ts';
import type { CombinedModule } from './combine-module.ts';
import { deploymentFindings } from './deployment-findings.ts';
import { deploymentOutline } from './deployment-outline.ts';
import type { DeploymentOutline } from './deployment-outline.ts';
import { agentVersionOf } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import { collectVolumes } from './module-volumes.ts';
import { serviceFindings, serviceOutline } from './service-outline.ts';
import type { ServiceAccountOutline, ServiceOutline } from './service-outline.ts';
import { collectContainerPorts, collectServicePorts } from './service-ports.ts';

/** The ServiceAccount of a module; nothing can go wrong here. */
export function mapServiceAccount(combined: CombinedModule, settings: DeviceSettings): ServiceAccountOutline {
  const { name, labels, module } = combined;
  return { name, namespace: settings.namespace, labels, originalModuleId: module.name };
}

/** A module's Service, and the annotations that its labels became, which the pod carries too. */
export interface MappedService {
  readonly service: ServiceOutline | null;
  readonly annotations: Annotations;
}

/** The Service of a module, null without ports (rules 6–18). Labels are cleaned, and can fail, even without ports. */
export function mapService(combined: CombinedModule, settings: DeviceSettings): Attempt<MappedService> {
  const annotations = annotationsFromLabels(combined.options.labels);
  if (!annotations.ok) return annotations;
  const ports = collectServicePorts(combined.options);
  if (!ports.ok) return ports;
  const parts = { ...combined, ports: ports.value, annotations: annotations.value };
  const service = serviceOutline(parts, settings);
  return made({ service, annotations: annotations.value }, [
    ...annotations.findings,
    ...ports.findings,
    ...serviceFindings(service, parts, settings),
  ]);
}

/** The Deployment of a module (rules 17, 18, 23–25); its findings do not repeat those of {@link mapService}. */
export function mapDeployment(
  combined: CombinedModule,
  annotations: Annotations,
  settings: DeviceSettings,
): Attempt<DeploymentOutline> {
  const volumes = collectVolumes(combined.options, combined.experimental, agentVersionOf(settings));
  if (!volumes.ok) return volumes;
  const parts = {
    ...combined,
    ...combined.fields,
    annotations,
    containerPorts: collectContainerPorts(combined.options),
    volumes: volumes.value,
  };
  const deployment = deploymentOutline(parts, settings);
  return made(deployment, deploymentFindings(combined, deployment));
}
