import { kubeClient, type KubeClient } from './kube-client.ts';

/** A client for the cluster that KUBECONFIG, `~/.kube/config` or the pod's ServiceAccount names, in client-node's own order. */
export async function loadKubeClient(): Promise<KubeClient> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromDefault();
  return kubeClient(kubeConfig);
}
