import type { MetalLbConfig, MetalLbResource, MetalLbResources } from '@iotedge-networking/metallb';
import type { Reason } from '@iotedge-networking/contract';

/** One port of a Service as the cluster holds it. */
export interface ClusterServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: string;
}

/** What the module keeps of a Service: enough to judge, compare and report it. */
export interface ClusterService {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Only annotations that concern addresses. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly type: string;
  /** Empty for a headless Service. */
  readonly clusterIps: readonly string[];
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly ports: readonly ClusterServicePort[];
  /** Absent when the Service selects no pods by itself. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly externalTrafficPolicy?: string;
  readonly loadBalancerIp: string;
  readonly loadBalancerClass?: string;
  /** `spec.loadBalancerSourceRanges`; absent where everybody is let in. */
  readonly sourceRanges?: readonly string[];
  /** `status.loadBalancer.ingress[].ip`. */
  readonly ingress: readonly string[];
  readonly deleting: boolean;
}

/** One endpoint of an EndpointSlice. */
export interface SliceEndpoint {
  readonly address: string;
  readonly ready: boolean;
  readonly nodeName?: string;
  readonly pod?: { readonly name: string; readonly uid: string };
}

/** One port of an EndpointSlice. */
export interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** What the module keeps of an EndpointSlice; ports and endpoints only of the slices it keeps itself. */
export interface ClusterSlice {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Name of the Service, from the label `kubernetes.io/service-name`. */
  readonly service: string;
  readonly ours: boolean;
  readonly addressType: string;
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
  /** Uid of the owning Service, of our own slices. */
  readonly ownerUid?: string;
  readonly ready: number;
  readonly total: number;
  readonly readyNodes: readonly string[];
}

/** What the module keeps of a pod. */
export interface ClusterPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ips: readonly string[];
  readonly nodeName?: string;
  readonly ready: boolean;
  /** Succeeded, failed or being deleted: no endpoint any more. */
  readonly ended: boolean;
}

/** What the module keeps of a node. */
export interface ClusterNode {
  readonly name: string;
  /** Internal address; empty when the node has none. */
  readonly ip: string;
  readonly role: string;
  readonly ready: boolean;
  readonly networkUnavailable: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** A namespace, with the labels that pools may select by. */
export interface ClusterNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What assigns external addresses in this cluster. */
export type LoadBalancerView =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'metallb';
      readonly dialect: 'configmap' | 'crd';
      /** `0.12`, `0.14.9`; the oldest release that fits what was found. */
      readonly version: string;
      /** The controller's `--lb-class`: it looks at Services of this class only. */
      readonly loadBalancerClass?: string;
      /** Absent when it could not be read or is invalid: then nothing may be concluded from it. */
      readonly config?: MetalLbConfig;
      /** Why not the present configuration is in force but an older one, in MetalLB's words. */
      readonly stale?: string;
      /** The objects of the configuration, for whoever manages them. */
      readonly source?: MetalLbSource;
      /** Who announces a Service's address by MetalLB's own account, by `namespace/name`; only newer releases tell. */
      readonly announcers?: ReadonlyMap<string, Announcers>;
    };

/** Nodes that announce an address. */
export interface Announcers {
  readonly protocol: 'layer2' | 'bgp';
  readonly nodes: readonly string[];
}

/** One object of the group metallb.io. */
export interface MetalLbObject extends MetalLbResource {
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Plural names of the resources that make pools and announce them. */
export type PoolResource = 'ipaddresspools' | 'l2advertisements' | 'bgpadvertisements' | 'bgppeers';

/** The ConfigMap of MetalLB up to 0.12. */
export interface MetalLbConfigMap {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The YAML under the key `config`; absent when the key is. */
  readonly text?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where MetalLB's configuration stands in the cluster. */
export type MetalLbSource =
  | {
      readonly dialect: 'crd';
      readonly namespace: string;
      /** Served version by resource; a resource that is not served is absent. */
      readonly versions: Readonly<Partial<Record<PoolResource, string>>>;
      readonly objects: Readonly<Partial<Record<keyof MetalLbResources, readonly MetalLbObject[]>>>;
    }
  | { readonly dialect: 'configmap'; readonly namespace: string; readonly configMap?: MetalLbConfigMap };

/** One IP pool of Calico. */
export interface PodPool {
  readonly name: string;
  readonly cidr: string;
  readonly disabled: boolean;
}

/** One block of a Calico pool. */
export interface PodBlock {
  readonly cidr: string;
  /** Addresses that pods hold. */
  readonly used: number;
}

/** What Calico tells of the pods' addresses. */
export interface PodNetworkView {
  readonly pools: readonly PodPool[];
  /** Absent when blocks may not be read. */
  readonly blocks?: readonly PodBlock[];
}

/** What probes found, as far as it is confirmed. */
export interface ProbeFindings {
  /** By `namespace/name` of the Service. */
  readonly troubles: ReadonlyMap<string, { readonly reason: 'Unreachable' | 'DnsMismatch'; readonly message: string }>;
  readonly conditions: Readonly<Partial<Record<Reason, string>>>;
}

/** Why a write did not succeed, by the Service it was about. */
export interface WriteFailure {
  readonly reason: Reason;
  readonly message: string;
}

/** Everything the module knows of the cluster at one moment; never changed after it was made. */
export interface Snapshot {
  /** False until the Services have been listed once: nothing may be decided before. */
  readonly synced: boolean;
  readonly services: ReadonlyMap<string, ClusterService>;
  /** EndpointSlices by the `namespace/name` of their Service. */
  readonly slices: ReadonlyMap<string, readonly ClusterSlice[]>;
  /** Whether EndpointSlices could be listed: without them nothing is said about endpoints. */
  readonly endpointsKnown: boolean;
  /** Pods by namespace; only of the namespaces that desired Services need. */
  readonly pods: ReadonlyMap<string, readonly ClusterPod[]>;
  readonly nodes: readonly ClusterNode[];
  /** Absent when namespaces may not be listed. */
  readonly namespaces?: ReadonlyMap<string, ClusterNamespace>;
  readonly loadBalancer: LoadBalancerView;
  /** Absent where there is no Calico, or it may not be read. */
  readonly podNetwork?: PodNetworkView;
  /** Absent where nothing is probed. */
  readonly probes?: ProbeFindings;
  /** Device-wide reasons and their sentences. */
  readonly conditions: Readonly<Partial<Record<Reason, string>>>;
  /** Writes that failed and were not overtaken by a success, by `namespace/name` of the Service. */
  readonly failures: ReadonlyMap<string, WriteFailure>;
}

/** `namespace/name`, the way Services are named everywhere in the module. */
export function objectKey(object: { readonly namespace: string; readonly name: string }): string {
  return `${object.namespace}/${object.name}`;
}
