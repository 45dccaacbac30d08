import { MODULE_LABEL } from './annotations.ts';
import type { ObjectKind } from './agent-failure.ts';
import type { DeploymentOutline } from './deployment-outline.ts';
import { containerNameProblem, labelValueProblem, serviceNameProblem, subdomainProblem } from './kubernetes-names.ts';
import type { REJECTION_RULES } from './rejection-rules.ts';
import type { ServiceAccountOutline, ServiceOutline } from './service-outline.ts';
import { isPort } from './service-ports.ts';

/** One thing the Kubernetes API refuses in an object of the agent. */
export interface ApiRejection {
  readonly code: keyof typeof REJECTION_RULES;
  readonly object: ObjectKind;
  readonly field: string;
  readonly reason: string;
  /** Versions that refuse it, as `<1.24`; absent: all. */
  readonly k8sVersions?: string;
}

type Rejections = readonly ApiRejection[];

const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
// In every namespace of a device these accounts exist without the agent's label, so that it tries to create them again (rule 4).
const EXISTING_ACCOUNTS = ['default', 'iotedged'];
const TYPES = ['ClusterIP', 'LoadBalancer', 'NodePort'];

/** The objects of one module. */
export interface ModuleObjects {
  readonly serviceAccount: ServiceAccountOutline;
  readonly service: ServiceOutline | null;
  readonly deployment: DeploymentOutline;
}

/**
 * What the Kubernetes API refuses of a module's objects (section 3 of the reference). The kinds are sent in the order of rule 26
 * and a refusal stops the later ones, so only the first kind that every version refuses is named, with what some versions refuse
 * before it.
 */
export function apiRejections(objects: ModuleObjects): Rejections {
  const found: ApiRejection[] = [];
  const kinds = [
    (): Rejections => serviceAccountRejections(objects.serviceAccount),
    (): Rejections => (objects.service === null ? [] : serviceRejections(objects.service)),
    (): Rejections => deploymentRejections(objects.deployment),
  ];
  for (const rejections of kinds) {
    found.push(...rejections());
    if (found.some(({ k8sVersions }) => k8sVersions === undefined)) break;
  }
  return found;
}

function rejection(code: ApiRejection['code'], object: ObjectKind, field: string, reason: string): ApiRejection {
  return { code, object, field, reason };
}

function serviceAccountRejections(account: ServiceAccountOutline): Rejections {
  const name = subdomainProblem(account.name);
  const label = labelValueProblem(account.labels[MODULE_LABEL]);
  const taken = '409 AlreadyExists: the list is filtered by the device label, so the agent tries to create it';
  return [
    ...(name === undefined
      ? []
      : [rejection('api-rejects-serviceaccount-name', 'ServiceAccount', 'metadata.name', name)]),
    ...(label === undefined
      ? []
      : [rejection('api-rejects-label-value', 'ServiceAccount', `metadata.labels[${MODULE_LABEL}]`, label)]),
    ...(EXISTING_ACCOUNTS.includes(account.name)
      ? [rejection('api-conflict-serviceaccount-exists', 'ServiceAccount', 'metadata.name', taken)]
      : []),
  ];
}

function serviceRejections(service: ServiceOutline): Rejections {
  const found: ApiRejection[] = [];
  const name = serviceNameProblem(service.name);
  if (name !== undefined) found.push(rejection('api-rejects-service-name', 'Service', 'metadata.name', name));
  found.push(...portRejections(service));
  if (!TYPES.includes(service.type)) {
    found.push(rejection('api-rejects-service-type', 'Service', 'spec.type', `unsupported value ${service.type}`));
  }
  if (Object.hasOwn(service.annotations, SOURCE_RANGES) && service.type !== 'LoadBalancer') {
    const field = `metadata.annotations[${SOURCE_RANGES}]`;
    const reason = 'only allowed for type LoadBalancer';
    found.push(rejection('api-rejects-source-ranges-annotation', 'Service', field, reason));
  }
  return [...found, ...versionRejections(service)];
}

