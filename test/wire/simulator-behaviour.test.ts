import { createCertificates } from '../../packages/simulator/src/certificates.ts';
import { startCluster } from '../../packages/simulator/src/cluster/cluster.ts';
import type { ApiTarget } from '../behaviour/behaviour.ts';
import { kubernetesApiBehaviour } from '../behaviour/kubernetes-api-behaviour.ts';

async function openTarget(serverVersion: string): Promise<ApiTarget> {
  const tls = await createCertificates(['127.0.0.1']);
  const cluster = await startCluster({ tls, serverVersion, nodes: [{ name: 'k8s-1', ip: '10.126.75.200' }] });
  return {
    name: `the simulated cluster ${serverVersion}`,
    kubeconfig: cluster.kubeconfig(),
    capabilities: { controllers: true, accessControl: true },
    forgetHistory: () => {
      cluster.faults.expireHistory();
      return Promise.resolve();
    },
    close: () => cluster.close(),
  };
}

// 1.20 is what the [control-plane] level runs the same suite against.
for (const version of ['1.20.2', '1.28.15']) {
  kubernetesApiBehaviour(`[wire] the Kubernetes API of the simulated cluster, version ${version}`, () =>
    openTarget(version),
  );
}
