import { createCertificates } from '../../../../../packages/simulator/src/certificates.ts';
import {
  startCluster,
  type Cluster,
  type ClusterOptions,
} from '../../../../../packages/simulator/src/cluster/cluster.ts';

/** Starts a cluster with two nodes on a free port; an error of one of its components fails the test that sees the output. */
export async function testCluster(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const tls = await createCertificates(['localhost']);
  return startCluster({
    tls,
    nodes: [
      { name: 'k8s-1', ip: '10.126.75.200', role: 'master' },
      { name: 'k8s-2', ip: '10.126.75.201', role: 'worker' },
    ],
    onError: (component, error) => process.emitWarning(`${component}: ${String(error)}`),
    ...options,
  });
}
