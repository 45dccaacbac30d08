import type {
  AddressClaim,
  DeviceComputeNetwork,
  Problem,
  Profile,
  Reason,
  Reported,
} from '@iotedge-networking/contract';
import type { AddressUse } from './address-use.ts';

/** When a field may change: at any time, only until the cluster exists, or by removing and configuring compute again. */
export type Mutability = 'live' | 'before-cluster' | 'rebuild';

/** A field of "Compute network". */
export type ComputeField = keyof DeviceComputeNetwork;

/** Who carries out a change of the field: the networking module, or only the device itself (its page or PowerShell). */
export type Performer = 'module' | 'device';

/** What may be done with a field on this device. */
export interface FieldRule {
  readonly mutability: Mutability;
  readonly by: Performer;
}

/** How far the module is with the desired properties. */
export interface DesiredView {
  /** `$version` that the hub holds. */
  readonly version?: number;
  /** `unknown`: the module has reported nothing. */
  readonly state: Reported['desired']['state'] | 'unknown';
  /** `$version` that the state is about; older than `version` until the module has seen the newest. */
  readonly reportedVersion?: number;
  /** `$version` in force when another one was refused. */
  readonly inForce?: number;
  readonly problems: readonly Problem[];
}

/** One address pool as the cluster has it. */
export interface PoolView {
  readonly name: string;
  readonly ranges: readonly string[];
  readonly total: number;
  readonly used: number;
}

/** One node of the cluster. */
export interface NodeView {
  readonly name: string;
  readonly ip: string;
  readonly role: string;
  readonly ready: boolean;
  /** Whether its address is one of the Kubernetes node IPs. */
  readonly inRange?: boolean;
}

/** One Service. What the report leaves out (see {@link DeviceView.truncated}) is absent. */
export interface ServiceView {
  readonly namespace: string;
  readonly name: string;
  readonly type?: 'LoadBalancer' | 'ClusterIP' | 'NodePort' | 'ExternalName';
  readonly ips: readonly string[];
  readonly clusterIp?: string;
  /** As kubectl prints them: `8080/TCP`. */
  readonly ports: readonly string[];
  /** Where a client finds it: `http://` for TCP 80, 8080 and the like, `https://` for 443, else `tcp://`, `udp://`. */
  readonly urls: readonly string[];
  /** Ready endpoints, and all. */
  readonly ready?: number;
  readonly endpoints?: number;
  /** Node that answers for the external address. */
  readonly node?: string;
  readonly pool?: string;
  /** Name in the cluster DNS. */
  readonly dns?: string;
  readonly state: 'Ready' | 'Pending' | 'Failing';
  readonly reason: Reason;
  /** The module's sentence about the reason on this device; the catalogue has the general one. */
  readonly message?: string;
  readonly since?: string;
  readonly owner?: 'module' | 'edgeAgent' | 'other';
  /** Address that it is to have, whether or not it has it. */
  readonly pinned?: string;
  readonly shareKey?: string;
}

/** Something that concerns the whole device, such as a right that is missing. */
export interface ConditionView {
  readonly reason: Reason;
  readonly message: string;
}

/** Answer of `GET /api/devices/:id`, and payload of the event `device`. */
export interface DeviceView {
  readonly id: string;
  /** Changes exactly when anything else here does; a preview and an apply name the one they were made on. */
  readonly revision: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly profile: Profile;
  /** Whether the device has a Kubernetes cluster; fields that are `before-cluster` are locked then. */
  readonly hasCluster: boolean;
  /** The networking module; `version` is absent until it reports. */
  readonly module: { readonly name: string; readonly version?: string; readonly startedAt?: string };
  readonly connected?: boolean;
  readonly lastSeen?: string;
  /** What is meant: network.yaml where there is one, else the desired properties, filled up from the report and the device's defaults. */
  readonly computeNetwork: DeviceComputeNetwork;
  readonly computeNetworkFrom: 'network.yaml' | 'desired' | 'reported';
  readonly fields: Readonly<Record<ComputeField, FieldRule>>;
  /** What is exposed and asks for an address; the rules need it (see {@link checkDraft}). */
  readonly claims: readonly AddressClaim[];
  readonly desired: DesiredView;
  readonly loadBalancer?: Reported['loadBalancer'];
  readonly pools: readonly PoolView[];
  readonly nodes: readonly NodeView[];
  readonly services: readonly ServiceView[];
  /** Every address of the ranges that is anything but free, and those in use outside them; sorted. */
  readonly addresses: readonly AddressUse[];
  readonly conditions: readonly ConditionView[];
  /** What the report leaves out to stay small. */
  readonly truncated?: string;
}
