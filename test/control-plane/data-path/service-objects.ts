import type { ApiSession } from '../../behaviour/api-session.ts';
import { PATCH } from '../../behaviour/api-session.ts';
import type { PlantPod } from './plant-network.ts';

/** A LoadBalancer Service; without a selector its endpoints are kept by whoever made it. */
export interface BalancedService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly protocol?: 'TCP' | 'UDP';
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  readonly selector?: Readonly<Record<string, string>>;
}

/** A pod as an endpoint. */
export interface Backend {
  readonly pod: PlantPod;
  readonly ready: boolean;
}

/** Creates the Service and gives it the external address in its status, as MetalLB's controller does; returns its cluster address. */
export async function createBalancedService(
  api: ApiSession,
  service: BalancedService,
  address: string,
): Promise<string> {
  const { namespace, name, port, targetPort, protocol = 'TCP', externalTrafficPolicy = 'Cluster', selector } = service;
  const path = `/api/v1/namespaces/${namespace}/services`;
  const spec = {
    type: 'LoadBalancer',
    externalTrafficPolicy,
    selector,
    ports: [{ name: 'main', port, targetPort, protocol }],
  };
  const made = await api.ask<{ spec: { clusterIP: string } }>({
    method: 'POST',
    path,
    body: { metadata: { name }, spec },
  });
  const status = { loadBalancer: { ingress: [{ ip: address }] } };
  await api.ask({ method: 'PATCH', path: `${path}/${name}/status`, contentType: PATCH.merge, body: { status } });
  return made.spec.clusterIP;
}

/** Creates or replaces the one EndpointSlice of a Service. */
export async function setBackends(
  api: ApiSession,
  service: BalancedService,
  backends: readonly Backend[],
): Promise<void> {
  const { namespace, name, targetPort, protocol = 'TCP' } = service;
  const root = `/apis/discovery.k8s.io/${await sliceVersion(api)}/namespaces/${namespace}/endpointslices`;
  const labels = { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'data-path-test' };
  const content = {
    ports: [{ name: 'main', port: targetPort, protocol }],
    endpoints: backends.map(({ pod, ready }) => ({
      addresses: [pod.ip],
      conditions: { ready },
      ...(root.includes('v1beta1')
        ? { topology: { 'kubernetes.io/hostname': pod.node.name } }
        : { nodeName: pod.node.name }),
    })),
  };
  const present = await api.send({ method: 'PATCH', path: `${root}/${name}`, contentType: PATCH.merge, body: content });
  if (present.status !== 404) return;
  await api.ask({ method: 'POST', path: root, body: { metadata: { name, labels }, addressType: 'IPv4', ...content } });
}

async function sliceVersion(api: ApiSession): Promise<string> {
  const { status } = await api.send({ path: '/apis/discovery.k8s.io/v1' });
  return status === 200 ? 'v1' : 'v1beta1';
}
