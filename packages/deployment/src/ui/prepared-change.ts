import type { DeviceComputeNetwork, Problem } from '@iotedge-networking/contract';
import type { ValueChange } from '@iotedge-networking/dashboard';
import type { HubDevice } from '../commands/hub-gateway.ts';
import type { DeviceSteps } from '../apply/device-steps.ts';
import type { PlanChange } from '../plan/plan-change.ts';

/** A change of one device's Compute network, worked out and not yet begun. */
export interface PreparedChange {
  readonly before: DeviceComputeNetwork;
  readonly after: DeviceComputeNetwork;
  /** Every rule that it breaks, warnings too; with an error nothing is done. */
  readonly problems: readonly Problem[];
  /** What is sent, and what follows from it. */
  readonly changes: readonly PlanChange[];
  readonly values: readonly ValueChange[];
  /** The network file as it will be; absent when nothing of it changes. */
  readonly fileText?: string;
  /** The device in the hub, as it was read. */
  readonly device: HubDevice | undefined;
  /** What has to be written to the hub, worked out anew on every call. */
  readonly steps: () => Promise<DeviceSteps>;
}