function portRejections(service: ServiceOutline): Rejections {
  const names = new Set<string>();
  return service.ports.flatMap(({ name, port, targetPort }, index) => {
    const field = `spec.ports[${index}]`;
    const repeated = names.has(name);
    names.add(name);
    return [
      ...(repeated
        ? [rejection('api-rejects-duplicate-port-name', 'Service', `${field}.name`, `duplicate value ${name}`)]
        : []),
      ...(isPort(port) ? [] : [rejection('api-rejects-port-range', 'Service', `${field}.port`, 'must be 1-65535')]),
      ...(targetPort === 0 || isPort(targetPort)
        ? []
        : [rejection('api-rejects-targetport-range', 'Service', `${field}.targetPort`, 'must be 1-65535')]),
    ];
  });
}

function versionRejections(service: ServiceOutline): Rejections {
  const found: ApiRejection[] = [];
  const balanced = service.type === 'LoadBalancer';
  if (balanced && new Set(service.ports.map(({ protocol }) => protocol)).size > 1) {
    const reason = 'more than one protocol in a LoadBalancer';
    const mixed = rejection('api-rejects-mixed-protocols-old-k8s', 'Service', 'spec.ports', reason);
    found.push({ ...mixed, k8sVersions: '<1.24' });
  }
  for (const [index, { port, protocol }] of service.ports.entries()) {
    const field = `spec.ports[${index}]`;
    if (protocol === 'SCTP') {
      const sctp = rejection('api-rejects-sctp-old-k8s', 'Service', `${field}.protocol`, 'unsupported value SCTP');
      found.push({ ...sctp, k8sVersions: '<1.19' });
    }
    if (balanced && port === 10250) {
      const reason = 'may not expose port 10250, which kubelet uses';
      const kubelet = rejection('api-rejects-kubelet-port', 'Service', `${field}.port`, reason);
      found.push({ ...kubelet, k8sVersions: '<1.33' });
    }
  }
  return found;
}

function deploymentRejections(deployment: DeploymentOutline): Rejections {
  const found: ApiRejection[] = [];
  const container = 'spec.template.spec.containers[1]';
  const name = containerNameProblem(deployment.containerName);
  if (name !== undefined) {
    found.push(rejection('api-rejects-container-name', 'Deployment', `${container}.name`, name));
  }
  if (deployment.containerName === 'proxy') {
    const reason = 'duplicate of sidecar container proxy';
    found.push(rejection('api-rejects-duplicate-container-name', 'Deployment', `${container}.name`, reason));
  }
  for (const [index, variable] of deployment.env.entries()) {
    if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(variable.name)) continue;
    const field = `${container}.env[${index}].name`;
    const reason = 'must consist of letters, digits, "_", "-" and ".", and not start with a digit';
    found.push(rejection('api-rejects-env-name', 'Deployment', field, reason));
  }
  return [...found, ...strategyRejections(deployment), ...mountRejections(deployment, container)];
}

function strategyRejections(deployment: DeploymentOutline): Rejections {
  const { type, rollingUpdate } = deployment.strategy ?? {};
  if (type !== undefined && type !== '' && type !== 'Recreate' && type !== 'RollingUpdate') {
    const reason = `unsupported value ${JSON.stringify(type)}`;
    return [rejection('api-rejects-strategy-type', 'Deployment', 'spec.strategy.type', reason)];
  }
  if (type !== 'Recreate' || rollingUpdate === undefined) return [];
  const reason = 'may not be specified when strategy type is Recreate';
  return [rejection('api-rejects-strategy-rolling-update', 'Deployment', 'spec.strategy.rollingUpdate', reason)];
}

function mountRejections(deployment: DeploymentOutline, container: string): Rejections {
  const paths = deployment.volumeMounts.map((mount) => mount['mountPath']);
  return paths.flatMap((path, index) => {
    if (paths.indexOf(path) === index) return [];
    const field = `${container}.volumeMounts[${index}].mountPath`;
    return [rejection('api-rejects-duplicate-mount-path', 'Deployment', field, 'must be unique')];
  });
}

/** Whether an API server of this version (`1.21`, `1.21.7`) refuses it. */
export function isRejectedBy(rejection: ApiRejection, k8sVersion: string): boolean {
  const limit = rejection.k8sVersions;
  return limit === undefined || minor(k8sVersion) < minor(limit);
}

function minor(version: string): number {
  return Number(/\d+\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
}
