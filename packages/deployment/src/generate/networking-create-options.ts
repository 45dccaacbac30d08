import { posix } from 'node:path';
import type { Network } from '@iotedge-networking/contract';
import { isJsonObject, mergeObjects, sortKeys, type JsonObject } from './sorted-json.ts';

/**
 * The create options of the networking module, keys sorted: those of network.yaml, and in profile `vm` the directory of its kubeconfig, which is mounted
 * read-only at the same path: a directory and not the file, so that a kubeconfig which is replaced by renaming is seen. Elsewhere the pod's
 * ServiceAccount is used.
 */
export function networkingCreateOptions({ module, profile }: Pick<Network, 'module' | 'profile'>): JsonObject {
  const own = module.createOptions;
  const kubeconfig = module.env.KUBECONFIG;
  if (profile !== 'vm' || typeof kubeconfig !== 'string' || !posix.isAbsolute(kubeconfig)) return sorted(own);
  const directory = posix.dirname(kubeconfig);
  const mounted = [...bindsOf(own), `${directory}:${directory}:ro`];
  return sorted(mergeObjects(own, { HostConfig: { Binds: [...new Set(mounted)] } }));
}

function sorted(options: JsonObject): JsonObject {
  return sortKeys(options) as JsonObject;
}

function bindsOf({ HostConfig: host }: JsonObject): readonly unknown[] {
  return isJsonObject(host) && Array.isArray(host.Binds) ? host.Binds : [];
}
