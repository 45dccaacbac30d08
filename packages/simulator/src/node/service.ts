import type { KubeObject } from '../cluster/object-client.ts';

/** One port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

/** What a Service asks for, as far as kube-proxy and CoreDNS read it. */
export interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly externalIPs?: readonly string[];
  readonly externalName?: string;
  readonly externalTrafficPolicy?: string;
  readonly ports?: readonly ServicePort[];
  readonly publishNotReadyAddresses?: boolean;
  readonly sessionAffinity?: string;
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
}

/** A Service object. */
export interface Service extends KubeObject {
  readonly spec: ServiceSpec;
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

/** An EndpointSlice object (discovery.k8s.io/v1). */
export interface EndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly { readonly name?: string; readonly protocol?: string; readonly port?: number }[] | null;
}

/** One endpoint of a slice. Absent conditions count as fulfilled, as the API says. */
export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: { readonly kind?: string; readonly name?: string };
}

/** One place that answers for a Service port: the pod's real address. */
export interface Backend {
  readonly ip: string;
  readonly port: number;
  readonly node: string | undefined;
}

/** Whether the Service has a cluster IP: not headless, not ExternalName. */
export function hasClusterIp(service: Service): boolean {
  const { clusterIP, type } = service.spec;
  return type !== 'ExternalName' && clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None';
}

/**
 * Where connections to one port of a Service go, as kube-proxy decides: endpoints that are ready; when there is none, those that are
 * terminating but still serve. In the order of the slices, each address once.
 */
export function backendsOf(port: ServicePort, slices: readonly EndpointSlice[]): Backend[] {
  const ready = new Map<string, Backend>();
  const leaving = new Map<string, Backend>();
  for (const slice of slices) {
    const target = slicePort(port, slice);
    if (target === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const [ip] = endpoint.addresses;
      if (ip === undefined) continue;
      const { ready: isReady, serving, terminating } = endpoint.conditions ?? {};
      const backend = { ip, port: target, node: endpoint.nodeName };
      if (isReady !== false) ready.set(`${ip}:${target}`, backend);
      else if (serving === true && terminating === true) leaving.set(`${ip}:${target}`, backend);
    }
  }
  return [...(ready.size > 0 ? ready : leaving).values()];
}

function slicePort(port: ServicePort, slice: EndpointSlice): number | undefined {
  if (slice.addressType === 'IPv6' || slice.addressType === 'FQDN') return undefined;
  const protocol = port.protocol ?? 'TCP';
  return slice.ports?.find(
    (entry) => (entry.name ?? '') === (port.name ?? '') && (entry.protocol ?? 'TCP') === protocol,
  )?.port;
}
