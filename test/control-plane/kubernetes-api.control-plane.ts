import type { ApiTarget } from '../behaviour/behaviour.ts';
import { kubernetesApiBehaviour, type Unavailable } from '../behaviour/kubernetes-api-behaviour.ts';
import { controlPlaneSource, sharedControlPlane } from './support/shared-control-plane.ts';

async function openTarget(): Promise<ApiTarget | Unavailable> {
  const source = controlPlaneSource();
  if (source.kind === 'none') return { unavailable: source.reason };
  if (source.kind === 'cluster') {
    return {
      name: 'the cluster of KUBECONFIG',
      kubeconfig: source.kubeconfig,
      capabilities: { controllers: true, accessControl: true },
    };
  }
  const plane = await sharedControlPlane();
  return {
    name: 'kube-apiserver',
    kubeconfig: plane.adminKubeconfig,
    capabilities: { controllers: plane.hasControllers, accessControl: true },
    forgetHistory: async () => {
      await plane.compact();
      // The API server answers from its own memory of events as well.
      await plane.stopApiServer('SIGKILL');
      await plane.startApiServer();
    },
  };
}

kubernetesApiBehaviour('[control-plane] the Kubernetes API of kube-apiserver', openTarget);
