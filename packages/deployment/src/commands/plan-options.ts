import type { CheckedNetwork, DeviceNetwork, HubTier } from '@iotedge-networking/contract';
import type { PlacedProblem } from '../network-file/placed-problem.ts';

/** Options of `plan`. */
export interface PlanCommandOptions {
  readonly file: string;
  readonly devices: readonly string[];
  /** Compare with what the hub holds and the devices report. */
  readonly hub: boolean;
  readonly metallbVersion?: string;
  readonly tier: HubTier;
  readonly units: number;
  readonly json: boolean;
}

/** What a plan is made of: the network as far as its file can be read, and everything that is wrong with it. */
export interface PlannedFile {
  readonly checked: CheckedNetwork;
  readonly devices: readonly DeviceNetwork[];
  readonly problems: readonly PlacedProblem[];
}
