import { CREATION_STRING, ORIGINAL_MODULE_ID } from './annotations.ts';
import type { DeploymentOutline } from './deployment-outline.ts';
import type { DeviceSettings } from './device-settings.ts';
import { DEVICE_LABEL } from './annotations.ts';
import type { ServiceAccountOutline, ServiceOutline } from './service-outline.ts';

/** Metadata of an object as the agent sends it; `namespace` is not set, it is part of the request (rule 6). */
export interface ObjectMeta {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly ownerReferences?: readonly Readonly<Record<string, unknown>>[];
  readonly resourceVersion?: string;
}

/** An object ready to be sent to a Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

/** The ServiceAccount of a module. It carries no creation string; the agent compares its labels and annotations. */
export function serviceAccountObject(account: ServiceAccountOutline, settings: DeviceSettings): KubernetesObject {
  const annotations = { [ORIGINAL_MODULE_ID]: account.originalModuleId };
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: account.name, labels: account.labels, annotations, ...owners(settings) },
  };
}

/** The Service of a module with its creation string (rules 6–15). */
export function serviceObject(service: ServiceOutline, settings: DeviceSettings): KubernetesObject {
  const { name, labels, annotations, type, ports, selector, loadBalancerIP } = service;
  return withCreationString({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels, annotations, ...owners(settings) },
    spec: withoutNulls({ type, loadBalancerIP, ports: ports.map(withoutNulls), selector }),
  });
}

/** The Deployment of a module with its creation string: sidecar `proxy` first, then the module (rules 23–25). */
export function deploymentObject(deployment: DeploymentOutline, settings: DeviceSettings): KubernetesObject {
  const { name, labels, podAnnotations, replicas, strategy } = deployment;
  return withCreationString({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels, annotations: {}, ...owners(settings) },
    spec: withoutNulls({
      replicas,
      selector: { matchLabels: labels },
      strategy,
      template: { metadata: { name, labels, annotations: podAnnotations }, spec: podSpec(deployment, settings) },
    }),
  });
}

/** The claims that the agent makes for Mounts of type volume: none without a storage class. */
export function claimObjects(deployment: DeploymentOutline, settings: DeviceSettings): readonly KubernetesObject[] {
  const { storageClassName, useMountSourceForVolumeName, claimSizeMb } = settings;
  if (storageClassName === undefined) return [];
  const labels = { [DEVICE_LABEL]: deployment.labels[DEVICE_LABEL] };
  return deployment.claims.map(({ name, readOnly }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, labels, ...owners(settings) },
    spec: {
      accessModes: [readOnly ? 'ReadOnlyMany' : 'ReadWriteMany'],
      resources: { requests: { storage: `${claimSizeMb ?? 0}Mi` } },
      ...(useMountSourceForVolumeName === true ? { volumeName: name } : {}),
      storageClassName,
    },
  }));
}

function withCreationString(object: KubernetesObject): KubernetesObject {
  const creation = { [CREATION_STRING]: JSON.stringify(object) };
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...creation } } };
}

function owners(settings: DeviceSettings): { readonly ownerReferences?: readonly Json[] } {
  const { owner } = settings;
  return owner === undefined ? {} : { ownerReferences: [{ ...owner, blockOwnerDeletion: true, controller: true }] };
}

function podSpec(deployment: DeploymentOutline, settings: DeviceSettings): Json {
  const proxyVolumes = [
    { name: 'config-volume', configMap: { name: 'iotedged-proxy-config' } },
    { name: 'trust-bundle-volume', configMap: { name: 'iotedged-proxy-trust-bundle' } },
  ];
  return withoutNulls({
    containers: [proxyContainer(settings), moduleContainer(deployment)],
    volumes: [...proxyVolumes, ...deployment.volumes],
    securityContext: deployment.securityContext,
    serviceAccountName: deployment.serviceAccount,
    nodeSelector: deployment.nodeSelector,
    hostIPC: deployment.hostIPC,
    hostNetwork: deployment.hostNetwork,
    hostPID: deployment.hostPID,
    dnsPolicy: deployment.dnsPolicy,
  });
}

function proxyContainer(settings: DeviceSettings): Json {
  return {
    name: 'proxy',
    env: [{ name: 'PROXY_LOG', value: 'Info' }],
    image: settings.proxyImage ?? 'azureiotedge/azureiotedge-proxy:0.1.0-beta15',
    volumeMounts: [
      { mountPath: '/etc/iotedge-proxy', name: 'config-volume', readOnly: true },
      { mountPath: '/etc/trust-bundle', name: 'trust-bundle-volume' },
    ],
  };
}

function moduleContainer(deployment: DeploymentOutline): Json {
  return withoutNulls({
    name: deployment.containerName,
    env: deployment.env,
    image: deployment.image,
    volumeMounts: deployment.volumeMounts,
    securityContext: deployment.privileged ? { privileged: true } : null,
    ports: deployment.containerPorts.length === 0 ? null : deployment.containerPorts.map(containerPort),
    resources: deployment.resources,
    command: deployment.command,
    args: deployment.args,
    workingDir: deployment.workingDir,
  });
}

function containerPort(text: string): Json {
  const [port, protocol] = text.split('/');
  return { containerPort: Number(port), protocol };
}

function withoutNulls(fields: object): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
