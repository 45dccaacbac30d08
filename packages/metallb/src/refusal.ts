import type { Reason } from '@iotedge-networking/contract';

/** The reason tokens that this package can give. */
export type ExplainReason = Extract<
  Reason,
  | 'Ready'
  | 'PoolExhausted'
  | 'AddressOutsidePools'
  | 'AddressInUse'
  | 'SharingConflict'
  | 'PoolNotFound'
  | 'FamilyMismatch'
  | 'RequestConflict'
  | 'NotAnnounced'
  | 'NodeExcluded'
  | 'NoReadyEndpoints'
  | 'LoadBalancerMissing'
  | 'ServiceNotFound'
>;

/** Why an address was not given: a stable token, and the cause in MetalLB's own words. */
export interface Refusal {
  readonly reason: ExplainReason;
  readonly message: string;
}

/** Makes a refusal. */
export function refusal(reason: ExplainReason, message: string): Refusal {
  return { reason, message };
}
