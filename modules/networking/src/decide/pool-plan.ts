import type { Outcome } from '@iotedge-networking/contract';
import type { MetalLbConfig } from '@iotedge-networking/metallb';
import type { Change } from './change.ts';
import type { Note } from './device-note.ts';

/** How the pools would be brought to what is wanted, before anybody has asked whether that does harm. */
export interface PoolPlan {
  readonly changes: readonly Change[];
  /** The configuration after each step on the way, the last one being the end; or why MetalLB would refuse it. */
  readonly stages: readonly Outcome<MetalLbConfig>[];
  /** The ranges that earlier documents declared, by the module's own account on what it wrote. */
  readonly declaredBefore: readonly string[];
  /** What stands in the way of some of it. */
  readonly notes: readonly Note[];
}
