import {
  labelsOfSelector,
  parseBackends,
  parsePortMapping,
  type Backends,
  type Desired,
  type DesiredService,
} from '@iotedge-networking/contract';
import { objectKey, type ClusterServicePort } from '../gather/snapshot.ts';
import { ownLabels } from './identity.ts';
import type { WantedFields } from './service-edit.ts';

/** One desired Service, read for deciding. */
export interface WantedService {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  /** `make`: the Service is ours; `adopt`: it is somebody's, and only its address is ours. */
  readonly mode: 'make' | 'adopt';
  readonly external: boolean;
  /** Fields apart from address requests. */
  readonly fields: WantedFields;
  /** Explicit address; empty when any will do. */
  readonly address: string;
  /** Undefined when the desired document does not say (adopt) so that what stands there stays. */
  readonly pool?: string;
  readonly sharingKey?: string;
  /** Present when the module keeps the EndpointSlices itself. */
  readonly ownEndpoints?: Backends;
  readonly backends?: Backends;
  readonly ports: readonly ClusterServicePort[];
}

/** The desired Services, those with an explicit address first, otherwise in order of name: who asks for a certain address is served first. */
export function wantedServices(desired: Desired, instance: string): readonly WantedService[] {
  const wanted = Object.entries(desired.services).flatMap(([namespace, services]) =>
    Object.entries(services).map(([name, service]) => wantedService({ namespace, name }, service, instance)),
  );
  const rank = ({ address, key }: WantedService): string => `${address === '' ? 1 : 0} ${key}`;
  return wanted.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function wantedService(
  place: { readonly namespace: string; readonly name: string },
  service: DesiredService,
  instance: string,
): WantedService {
  const backends = service.backends === undefined ? undefined : parseBackends(service.backends);
  const external = service.expose === 'external';
  const address = external ? (service.address ?? '') : '';
  const common = { ...place, key: objectKey(place), external, address, ports: portsOf(service), backends };
  return { ...common, ...(backends === undefined ? adopted(service) : made(service, backends, instance)) };
}

type ByMode = Pick<WantedService, 'mode' | 'pool' | 'sharingKey' | 'ownEndpoints' | 'fields'>;

function adopted({ pool, shareAddress, externalTrafficPolicy }: DesiredService): ByMode {
  const fields = externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy };
  return { mode: 'adopt', pool, sharingKey: shareAddress, fields };
}

function made(service: DesiredService, backends: Backends, instance: string): ByMode {
  const { expose, pool = '', shareAddress = '', externalTrafficPolicy = 'Cluster' } = service;
  const selector = backends.kind === 'selector' ? labelsOfSelector(backends.selector) : undefined;
  return {
    mode: 'make',
    pool,
    sharingKey: shareAddress,
    ...(selector === undefined ? { ownEndpoints: backends } : {}),
    fields: {
      type: expose === 'external' ? 'LoadBalancer' : 'ClusterIP',
      labels: ownLabels(instance),
      ports: portsOf(service),
      selector: selector ?? null,
      externalTrafficPolicy: expose === 'external' ? externalTrafficPolicy : null,
    },
  };
}

/** The protocol is always written: server-side apply on Kubernetes 1.20 refuses ports without it, and defaults would read as drift. */
function portsOf(service: DesiredService): readonly ClusterServicePort[] {
  return Object.entries(service.ports ?? {}).flatMap(([name, text]) => {
    const mapping = parsePortMapping(text);
    return mapping === undefined ? [] : [{ name, ...mapping }];
  });
}

/** Namespaces whose pods decide about endpoints that the module keeps itself. */
export function podNamespaces(desired: Desired | undefined): ReadonlySet<string> {
  if (desired === undefined) return new Set();
  const wanted = wantedServices(desired, '');
  return new Set(wanted.flatMap(({ ownEndpoints, namespace }) => (ownEndpoints === undefined ? [] : [namespace])));
}
