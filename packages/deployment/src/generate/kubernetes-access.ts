import type { DeviceNetwork, Network } from '@iotedge-networking/contract';
import type { KubernetesObject } from './kubernetes-object.ts';

/** Where the networking module runs on a cluster of its own, and what it is called there; see deployment-templates/rbac. */
const NETWORKING_ACCOUNT = { kind: 'ServiceAccount', name: 'networking', namespace: 'iotedge-networking' } as const;

/**
 * In profile `kubernetes`: the right of the networking module to make Services in every namespace in which it is to have some. The ClusterRole comes with
 * deployment-templates/rbac/roles.yaml, once per cluster.
 */
export function networkingRights(network: Network, device: DeviceNetwork): readonly KubernetesObject[] {
  if (network.profile !== 'kubernetes') return [];
  const exposed = device.apps.some(({ expose }) => expose !== 'none') ? [network.namespace] : [];
  const others = device.services.filter(({ expose }) => expose !== 'none').map(({ namespace }) => namespace);
  return [...new Set([...exposed, ...others])].sort().map((namespace) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {
      name: 'iotedge-networking-services',
      namespace,
      labels: { 'app.kubernetes.io/part-of': 'iotedge-networking' },
    },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'iotedge-networking-services' },
    subjects: [NETWORKING_ACCOUNT],
  }));
}

/** The secret by which Kubernetes signs in to the registry of an image; undefined where network.yaml has no credentials for it. */
export function pullSecret(network: Network, image: string): { readonly name: string } | undefined {
  const found = Object.entries(network.registryCredentials).find(([, { address }]) => image.startsWith(`${address}/`));
  if (found === undefined) return undefined;
  return { name: found[0].toLowerCase().replace(/[^a-z0-9-]+/g, '-') };
}
