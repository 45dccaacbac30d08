/** What the API server of a Kubernetes minor version knows and does; everything that depends on the version asks here. */
export interface ServerFeatures {
  readonly minor: number;
  /** discovery.k8s.io/v1 since 1.21; v1beta1 until 1.24. */
  readonly endpointSliceVersions: readonly ('v1' | 'v1beta1')[];
  /** `fieldValidation` query parameter, on by default since 1.25. */
  readonly fieldValidation: boolean;
  readonly openApiV3: boolean;
  readonly aggregatedDiscovery: boolean;
  /** Server-side apply fills in `protocol: TCP` in the key of a port (1.20 refuses a port without it). */
  readonly applyKeyDefaults: boolean;
  readonly dualStackFields: boolean;
  readonly internalTrafficPolicy: boolean;
  readonly allocateLoadBalancerNodePorts: boolean;
  readonly loadBalancerClass: boolean;
  readonly mixedProtocolLoadBalancer: boolean;
  readonly ingressIpMode: boolean;
  /** `status.loadBalancer` is refused on, and wiped from, Services of other types. */
  readonly statusOnlyOnLoadBalancer: boolean;
  readonly namespaceNameLabel: boolean;
  /** A PUT of a Service may leave out clusterIP and node ports; 1.20 refuses that, and wants a resourceVersion. */
  readonly keepsAllocatedValues: boolean;
  readonly watchList: boolean;
  /** A PUT creates an absent Service, and Services can be deleted as a collection; before 1.23 they had a store of their own. */
  readonly genericServiceStore: boolean;
  /** Services can be selected by `spec.type` and `spec.clusterIP`. */
  readonly serviceFieldSelectors: boolean;
}

/** Derives the features from a version such as `1.28.15`. */
export function serverFeatures(version: string): ServerFeatures {
  const minor = Number(/^v?1\.(\d+)\./.exec(version)?.[1]);
  if (!Number.isInteger(minor))
    throw new Error(`"${version}" is not a Kubernetes version: expected 1.MINOR.PATCH, for example 1.28.15`);
  return {
    minor,
    endpointSliceVersions: [...(minor >= 21 ? (['v1'] as const) : []), ...(minor <= 24 ? (['v1beta1'] as const) : [])],
    fieldValidation: minor >= 25,
    openApiV3: minor >= 24,
    aggregatedDiscovery: minor >= 27,
    applyKeyDefaults: minor >= 21,
    dualStackFields: minor >= 21,
    internalTrafficPolicy: minor >= 22,
    allocateLoadBalancerNodePorts: minor >= 22,
    loadBalancerClass: minor >= 22,
    mixedProtocolLoadBalancer: minor >= 24,
    ingressIpMode: minor >= 30,
    statusOnlyOnLoadBalancer: minor >= 29,
    namespaceNameLabel: minor >= 21,
    keepsAllocatedValues: minor >= 21,
    watchList: minor >= 32,
    genericServiceStore: minor >= 23,
    serviceFieldSelectors: minor >= 31,
  };
}
