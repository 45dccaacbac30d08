const core = (plural: string) => ({ group: '', version: 'v1', plural });

/** Collections of the cluster that the fault run touches. */
export const REFS = {
  services: core('services'),
  pods: core('pods'),
  nodes: core('nodes'),
  namespaces: core('namespaces'),
  configMaps: core('configmaps'),
  serviceAccounts: core('serviceaccounts'),
  deployments: { group: 'apps', version: 'v1', plural: 'deployments' },
  daemonSets: { group: 'apps', version: 'v1', plural: 'daemonsets' },
  endpointSlices: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' },
  crds: { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' },
  pools: { group: 'metallb.io', version: 'v1beta1', plural: 'ipaddresspools' },
} as const;
