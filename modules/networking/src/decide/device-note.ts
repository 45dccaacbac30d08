import type { Desired, Reason } from '@iotedge-networking/contract';
import type { Snapshot } from '../gather/snapshot.ts';
import type { AddressModel } from './address-model.ts';

/** A device-wide reason with one sentence. */
export interface Note {
  readonly reason: Reason;
  readonly message: string;
}

/** What is judged beside single Services. */
export interface DeviceCase {
  readonly desired?: Desired;
  readonly snapshot: Snapshot;
  readonly model: AddressModel;
}
