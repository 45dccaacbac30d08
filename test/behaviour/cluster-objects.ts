import { eventually } from '../support/eventually.ts';
import { PATCH, type ApiSession } from './api-session.ts';

/** A node as a plain object: no kubelet is behind it. */
export interface NodeInput {
  readonly name: string;
  /** `InternalIP`; none when absent. */
  readonly ip?: string;
  readonly role?: 'master' | 'worker';
}

/** A pod as a plain object, bound to a node by its maker: no scheduler and no kubelet is asked. */
export interface PodInput {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string;
  readonly ip: string;
  /** Named ports of its container. */
  readonly ports?: Readonly<Record<string, number>>;
}

const PATIENCE_MS = 15_000;

/** Makes a namespace; where controllers work, waits until pods can be made in it. */
export async function addNamespace(api: ApiSession, name: string, hasControllers: boolean): Promise<void> {
  await api.ask({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  if (hasControllers) await namespaceReady(api, name);
}

/** Waits until the controllers have prepared a namespace, so that pods can be made in it. */
export async function namespaceReady(api: ApiSession, name: string): Promise<void> {
  const { minor } = await api.ask<{ minor: string }>({ path: '/version' });
  const path = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  // The token Secret comes a moment after the ServiceAccount, and pods are refused until then (before 1.24).
  const isReady = async () => {
    const { status, body } = await api.send<{ secrets?: unknown[] }>({ path });
    return status === 200 && (Number.parseInt(minor, 10) >= 24 || body.secrets !== undefined);
  };
  await eventually(`the default ServiceAccount of ${name} is ready`, isReady, PATIENCE_MS);
}

/** Makes a node and says that it is ready. */
export async function addNode(api: ApiSession, { name, ip, role = 'worker' }: NodeInput): Promise<void> {
  const labels = { 'kubernetes.io/hostname': name, [`node-role.kubernetes.io/${role}`]: '' };
  await api.ask({ method: 'POST', path: '/api/v1/nodes', body: { metadata: { name, labels } } });
  const addresses = [
    ...(ip === undefined ? [] : [{ type: 'InternalIP', address: ip }]),
    { type: 'Hostname', address: name },
  ];
  await patchStatus(api, `/api/v1/nodes/${name}`, { addresses });
  await setNodeReady(api, name, true);
  // The API server marks every new node as not ready; the controller that takes the mark away waits for a kubelet's lease.
  const body = { spec: { taints: null } };
  await api.ask({ method: 'PATCH', path: `/api/v1/nodes/${name}`, contentType: PATCH.merge, body });
}

/** Writes the Ready condition of a node, as its kubelet does. */
export function setNodeReady(api: ApiSession, name: string, isReady: boolean): Promise<void> {
  return patchStatus(api, `/api/v1/nodes/${name}`, {
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
  });
}

/** Makes a pod on a node, running and ready unless said otherwise. */
export async function addPod(api: ApiSession, pod: PodInput, isReady = true): Promise<void> {
  const { namespace, name, labels, node, ports = {} } = pod;
  const containerPorts = Object.entries(ports).map(([portName, containerPort]) => ({ name: portName, containerPort }));
  await api.ask({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods`,
    body: {
      metadata: { name, labels },
      spec: { nodeName: node, containers: [{ name: 'main', image: 'main', ports: containerPorts }] },
    },
  });
  await setPodReady(api, pod, isReady);
}

/** Writes address, phase and readiness of a pod, as a kubelet does. */
export function setPodReady(
  api: ApiSession,
  { namespace, name, ip }: Pick<PodInput, 'namespace' | 'name' | 'ip'>,
  isReady: boolean,
): Promise<void> {
  return patchStatus(api, `/api/v1/namespaces/${namespace}/pods/${name}`, {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
  });
}

/** Deletes a pod at once: nobody is there to end it gracefully. */
export async function removePod(
  api: ApiSession,
  { namespace, name }: Pick<PodInput, 'namespace' | 'name'>,
): Promise<void> {
  await api.ask({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0` });
}

async function patchStatus(api: ApiSession, path: string, status: object): Promise<void> {
  await api.ask({ method: 'PATCH', path: `${path}/status`, contentType: PATCH.strategic, body: { status } });
}
