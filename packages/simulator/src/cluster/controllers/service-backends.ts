import { compareAddresses, parseAddress } from '@iotedge-networking/addressing';
import type { KubeObject } from '../object-client.ts';
import { matchesSelector } from '../selectors/label-selector.ts';
import type { ServiceObject, ServicePort } from '../service-object.ts';
import type { PodObject } from '../workload-objects.ts';
import type { Lister } from './lister.ts';
import { isPodFinished } from './pod-state.ts';

/** One port of an endpoint: a Service port with the number that a pod listens on. */
export interface BackendPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly appProtocol?: string;
}

/** The pods behind a Service's selector that have an address and have not run to their end, ordered by address. */
export function backendPods(service: ServiceObject, pods: Lister): readonly PodObject[] {
  const { selector } = service.spec;
  if (selector === undefined) return [];
  return (pods.list(service.metadata.namespace) as PodObject[])
    .filter((pod) => matchesSelector({ matchLabels: selector }, pod.metadata.labels ?? {}))
    .filter((pod) => (pod.status?.podIP ?? '') !== '' && !isPodFinished(pod))
    .sort((a, b) => compareText(a.status?.podIP ?? '', b.status?.podIP ?? ''));
}

/** The ports of a Service on a pod; a named target port that the pod does not have is left out. */
export function backendPorts(service: ServiceObject, pod: PodObject): readonly BackendPort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = targetNumber(port, pod);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function targetNumber(port: ServicePort, pod: PodObject): number | undefined {
  const { targetPort = port.port, protocol = 'TCP' } = port;
  if (typeof targetPort === 'number') return targetPort;
  const containers = pod.spec.containers.flatMap((container) => container.ports ?? []);
  return containers.find((candidate) => candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol)
    ?.containerPort;
}

/** The keys of the Services that a change of a pod may concern. */
export function servicesOfPod(services: Lister, pods: readonly (KubeObject | undefined)[]): string[] {
  return pods.flatMap((pod) => {
    if (pod === undefined) return [];
    const { namespace, labels = {} } = pod.metadata;
    return (services.list(namespace) as ServiceObject[])
      .filter(({ spec }) => spec.selector !== undefined && matchesSelector({ matchLabels: spec.selector }, labels))
      .map((service) => `${namespace ?? ''}/${service.metadata.name}`);
  });
}

/** The reference by which an endpoint names its pod. */
export function podReference(pod: PodObject): Record<string, unknown> {
  const { name, namespace, uid } = pod.metadata;
  return { kind: 'Pod', namespace, name, uid };
}

/** The labels that endpoints take over from their Service. */
export function endpointLabels(service: ServiceObject): Record<string, string> {
  const headless: Record<string, string> =
    service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  return { ...service.metadata.labels, ...headless };
}

function compareText(a: string, b: string): number {
  const [left, right] = [parseAddress(a), parseAddress(b)];
  return left === undefined || right === undefined ? (a < b ? -1 : 1) : compareAddresses(left, right);
}
