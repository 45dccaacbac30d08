import { KubeConfig } from '@kubernetes/client-node';
import { kubeClient, type KubeClient } from './kube-client.ts';

/** A client for the cluster that KUBECONFIG, `~/.kube/config` or the pod's ServiceAccount names, in client-node's own order. */
export function loadKubeClient(): KubeClient {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromDefault();
  return kubeClient(kubeConfig);
}
