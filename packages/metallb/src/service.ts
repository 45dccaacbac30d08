/** One port of a Service, as far as address sharing looks at it. */
export interface ServicePort {
  /** TCP when absent. */
  readonly protocol?: string;
  readonly port: number;
}

/** What MetalLB looks at in a Service. */
export interface LoadBalancerService {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** `spec.type`; anything but `LoadBalancer` frees the Service's address. */
  readonly type?: string;
  readonly clusterIPs: readonly string[];
  /** `spec.ipFamilies[0]` decides which family is preferred. */
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly ports: readonly ServicePort[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly externalTrafficPolicy?: string;
  readonly loadBalancerIP?: string;
  readonly loadBalancerClass?: string;
  /**
   * The addresses in `status.loadBalancer.ingress`. When absent, the status and pool annotation that the model knows of
   * stay, as they do when only the spec of an object is edited.
   */
  readonly status?: readonly string[];
}

/** How the model names a Service: `namespace/name`. */
export function serviceKey(service: { readonly namespace: string; readonly name: string }): string {
  return `${service.namespace}/${service.name}`;
}

/** The parts of a Kubernetes Service object that the model reads; the objects of any client library fit. */
export interface KubernetesService {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly ipFamilies?: readonly string[];
    readonly ipFamilyPolicy?: string;
    readonly ports?: readonly ServicePort[];
    readonly selector?: Readonly<Record<string, string>>;
    readonly externalTrafficPolicy?: string;
    readonly loadBalancerIP?: string;
    readonly loadBalancerClass?: string;
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

/** Reads a Service as it stands in the Kubernetes API, its status included. */
export function serviceFromKubernetes(object: KubernetesService): LoadBalancerService {
  const { metadata = {}, spec = {}, status } = object;
  const { clusterIP, clusterIPs, ports, ...rest } = spec;
  const { namespace = 'default', name = '', labels, annotations } = metadata;
  const ips = status?.loadBalancer?.ingress?.map(({ ip = '' }) => ip) ?? [];
  return {
    ...rest,
    namespace,
    name,
    labels,
    annotations,
    clusterIPs: clusterIPsOf(clusterIP, clusterIPs),
    ports: ports ?? [],
    status: ips.filter((ip) => ip !== ''),
  };
}

function clusterIPsOf(clusterIP = '', clusterIPs: readonly string[] = []): readonly string[] {
  if (clusterIPs.length > 0) return clusterIPs;
  return clusterIP === '' ? [] : [clusterIP];
}
