import { listAt, numberAt, objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ServiceObject } from '../service-object.ts';

/** The EXTERNAL-IP cell of a Service. */
export function externalAddresses(object: KubeObject): string {
  const { spec, status } = object as ServiceObject;
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
      const all = [...new Set([...ingress, ...external])];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    default:
      return external.length === 0 ? '<none>' : external.join(',');
  }
}

/** The PORT(S) cell of a Service. */
export function servicePorts(object: KubeObject): string {
  const ports = (object as ServiceObject).spec.ports ?? [];
  if (ports.length === 0) return '<none>';
  return ports
    .map(({ port, nodePort = 0, protocol = 'TCP' }) =>
      nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    )
    .join(',');
}

const shownEndpoints = 3;

/** The ENDPOINTS cell of an Endpoints object: the first three, then how many more. */
export function endpointAddresses(object: KubeObject): string {
  const all = objectsAt(object, 'subsets').flatMap((subset) => {
    const addresses = objectsAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
    const ports = objectsAt(subset, 'ports');
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((address) => joinHostPort(address, port)));
  });
  return shortened(all, shownEndpoints);
}

function joinHostPort(address: string, port: JsonObject): string {
  return `${address.includes(':') ? `[${address}]` : address}:${numberAt(port, 'port')}`;
}

/** The ENDPOINTS cell of an EndpointSlice. */
export function sliceAddresses(object: KubeObject): string {
  const all = objectsAt(object, 'endpoints').flatMap((endpoint) => listAt(endpoint, 'addresses').map(String));
  if (all.length === 0) return '<unset>';
  return shortened(all, shownEndpoints);
}

/** The PORTS cell of an EndpointSlice. */
export function slicePorts(object: KubeObject): string {
  const ports = objectsAt(object, 'ports').map((port) =>
    port['port'] === undefined ? '*' : String(numberAt(port, 'port')),
  );
  return ports.length === 0 ? '<unset>' : shortened(ports, shownEndpoints);
}

function shortened(all: readonly string[], limit: number): string {
  if (all.length === 0) return '<none>';
  const rest = all.length - limit;
  return all.slice(0, limit).join(',') + (rest > 0 ? ` + ${rest} more...` : '');
}
