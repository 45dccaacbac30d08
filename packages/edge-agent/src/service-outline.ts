import type { Annotations } from './annotations.ts';
import { CREATION_STRING } from './annotations.ts';
import type { DEVICE_LABEL, MODULE_LABEL } from './annotations.ts';
import { OPTIONS_PATH } from './create-options.ts';
import type { CreateOptions } from './create-options.ts';
import { agentVersionOf, isAtLeast } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import type { ExperimentalOptions } from './experimental-fields.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { isStopped } from './module-input.ts';
import type { ModuleInput } from './module-input.ts';
import type { ServicePort } from './service-ports.ts';

/** The two labels of everything the agent makes for a module; also the selector of its Service (rule 6). */
export type ModuleLabels = Readonly<Record<typeof MODULE_LABEL | typeof DEVICE_LABEL, string>>;

/** The Service of a module, as the agent sends it (rules 6–15). Annotations without the creation string. */
export interface ServiceOutline {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly ports: readonly ServicePort[];
  readonly annotations: Annotations;
  readonly labels: ModuleLabels;
  readonly selector: ModuleLabels;
  /** Null is not sent; an empty text is. */
  readonly loadBalancerIP: string | null;
}

/** The ServiceAccount of a module. */
export interface ServiceAccountOutline {
  readonly name: string;
  readonly namespace: string;
  readonly labels: ModuleLabels;
  /** The module's name as the deployment spells it; an annotation of the ServiceAccount and of the pod. */
  readonly originalModuleId: string;
}

interface ServiceParts {
  readonly name: string;
  readonly labels: ModuleLabels;
  readonly module: ModuleInput;
  readonly ports: readonly ServicePort[];
  readonly annotations: Annotations;
  readonly options: CreateOptions;
  readonly experimental: ExperimentalOptions;
}

/** The Service of a module, or null when it has no port (rule 12). The type follows rule 11. */
export function serviceOutline(parts: ServiceParts, settings: DeviceSettings): ServiceOutline | null {
  if (parts.ports.length === 0) return null;
  const { type, loadBalancerIP } = parts.experimental.serviceOptions;
  const natural = parts.options.portBindings === null ? 'ClusterIP' : settings.defaultServiceType;
  return {
    name: parts.name,
    namespace: settings.namespace,
    type: type ?? natural,
    ports: parts.ports,
    annotations: withoutCreationString(parts.annotations),
    labels: parts.labels,
    selector: parts.labels,
    loadBalancerIP,
  };
}

function withoutCreationString(annotations: Annotations): Annotations {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== CREATION_STRING));
}

/** What is worth knowing about the Service as a whole. */
export function serviceFindings(
  service: ServiceOutline | null,
  parts: ServiceParts,
  settings: DeviceSettings,
): readonly Finding[] {
  if (service === null) return withoutService(parts.module);
  const chosen = parts.experimental.serviceOptions.type;
  const findings: Finding[] = [];
  const exposed = service.ports.filter(({ targetPort }) => targetPort === null).map(({ port }) => port);
  if (service.type === 'LoadBalancer' && chosen === null && exposed.length > 0) {
    const message = `Exposed port ${exposed.join(', ')} is published on the LoadBalancer too.`;
    findings.push(finding('exposed-port-on-loadbalancer', [...OPTIONS_PATH, 'ExposedPorts'], message));
  }
  if (service.type === 'LoadBalancer' && new Set(service.ports.map(({ protocol }) => protocol)).size > 1) {
    const message = 'One LoadBalancer carries several protocols, which Kubernetes refuses before 1.24.';
    findings.push(finding('mixed-protocol-loadbalancer', OPTIONS_PATH, message));
  }
  if (service.type === 'NodePort') {
    findings.push(finding('nodeport-number-chosen-by-cluster', OPTIONS_PATH, 'The cluster chooses the node ports.'));
  }
  return [...findings, ...addressFindings(service), ...overwrittenLabel(parts), ...keptService(parts, settings)];
}

function withoutService(module: ModuleInput): readonly Finding[] {
  const message = 'Without a port the module has no Service and no name in the cluster.';
  const findings = [finding('no-ports-no-service', [], message)];
  if (module.system !== true || module.name !== 'edgeHub') return findings;
  const hub = 'Without a Service the gateway name edgehub does not resolve.';
  return [...findings, finding('edgehub-without-service', [], hub)];
}

function keptService(parts: ServiceParts, settings: DeviceSettings): readonly Finding[] {
  const findings: Finding[] = [];
  const hosted = isAtLeast(agentVersionOf(settings), 'beta11');
  if (hosted && parts.options.networkMode?.toLowerCase() === 'host') {
    const at = [...OPTIONS_PATH, 'HostConfig', 'NetworkMode'];
    findings.push(
      finding('hostnetwork-service-still-created', at, 'The Service is made although the pod is on the host.'),
    );
  }
  if (isStopped(parts.module)) {
    findings.push(finding('stopped-service-kept', ['status'], 'A stopped module keeps its Service and its address.'));
  }
  return findings;
}

function addressFindings(service: ServiceOutline): readonly Finding[] {
  const { loadBalancerIP, type } = service;
  if (loadBalancerIP === null || loadBalancerIP === '' || type === 'LoadBalancer') return [];
  const at = [...OPTIONS_PATH, 'k8s-experimental', 'serviceOptions', 'loadBalancerIP'];
  return [
    finding('loadbalancerip-without-loadbalancer', at, `The address has no effect on a Service of type ${type}.`),
  ];
}

function overwrittenLabel(parts: ServiceParts): readonly Finding[] {
  if (!Object.hasOwn(parts.annotations, CREATION_STRING)) return [];
  const at = [...OPTIONS_PATH, 'Labels', CREATION_STRING];
  return [finding('label-overwritten-by-agent', at, 'The agent overwrites this annotation with its own.')];
}
