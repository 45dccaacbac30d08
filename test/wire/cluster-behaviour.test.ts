import { kubernetesApiBehaviour } from '../behaviour/kubernetes-api-behaviour.ts';
import { testCluster } from '../packages/simulator/cluster/support/test-cluster.ts';

// Without nodes: the suite plays scheduler and kubelet itself, as it must where only a control plane runs.
for (const serverVersion of ['1.20.15', '1.28.15']) {
  kubernetesApiBehaviour(`[wire] the Kubernetes API of the simulated cluster ${serverVersion}`, async () => {
    const cluster = await testCluster({ serverVersion, nodes: [] });
    return {
      name: `simulated cluster ${serverVersion}`,
      kubeconfig: cluster.kubeconfig(),
      capabilities: { controllers: true, accessControl: true },
      forgetHistory: () => {
        cluster.faults.expireHistory();
        return Promise.resolve();
      },
      close: () => cluster.close(),
    };
  });
}
