import type { Problem, Profile, Reason } from '@iotedge-networking/contract';
import type { HostPort } from '../lint/preview-host-ports.ts';
import type { MetalLbSettings } from './metallb-settings.ts';
import type { ServiceMaker } from './service-intent.ts';

/**
 * How sure an address is. `pinned`: asked for. `lowest-free`: no other Service competes for it. `order`: Services that are created together compete, so it
 * depends on which MetalLB sees first. `chance`: MetalLB picks among several pools at random. `unknown`: no pools are declared.
 */
export type AddressChoice = 'pinned' | 'lowest-free' | 'order' | 'chance' | 'unknown';

/** Who answers for the addresses of a device. */
export interface PlannedAnnouncer {
  readonly protocol: 'layer2' | 'bgp';
  /** The node, where the nodes are known (layer 2). */
  readonly node?: string;
  /** How many nodes there are to choose from, where their addresses are declared. */
  readonly nodes?: number;
}

/** One Service as it will be. */
export interface PlannedService {
  /** `namespace/name`. */
  readonly service: string;
  readonly type: string;
  /** `port:targetPort/protocol`. */
  readonly ports: readonly string[];
  readonly madeBy: ServiceMaker;
  readonly addresses: readonly string[];
  /** Everything it may get instead, where MetalLB chooses at random; the first is `addresses`. */
  readonly alternatives?: readonly (readonly string[])[];
  readonly choice?: AddressChoice;
  readonly pool?: string;
  readonly announcer?: PlannedAnnouncer;
  /** Why it does not get what it asks for; empty when all is well. */
  readonly reason: Reason | '';
  readonly message?: string;
  readonly fix?: string;
}

/** Supply and demand of one pool. */
export interface PlannedPool {
  readonly name: string;
  readonly ranges: readonly string[];
  readonly total: number;
  readonly used: number;
  readonly free: number;
  /** Services that want an address of it and get none. */
  readonly unserved: readonly string[];
}

/** What a twin will hold, and how much room that takes. */
export interface PlannedTwin {
  /** `$edgeAgent`, `$edgeHub`, the networking module, or `tags` of the device. */
  readonly twin: string;
  readonly bytes: number;
  readonly limit: number;
  /** Which values of network.yaml go there. */
  readonly holds: readonly string[];
}

/** What will be on one device after a first deployment. Equal input gives equal plans. */
export interface DevicePlan {
  readonly device: string;
  readonly profile: Profile;
  readonly metallb: MetalLbSettings;
  readonly announce: 'layer2' | 'bgp';
  readonly services: readonly PlannedService[];
  /** What Docker publishes on the virtual machine (profile `vm`). */
  readonly hostPorts: readonly HostPort[];
  readonly pools: readonly PlannedPool[];
  readonly twins: readonly PlannedTwin[];
  /** Values of network.yaml that go to no twin: they are checked, and set on the device or in the cluster. */
  readonly notSent: readonly string[];
  readonly warnings: readonly Problem[];
}

/** Whether a Service would not become what it is meant to be. */
export function fails({ reason }: PlannedService): boolean {
  return reason !== '';
}

/** Whether anything on the device would fail. */
export function planFails({ services, warnings }: DevicePlan): boolean {
  return services.some(fails) || warnings.some(({ level }) => level !== 'warning');
}
