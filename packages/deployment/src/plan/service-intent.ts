import type { LoadBalancerService } from '@iotedge-networking/metallb';

/** Who makes a Service. `existing`: somebody else, before the deployment; the networking module only looks after its address. */
export type ServiceMaker = 'edgeAgent' | 'networking' | 'existing';

/** One port of a planned Service. */
export interface IntendedPort {
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: string;
}

/** A Service that a deployment leads to. */
export interface ServiceIntent {
  /** `namespace/name`. */
  readonly key: string;
  readonly maker: ServiceMaker;
  readonly ports: readonly IntendedPort[];
  /** As its maker creates it. */
  readonly created: LoadBalancerService;
  /** As the networking module leaves it, where it changes a Service that others made. */
  readonly edited?: LoadBalancerService;
  /** The networking module asks before it edits, so that a Service never loses an address for a wish that MetalLB refuses (A101). */
  readonly explicitAddress: boolean;
  /** What the Kubernetes API refuses of it. */
  readonly rejection?: string;
}

/** A Service with all that is wanted of it. */
export function finalService({ created, edited }: ServiceIntent): LoadBalancerService {
  return edited ?? created;
}

/** Whether a Service wants an external address. */
export function wantsAddress(service: LoadBalancerService): boolean {
  return service.type === 'LoadBalancer';
}
