import type { ObjectClient } from '../cluster/object-client.ts';
import type { EndpointSlice, Service } from './service.ts';

/** The Services of the cluster with their endpoints, always as the API has them now. */
export interface ServiceDirectory {
  service(namespace: string, name: string): Service | undefined;
  services(): Iterable<Service>;
  /** The EndpointSlices of a Service, in the order of their names. */
  slices(namespace: string, name: string): readonly EndpointSlice[];
  /** Calls the listener with `namespace/name` of each Service that changed, itself or its endpoints. */
  subscribe(listener: (key: string) => void): () => void;
  close(): void;
}

const services = { group: '', version: 'v1', plural: 'services' } as const;
const endpointSlices = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' } as const;
const serviceNameLabel = 'kubernetes.io/service-name';

/** Watches Services and EndpointSlices. */
export function serviceDirectory(client: ObjectClient): ServiceDirectory {
  const known = new Map<string, Service>();
  const slices = new Map<string, Map<string, EndpointSlice>>();
  const listeners = new Set<(key: string) => void>();
  const tell = (key: string): void => {
    for (const listener of listeners) listener(key);
  };
  const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

  const endWatches = [
    client.watch(endpointSlices, ({ type, object }) => {
      const owner = object.metadata.labels?.[serviceNameLabel];
      if (owner === undefined) return;
      const key = keyOf(object.metadata.namespace, owner);
      const ofService = slices.get(key) ?? new Map<string, EndpointSlice>();
      if (type === 'DELETED') ofService.delete(object.metadata.name);
      else ofService.set(object.metadata.name, object);
      if (ofService.size === 0) slices.delete(key);
      else slices.set(key, ofService);
      tell(key);
    }),
    client.watch(services, ({ type, object }) => {
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      if (type === 'DELETED') known.delete(key);
      else known.set(key, object as Service);
      tell(key);
    }),
  ];

  return {
    service: (namespace, name) => known.get(keyOf(namespace, name)),
    services: () => known.values(),
    slices(namespace, name) {
      const ofService = [...(slices.get(keyOf(namespace, name))?.values() ?? [])];
      return ofService.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const end of endWatches) end();
      listeners.clear();
    },
  };
}
