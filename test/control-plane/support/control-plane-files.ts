import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigText } from './kubeconfig-text.ts';
import { createSigningKey, createTestAuthority, type TestAuthority } from './test-authority.ts';

/** The temporary folder of one control plane: keys, certificates, etcd's data, logs. */
export interface ControlPlaneFiles {
  readonly folder: string;
  readonly authority: TestAuthority;
  /** Path of a file in the folder. */
  path(name: string): string;
}

const PREFIX = 'iotedge-networking-control-plane-';
const CONTROLLER_MANAGER = 'system:kube-controller-manager';

/** Makes the folder, readable by its owner only, for an API server at `server` (a URL on loopback). */
export async function writeControlPlaneFiles(server: string, names: readonly string[]): Promise<ControlPlaneFiles> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o700);
  const authority = await createTestAuthority();
  const [apiServer, manager] = await Promise.all([
    authority.issue({ user: 'kube-apiserver', names }),
    authority.issue({ user: CONTROLLER_MANAGER }),
  ]);
  const path = (name: string) => join(folder, name);
  const managerConfig = kubeconfigText({ server, ca: authority.ca, user: manager });
  await Promise.all([
    writeFile(path('ca.crt'), authority.ca),
    writeFile(path('apiserver.crt'), apiServer.cert),
    writeFile(path('apiserver.key'), apiServer.key),
    writeFile(path('service-account.key'), createSigningKey()),
    writeFile(path('controller-manager.kubeconfig'), managerConfig),
  ]);
  return { folder, authority, path };
}

// A process that was killed could not remove its folder.
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const [pid = ''] = name.slice(PREFIX.length).split('-');
    if (!existsSync(`/proc/${pid}`)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
