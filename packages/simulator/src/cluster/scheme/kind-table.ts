import type { Subresource } from './resource-kind.ts';

/** One line of the table of built-in kinds. */
export interface KindEntry {
  readonly group: string;
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly namespaced: boolean;
  readonly subresources?: readonly Subresource[];
  readonly inAll?: boolean;
  /** The generated model that describes the newest version. */
  readonly model: string;
  /** Which set of rules: a key of the strategies made in `built-in-kinds.ts`. */
  readonly rules: string;
}

const core = { group: '', versions: ['v1'] };
const apps = { group: 'apps', versions: ['v1'], inAll: true };
const rbac = { group: 'rbac.authorization.k8s.io', versions: ['v1'], rules: 'rbac' };

/** The built-in kinds, as `kubectl api-resources` shows them. */
export const kindTable: readonly KindEntry[] = [
  { ...core, kind: 'ConfigMap', plural: 'configmaps', shortNames: ['cm'], namespaced: true, model: 'V1ConfigMap', rules: 'configMap' },
  { ...core, kind: 'Endpoints', plural: 'endpoints', shortNames: ['ep'], namespaced: true, model: 'V1Endpoints', rules: 'endpoints' },
  { ...core, kind: 'Event', plural: 'events', shortNames: ['ev'], namespaced: true, model: 'CoreV1Event', rules: 'event' },
  { ...core, kind: 'Namespace', plural: 'namespaces', shortNames: ['ns'], namespaced: false, subresources: ['finalize', 'status'], model: 'V1Namespace', rules: 'namespace' },
  { ...core, kind: 'Node', plural: 'nodes', shortNames: ['no'], namespaced: false, subresources: ['status'], model: 'V1Node', rules: 'node' },
  { ...core, kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', shortNames: ['pvc'], namespaced: true, subresources: ['status'], model: 'V1PersistentVolumeClaim', rules: 'claim' },
  { ...core, kind: 'Pod', plural: 'pods', shortNames: ['po'], namespaced: true, inAll: true, subresources: ['binding', 'eviction', 'log', 'status'], model: 'V1Pod', rules: 'pod' },
  { ...core, kind: 'Secret', plural: 'secrets', namespaced: true, model: 'V1Secret', rules: 'secret' },
  { ...core, kind: 'Service', plural: 'services', shortNames: ['svc'], namespaced: true, inAll: true, subresources: ['status'], model: 'V1Service', rules: 'service' },
  { ...core, kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'], namespaced: true, subresources: ['token'], model: 'V1ServiceAccount', rules: 'plain' },
  { group: 'apiextensions.k8s.io', versions: ['v1'], kind: 'CustomResourceDefinition', plural: 'customresourcedefinitions', shortNames: ['crd', 'crds'], namespaced: false, subresources: ['status'], model: 'V1CustomResourceDefinition', rules: 'crd' },
  { ...apps, kind: 'DaemonSet', plural: 'daemonsets', shortNames: ['ds'], namespaced: true, subresources: ['status'], model: 'V1DaemonSet', rules: 'daemonSet' },
  { ...apps, kind: 'Deployment', plural: 'deployments', shortNames: ['deploy'], namespaced: true, subresources: ['scale', 'status'], model: 'V1Deployment', rules: 'deployment' },
  { ...apps, kind: 'ReplicaSet', plural: 'replicasets', shortNames: ['rs'], namespaced: true, subresources: ['scale', 'status'], model: 'V1ReplicaSet', rules: 'replicaSet' },
  { group: 'coordination.k8s.io', versions: ['v1'], kind: 'Lease', plural: 'leases', namespaced: true, model: 'V1Lease', rules: 'lease' },
  { group: 'discovery.k8s.io', versions: ['v1', 'v1beta1'], kind: 'EndpointSlice', plural: 'endpointslices', namespaced: true, model: 'V1EndpointSlice', rules: 'endpointSlice' },
  { group: 'events.k8s.io', versions: ['v1'], kind: 'Event', plural: 'events', shortNames: ['ev'], namespaced: true, model: 'EventsV1Event', rules: 'event' },
  { ...rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false, model: 'V1ClusterRole' },
  { ...rbac, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', namespaced: false, model: 'V1ClusterRoleBinding' },
  { ...rbac, kind: 'Role', plural: 'roles', namespaced: true, model: 'V1Role' },
  { ...rbac, kind: 'RoleBinding', plural: 'rolebindings', namespaced: true, model: 'V1RoleBinding' },
]; // prettier-ignore

/** The models of everything else that OpenAPI names. */
export const otherModels: readonly string[] = ['V1ObjectMeta', 'V1Status', 'V1DeleteOptions', 'V1Scale', 'V1ListMeta'];
