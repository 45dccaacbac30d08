import type { ClusterService } from '../gather/snapshot.ts';

/** Field manager and managed-by value of everything the module writes. */
export const MANAGER = 'iotedge-networking';

/** Label that names the tool an object belongs to. */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';

/** Label that tells two networking modules in one cluster apart. */
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';

/** Label that edgeAgent puts on the pods and Services of a module. */
export const MODULE_LABEL = 'net.azure-devices.edge.module';

/** Label by which edgeAgent lists what is its own; it deletes what carries it and is not wanted, so it is never set here. */
export const DEVICE_LABEL = 'net.azure-devices.edge.deviceid';

/** Prefix of the annotations by which the module knows what it wrote itself. */
export const OWN_ANNOTATIONS = `${MANAGER}/`;

/** On a managed pool: the ranges that the desired document declared when the module wrote them. */
export const DECLARED_ANNOTATION = `${OWN_ANNOTATIONS}declared`;

/** On a Service that MetalLB has to look at again: since when it waits. */
export const WAITING_ANNOTATION = `${OWN_ANNOTATIONS}waiting-since`;

/** On MetalLB's ConfigMap: the managed pools with their declared ranges, as JSON. */
export const MANAGED_POOLS_ANNOTATION = `${OWN_ANNOTATIONS}managed-pools`;

/** On MetalLB's ConfigMap: addresses of the managed BGP peers, comma-separated. */
export const MANAGED_PEERS_ANNOTATION = `${OWN_ANNOTATIONS}managed-peers`;

/** Labels of a Service that this module instance made. */
export function ownLabels(instance: string): Readonly<Record<string, string>> {
  return { [MANAGED_BY_LABEL]: MANAGER, [INSTANCE_LABEL]: instance };
}

/** Label that names who keeps an EndpointSlice. */
export const SLICE_MANAGER_LABEL = 'endpointslice.kubernetes.io/managed-by';

/**
 * Whether labels say that this module instance keeps an EndpointSlice. Kubernetes' own controller copies a Service's labels onto the slices it makes, so
 * the labels of a Service prove nothing here.
 */
export function isOwnSliceLabels(labels: Readonly<Record<string, string>>, instance: string): boolean {
  return labels[SLICE_MANAGER_LABEL] === MANAGER && labels[INSTANCE_LABEL] === instance;
}

/** Whether this module instance made the Service. */
export function isOwn({ labels }: Pick<ClusterService, 'labels'>, instance: string): boolean {
  return labels[MANAGED_BY_LABEL] === MANAGER && labels[INSTANCE_LABEL] === instance;
}

/** Who made a Service. */
export function ownerOf(service: ClusterService, instance: string): 'module' | 'edgeAgent' | 'other' {
  if (isOwn(service, instance)) return 'module';
  return service.labels[DEVICE_LABEL] === undefined ? 'other' : 'edgeAgent';
}

/**
 * A module id as edgeAgent writes it into labels and names on Kubernetes: lower case, only a-z, 0-9, `-` and `.` kept.
 * Source: edgeAgent (Kubernetes), KubeUtils.SanitizeK8sValue.
 */
export function moduleLabelValue(moduleId: string): string {
  return moduleId.toLowerCase().replace(/[^a-z0-9.-]/g, '');
}

/** Any text as a label value: at most 63 characters of `A-Za-z0-9-_.`, starting and ending with a letter or digit. */
export function labelValue(text: string): string {
  const kept = text.replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 63);
  return kept.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'default';
}
