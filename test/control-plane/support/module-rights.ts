import { fileURLToPath } from 'node:url';
import type { ApiSession } from '../../behaviour/api-session.ts';
import { applyManifests } from './apply-manifests.ts';
import type { ControlPlane } from './control-plane.ts';

/** The profiles whose rights deployment-templates/rbac ships; `managed` is `kubernetes` with pools of its own. */
export type RightsProfile = 'ase-k8s' | 'vm' | 'kubernetes' | 'managed';

const FILES: Readonly<Record<RightsProfile, readonly string[]>> = {
  'ase-k8s': ['roles.yaml', 'ase-k8s.yaml'],
  vm: ['roles.yaml', 'vm.yaml'],
  kubernetes: ['roles.yaml', 'kubernetes.yaml'],
  managed: ['roles.yaml', 'kubernetes.yaml', 'manage-pools.yaml'],
};
const NAMESPACES = ['default', 'iotedge', 'iotedge-networking', 'metallb-system'];

/**
 * Grants the networking module exactly the rights of a profile, by the files that are shipped, and returns its kubeconfig. Rights of a profile
 * granted before are taken away first. Makes the namespaces `iotedge` and `metallb-system` where they are missing.
 */
export async function grantRights(plane: ControlPlane, profile: RightsProfile): Promise<string> {
  const { admin } = plane;
  for (const name of ['iotedge', 'metallb-system']) {
    await admin.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  }
  await revokeRights(admin);
  for (const file of FILES[profile]) await applyManifests(admin, template(file));
  if (profile === 'vm') return plane.userKubeconfig({ user: 'iotedge-networking' });
  const namespace = profile === 'ase-k8s' ? 'iotedge' : 'iotedge-networking';
  // edgeAgent makes it on the device; for the others the files do.
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'networking' } };
  await admin.send({ method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts`, body });
  return plane.serviceAccountKubeconfig(namespace, 'networking');
}

async function revokeRights(admin: ApiSession): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const query = '?labelSelector=app.kubernetes.io%2Fpart-of%3Diotedge-networking';
  await admin.ask({ method: 'DELETE', path: `${rbac}/clusterrolebindings${query}` });
  for (const namespace of NAMESPACES) {
    await admin.ask({ method: 'DELETE', path: `${rbac}/namespaces/${namespace}/rolebindings${query}` });
  }
}

function template(file: string): string {
  return fileURLToPath(new URL(`../../../deployment-templates/rbac/${file}`, import.meta.url));
}
