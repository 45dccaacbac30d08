import type { ServiceObject } from '../service-object.ts';
import type { PodObject } from '../workload-objects.ts';
import type { ControllerContext } from './controller-context.ts';
import { keyFromText, keyText } from './lister.ts';
import { isPodReady } from './pod-state.ts';
import { refs } from './refs.ts';
import { backendPods, backendPorts, endpointLabels, podReference, servicesOfPod } from './service-backends.ts';
import { managedByLabel, ownSlices, serviceNameLabel, writeSlices } from './slice-writer.ts';
import type { SliceContent } from './slice-writer.ts';
import { startController } from './start-controller.ts';

const managedBy = 'endpointslice-controller.k8s.io';

/** Keeps the EndpointSlices of Services with a selector. Slices that name another manager are none of its business. */
export function startEndpointSliceController(context: ControllerContext): () => void {
  const services = context.lister(refs.services);
  const pods = context.lister(refs.pods);
  const slices = context.lister(refs.endpointSlices);
  const own = ownSlices(slices, managedBy);
  const hasTerminating = context.environment.features.minor >= 20;
  return startController(context, {
    name: 'endpointslice-controller',
    sources: [
      { lister: services, keys: ({ object }) => [keyText(object.metadata)] },
      { lister: pods, keys: ({ object, previous }) => servicesOfPod(services, [object, previous]) },
      {
        lister: slices,
        keys: ({ object: { metadata } }) =>
          metadata.labels?.[managedByLabel] === managedBy
            ? [keyText({ namespace: metadata.namespace, name: metadata.labels[serviceNameLabel] ?? '' })]
            : [],
      },
    ],
    reconcile: (key) => {
      const service = services.get(keyFromText(key)) as ServiceObject | undefined;
      // The slices of a Service that is gone go by their owner reference.
      if (service === undefined || service.metadata.deletionTimestamp !== undefined) return;
      if (service.spec.selector === undefined || service.spec.type === 'ExternalName') return;
      const ownership = { owner: service, managedBy, labels: endpointLabels(service) };
      writeSlices(context, own, ownership, sliceContents(service, backendPods(service, pods), hasTerminating));
    },
  });
}

function sliceContents(service: ServiceObject, pods: readonly PodObject[], hasTerminating: boolean): SliceContent[] {
  const groups = new Map<string, { content: SliceContent; endpoints: unknown[] }>();
  for (const pod of pods) {
    const ports = backendPorts(service, pod);
    const addressType = (pod.status?.podIP ?? '').includes(':') ? 'IPv6' : 'IPv4';
    const id = JSON.stringify([addressType, ports]);
    const endpoints = groups.get(id)?.endpoints ?? [];
    if (!groups.has(id)) groups.set(id, { content: { addressType, endpoints, ports }, endpoints });
    endpoints.push(endpointOf(service, pod, hasTerminating));
  }
  if (groups.size === 0) {
    // A Service without pods has one slice without endpoints, so that consumers know it is known.
    const addressType = service.spec.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
    return [{ addressType, endpoints: [], ports: [] }];
  }
  return [...groups.values()].map(({ content }) => content);
}

function endpointOf(service: ServiceObject, pod: PodObject, hasTerminating: boolean): Record<string, unknown> {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isPodReady(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const { hostname, subdomain, nodeName } = pod.spec;
  return {
    addresses: [pod.status?.podIP],
    conditions: hasTerminating ? { ready, serving, terminating } : { ready },
    ...(hostname !== undefined && subdomain === service.metadata.name ? { hostname } : {}),
    targetRef: podReference(pod),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}
