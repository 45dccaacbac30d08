import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Kubernetes release that the control plane is made from: Debian 12's, and the oldest that the networking module supports. */
export const CONTROL_PLANE_VERSION = '1.20.2';

/** The programs of the cache folder, by file name. */
export const CONTROL_PLANE_PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'etcd'] as const;

/**
 * Where the control plane's programs are kept: `iotedge-networking/control-plane/<version>` in the user's cache folder (`XDG_CACHE_HOME`, or `~/.cache`).
 */
export function controlPlaneCache(environment: NodeJS.ProcessEnv): string {
  const stated = environment.XDG_CACHE_HOME;
  // The XDG specification: a relative path is to be ignored.
  const cache = stated?.startsWith('/') === true ? stated : join(homedir(), '.cache');
  return join(cache, 'iotedge-networking', 'control-plane', CONTROL_PLANE_VERSION);
}

/**
 * Folder inside the cache with the unpacked packages iptables, ipset and conntrack, as they lie below `/`; for machines that lack them. Their
 * `iptables` commands bear the names that Debian's alternatives would give them.
 */
export function packetTools(cache: string): string {
  return join(cache, 'packet-tools');
}

/** The programs that `folder` lacks; none when the cache is complete. */
export function missingPrograms(folder: string): readonly string[] {
  return CONTROL_PLANE_PROGRAMS.filter((program) => !isExecutable(join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
