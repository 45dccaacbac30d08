import { posix } from 'node:path';
import type { Network } from '@iotedge-networking/contract';
import type { JsonObject } from './sorted-json.ts';

/**
 * The create options of the networking module. In profile `vm` the directory of its kubeconfig is mounted read-only at the same path, a directory
 * and not the file, so that a kubeconfig which is replaced by renaming is seen. Elsewhere the pod's ServiceAccount is used.
 */
export function networkingCreateOptions(network: Network): JsonObject {
  const kubeconfig = network.module.env.KUBECONFIG;
  if (network.profile !== 'vm' || typeof kubeconfig !== 'string' || !posix.isAbsolute(kubeconfig)) return {};
  const directory = posix.dirname(kubeconfig);
  return { HostConfig: { Binds: [`${directory}:${directory}:ro`] } };
}
