import type { ResourceRef } from '../object-client.ts';

const core = (plural: string): ResourceRef => ({ group: '', version: 'v1', plural });
const apps = (plural: string): ResourceRef => ({ group: 'apps', version: 'v1', plural });

/** The collections that the control plane works with. */
export const refs = {
  configMaps: core('configmaps'),
  endpoints: core('endpoints'),
  events: core('events'),
  namespaces: core('namespaces'),
  nodes: core('nodes'),
  pods: core('pods'),
  secrets: core('secrets'),
  serviceAccounts: core('serviceaccounts'),
  services: core('services'),
  daemonSets: apps('daemonsets'),
  deployments: apps('deployments'),
  replicaSets: apps('replicasets'),
  endpointSlices: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' },
  leases: { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' },
  customResourceDefinitions: { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' },
  clusterRoles: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles' },
  clusterRoleBindings: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterrolebindings' },
} as const satisfies Record<string, ResourceRef>;
