import { objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ServiceObject } from '../service-object.ts';
import type { ControllerContext } from './controller-context.ts';
import { keyFromText, keyText } from './lister.ts';
import { refs } from './refs.ts';
import { ownSlices, writeSlices } from './slice-writer.ts';
import type { SliceContent } from './slice-writer.ts';
import { startController } from './start-controller.ts';

const managedBy = 'endpointslicemirroring-controller.k8s.io';

/** Mirrors Endpoints that people wrote for a Service without selector into EndpointSlices, which is where balancers look. */
export function startEndpointSliceMirroringController(context: ControllerContext): () => void {
  const services = context.lister(refs.services);
  const endpoints = context.lister(refs.endpoints);
  const own = ownSlices(context.lister(refs.endpointSlices), managedBy);
  return startController(context, {
    name: 'endpointslicemirroring-controller',
    sources: [services, endpoints].map((lister) => ({ lister, keys: ({ object }) => [keyText(object.metadata)] })),
    reconcile: (key) => {
      const objectKey = keyFromText(key);
      const service = services.get(objectKey) as ServiceObject | undefined;
      const source = endpoints.get(objectKey);
      if (service !== undefined && source !== undefined && isMirrored(service, source)) {
        writeSlices(
          context,
          own,
          { owner: source, managedBy, labels: source.metadata.labels ?? {} },
          contentsOf(source),
        );
        return;
      }
      for (const { metadata } of own(objectKey)) {
        context.client.remove(refs.endpointSlices, metadata);
      }
    },
  });
}

function isMirrored(service: ServiceObject, endpoints: KubeObject): boolean {
  const { labels, annotations, namespace, name } = endpoints.metadata;
  // The API server writes the slice of its own Service itself.
  if (namespace === 'default' && name === 'kubernetes') return false;
  if (labels?.['endpointslice.kubernetes.io/skip-mirror'] === 'true') return false;
  return service.spec.selector === undefined && annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined;
}

function contentsOf(endpoints: KubeObject): SliceContent[] {
  return objectsAt(endpoints, 'subsets').flatMap((subset) => {
    const ports = objectsAt(subset, 'ports').map((port) => ({ name: '', ...port }));
    const all = [
      ...objectsAt(subset, 'addresses').map((address) => endpoint(address, true)),
      ...objectsAt(subset, 'notReadyAddresses').map((address) => endpoint(address, false)),
    ];
    return (['IPv4', 'IPv6'] as const)
      .map((addressType) => ({
        addressType,
        ports,
        endpoints: all.filter(({ addresses }) => addresses[0]?.includes(':') === (addressType === 'IPv6')),
      }))
      .filter((content) => content.endpoints.length > 0);
  });
}

function endpoint(address: JsonObject, ready: boolean): { addresses: string[]; conditions: { ready: boolean } } {
  const { nodeName, hostname, targetRef } = address;
  return {
    addresses: [textAt(address, 'ip')],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  };
}
