import { readFile } from 'node:fs/promises';
import type { Simulator } from '@iotedge-networking/simulator';
import { parseAllDocuments } from 'yaml';

type Client = Simulator['cluster']['client'];
type KubeObject = Parameters<Client['create']>[1];

const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

const templates = new URL('../../deployment-templates/rbac/', import.meta.url);

/** Does what the device's administrator does once: gives the networking module exactly the rights that deployment-templates/rbac ships. */
export async function grantRights(client: Client, profile: string): Promise<void> {
  for (const file of ['roles.yaml', `${profile === 'kubernetes' ? 'kubernetes' : 'ase-k8s'}.yaml`]) {
    const text = await readFile(new URL(file, templates), 'utf8');
    for (const document of parseAllDocuments(text)) createMissing(client, document.toJS() as KubeObject);
  }
}

function createMissing(client: Client, object: KubeObject): void {
  const plural = PLURALS[object.kind];
  if (plural === undefined) return;
  const ref = { group: 'rbac.authorization.k8s.io', version: 'v1', plural };
  if (client.get(ref, object.metadata) === undefined) client.create(ref, object);
}
