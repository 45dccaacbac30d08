import type { Reason } from '@iotedge-networking/contract';
import type { ClusterService } from '../gather/snapshot.ts';

/** Why something is not possible: a token of the catalogue and one sentence. */
export interface Refusal {
  readonly reason: Reason;
  readonly message: string;
}

/** Addresses of one pool. */
export interface PoolUse {
  readonly name: string;
  readonly ranges: string;
  readonly total: number;
  readonly used: number;
}

/** Who announces an address, or why nobody does. */
export type Announcement =
  { readonly ok: true; readonly node: string; readonly bgp?: true } | { readonly ok: false; readonly refusal: Refusal };

/** What the load balancer would do with a Service as it would be. */
export interface AddressVerdict {
  /** Why the Service would not have what it asks for; absent when it would. */
  readonly refusal?: Refusal;
  /** Addresses it has now and would not have any more. */
  readonly loses: readonly string[];
  /** Only other decisions of this pass stand against it: once those are done it may look different. */
  readonly contested?: boolean;
}

/** What deciding needs to know of the load balancer; made anew for each pass from one snapshot. */
export interface AddressModel {
  readonly pools: readonly PoolUse[];
  /**
   * Asks before a write, without telling anybody. Accepted is what is possible in the cluster as it stands and beside everything booked: an address that
   * another decision of this pass would set free may go to somebody else who waits for it.
   */
  verdict(service: ClusterService): AddressVerdict;
  /** Books the Service, so that later questions of the pass know what it takes. */
  book(service: ClusterService): void;
  /** An address that nobody has and that the Service could have for a while; undefined when there is none. */
  spare(service: ClusterService): string | undefined;
  /** Why the Service waits for an address; undefined when it should get one. */
  pending(service: ClusterService): Refusal | undefined;
  /** Name of the pool that the Service's address is from; empty when it is from none. */
  poolOf(service: ClusterService): string;
  /** Who announces the Service's address; undefined when nothing can be said. */
  announcement(service: ClusterService): Announcement | undefined;
}
