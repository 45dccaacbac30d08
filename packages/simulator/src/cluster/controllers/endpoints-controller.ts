import { jsonEqual } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ServiceObject } from '../service-object.ts';
import type { PodObject } from '../workload-objects.ts';
import type { ControllerContext } from './controller-context.ts';
import { keyFromText, keyText } from './lister.ts';
import { isPodReady } from './pod-state.ts';
import { refs } from './refs.ts';
import { backendPods, backendPorts, endpointLabels, podReference, servicesOfPod } from './service-backends.ts';
import type { BackendPort } from './service-backends.ts';
import { startController } from './start-controller.ts';

/** Keeps the Endpoints of Services with a selector: addresses that are ready, and those that are not yet. */
export function startEndpointsController(context: ControllerContext): () => void {
  const services = context.lister(refs.services);
  const pods = context.lister(refs.pods);
  const endpoints = context.lister(refs.endpoints);
  return startController(context, {
    name: 'endpoints-controller',
    sources: [
      { lister: services, keys: ({ object }) => [keyText(object.metadata)] },
      { lister: pods, keys: ({ object, previous }) => servicesOfPod(services, [object, previous]) },
      { lister: endpoints, keys: ({ object }) => [keyText(object.metadata)] },
    ],
    reconcile: (key) => {
      const objectKey = keyFromText(key);
      const service = services.get(objectKey) as ServiceObject | undefined;
      const present = endpoints.get(objectKey);
      if (service === undefined) {
        // Endpoints share the fate of their Service, whoever wrote them.
        if (present !== undefined && hadService(present)) context.client.remove(refs.endpoints, objectKey);
        return;
      }
      if (service.spec.selector === undefined || service.spec.type === 'ExternalName') return;
      const wanted = endpointsOf(service, backendPods(service, pods));
      if (present === undefined) context.client.create(refs.endpoints, wanted);
      else if (!sameEndpoints(present, wanted)) context.client.update(refs.endpoints, wanted);
    },
  });
}

const trigger = 'endpoints.kubernetes.io/last-change-trigger-time';

// Leader election keeps its record in Endpoints without a Service.
function hadService(endpoints: KubeObject): boolean {
  return (
    endpoints.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined &&
    endpoints.metadata.annotations?.[trigger] !== undefined
  );
}

function sameEndpoints(present: KubeObject, wanted: KubeObject): boolean {
  return (
    jsonEqual(present['subsets'] ?? [], wanted['subsets'] ?? []) &&
    jsonEqual(present.metadata.labels ?? {}, wanted.metadata.labels ?? {})
  );
}

interface Subset {
  readonly ports: readonly BackendPort[];
  readonly addresses: unknown[];
  readonly notReadyAddresses: unknown[];
}

function endpointsOf(service: ServiceObject, pods: readonly PodObject[]): KubeObject {
  const { name, namespace } = service.metadata;
  const subsets = new Map<string, Subset>();
  const publishAll = service.spec.publishNotReadyAddresses === true;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined && !publishAll) continue;
    const ports = backendPorts(service, pod);
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue;
    const id = JSON.stringify(ports);
    const subset = subsets.get(id) ?? { ports, addresses: [], notReadyAddresses: [] };
    subsets.set(id, subset);
    const address = {
      ip: pod.status?.podIP,
      nodeName: pod.spec.nodeName,
      ...hostname(pod, name),
      targetRef: podReference(pod),
    };
    (isPodReady(pod) || publishAll ? subset.addresses : subset.notReadyAddresses).push(address);
  }
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: endpointLabels(service),
      annotations: { [trigger]: service.metadata.creationTimestamp ?? '' },
    },
    subsets: [...subsets.values()].map(printedSubset),
  };
}

function printedSubset({ ports, addresses, notReadyAddresses }: Subset): Record<string, unknown> {
  return {
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
    ports: ports.map(({ name, ...rest }) => (name === '' ? rest : { name, ...rest })),
  };
}

function hostname(pod: PodObject, service: string): { hostname?: string } {
  return pod.spec.hostname !== undefined && pod.spec.subdomain === service ? { hostname: pod.spec.hostname } : {};
}
