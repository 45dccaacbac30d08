import type { MetalLbConfig } from './config.ts';
import type { MetalLbVersion } from './metallb-version.ts';
import type { Namespace } from './pool-table.ts';
import type { Refusal } from './refusal.ts';
import type { LoadBalancerService } from './service.ts';
import type { ServiceEvent } from './service-event.ts';

/** How the controller is set up. */
export interface ModelOptions {
  /** `main` when absent. */
  readonly version?: MetalLbVersion;
  /** The controller's `--lb-class` (R36). */
  readonly loadBalancerClass?: string;
  /** Namespaces with labels, for `namespaceSelectors`. */
  readonly namespaces?: readonly Namespace[];
  /** Without a configuration the controller waits and touches nothing. */
  readonly config?: MetalLbConfig;
}

/** What MetalLB writes into a Service: its addresses and the pool annotation (absent: the annotation is removed). */
export interface ServiceChange {
  readonly service: string;
  readonly addresses: readonly string[];
  readonly poolAnnotation?: { readonly name: string; readonly value: string };
}

/** Everything that follows from one event, in order, until nothing moves any more. */
export interface ModelOutcome {
  readonly events: readonly ServiceEvent[];
  /** The Services whose status or pool annotation changed, each once, as it ended up. */
  readonly changes: readonly ServiceChange[];
  /** Releases before 0.14 refuse pools that would leave a held address outside (R27): why, in MetalLB's words. */
  readonly configRefused?: string;
}

/** A Service as the model knows it. */
export interface ServiceState {
  readonly service: LoadBalancerService;
  /** Whether this controller looks at the Service at all (R36). */
  readonly handled: boolean;
  readonly addresses: readonly string[];
  readonly pool?: string;
  /** Why it does not have what it asks for. */
  readonly refusal?: Refusal;
  /** What MetalLB might have given when it chose at random; one entry when there was no choice. */
  readonly alternatives: readonly (readonly string[])[];
}

/** The counters in a pool's status (≥0.15). Beyond 2^53 they are rounded, which happens for endless IPv6 pools only. */
export interface PoolCounters {
  readonly assignedIPv4: number;
  readonly assignedIPv6: number;
  readonly availableIPv4: number;
  readonly availableIPv6: number;
}

/** The outcome when MetalLB does not react. */
export const nothingHappened: ModelOutcome = { events: [], changes: [] };
