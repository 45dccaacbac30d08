import { refs } from '../controllers/refs.ts';
import type { ObjectClient } from '../object-client.ts';

const reading = ['get', 'list', 'watch'];
const writing = [...reading, 'create', 'delete', 'deletecollection', 'patch', 'update'];
const groups = ['', 'apps', 'discovery.k8s.io'];
const viewed = ['configmaps', 'endpoints', 'events', 'namespaces', 'persistentvolumeclaims', 'pods', 'pods/log', 'pods/status', 'serviceaccounts', 'services', 'services/status', 'daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'replicasets/scale', 'endpointslices']; // prettier-ignore

/** Makes the ClusterRoles that people bind to: cluster-admin, admin, edit and view. */
export function installRoles(client: ObjectClient): void {
  const roles: Readonly<Record<string, readonly object[]>> = {
    'cluster-admin': [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
    admin: [
      {
        apiGroups: [...groups, 'rbac.authorization.k8s.io'],
        resources: [...viewed, 'secrets', 'roles', 'rolebindings'],
        verbs: writing,
      },
    ],
    edit: [{ apiGroups: groups, resources: [...viewed, 'secrets'], verbs: writing }],
    view: [{ apiGroups: groups, resources: viewed, verbs: reading }],
  };
  for (const [name, rules] of Object.entries(roles)) {
    if (client.get(refs.clusterRoles, { name }) !== undefined) continue;
    const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
    client.create(refs.clusterRoles, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name, labels },
      rules,
    });
  }
}
