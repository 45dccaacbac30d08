import { createControlPlane } from '../../packages/simulator/src/cluster/control-plane.ts';
import type { ControlPlane } from '../../packages/simulator/src/cluster/control-plane.ts';
import { startControllers } from '../../packages/simulator/src/cluster/controllers/start-controllers.ts';
import type { KubeObject, ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import type { Container, Pod } from '../../packages/simulator/src/node/pod.ts';
import type { EndpointSlice, Service, SliceEndpoint } from '../../packages/simulator/src/node/service.ts';

export const refs = {
  pods: { group: '', version: 'v1', plural: 'pods' },
  services: { group: '', version: 'v1', plural: 'services' },
  slices: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' },
  events: { group: '', version: 'v1', plural: 'events' },
  namespaces: { group: '', version: 'v1', plural: 'namespaces' },
  nodes: { group: '', version: 'v1', plural: 'nodes' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments' },
} as const;

/** The API of an empty simulated cluster with one namespace and one node, without controllers. */
export async function emptyCluster(namespace = 'shop'): Promise<ObjectClient> {
  return fill(await createControlPlane(), namespace);
}

/** The same with the controllers of Kubernetes: Deployments get pods, Services endpoints. `end` stops them. */
export async function controlledCluster(namespace = 'shop'): Promise<{ client: ObjectClient; end: () => void }> {
  const controlPlane = await createControlPlane();
  const client = fill(controlPlane, namespace);
  return { client, end: startControllers(controlPlane, { serviceAccounts: { ca: '', issueToken: () => '' } }) };
}

function fill(controlPlane: ControlPlane, namespace: string): ObjectClient {
  const client = controlPlane.client('test');
  client.create(refs.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const addresses = [{ type: 'InternalIP', address: '10.99.75.200' }];
  const conditions = [{ type: 'Ready', status: 'True' }];
  client.create(refs.nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'k8s-1' },
    status: { addresses, conditions },
  });
  return client;
}

/** A pod with one container, bound to the node. */
export function podObject(name: string, container: Partial<Container>, spec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: { nodeName: 'k8s-1', containers: [{ name: 'main', image: 'nginx:1.27', ...container }], ...spec },
  };
}

/** The pod as it is now. */
export function podNow(client: ObjectClient, name: string): Pod | undefined {
  return client.get(refs.pods, { namespace: 'shop', name }) as Pod | undefined;
}

/** Whether the pod's condition Ready is True. */
export function isReady(pod: Pod | undefined): boolean {
  return pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

/** The reasons and messages of the events about an object, oldest first. */
export function eventsAbout(client: ObjectClient, name: string): { reason: string; message: string; type: string }[] {
  type EventObject = KubeObject & { involvedObject: { name: string }; reason: string; message: string; type: string };
  const events = client.list(refs.events) as readonly EventObject[];
  return events
    .filter((event) => event.involvedObject.name === name)
    .map(({ reason, message, type }) => ({ reason, message, type }));
}

/** A Service object. */
export function serviceObject(name: string, spec: Service['spec'], ingress: string[] = []): Service {
  const status = { loadBalancer: { ingress: ingress.map((ip) => ({ ip })) } };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec, status };
}

/** The EndpointSlice of a Service with these endpoints. */
export function sliceObject(service: string, endpoints: SliceEndpoint[], ports: EndpointSlice['ports']): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}

/** An endpoint that is ready, or not. */
export function endpoint(ip: string, ready = true): SliceEndpoint {
  return { addresses: [ip], conditions: { ready }, nodeName: 'k8s-1' };
}
