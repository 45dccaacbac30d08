import type { PlacedProblem } from './placed-problem.ts';
import type { SourcePosition } from './source-position.ts';

/** One device out of a file of devices. */
export interface ImportedDevice {
  /** As an entry of `devices` in network.yaml would say it. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Where a value stands, by its path inside the device (`computeNetwork.nodeIps`); the place of the device for what it does not have. */
  readonly locate: (path: string) => SourcePosition;
}

/** A file of devices as far as it can be read. */
export interface DeviceFile {
  readonly file: string;
  readonly devices: readonly ImportedDevice[];
  readonly problems: readonly PlacedProblem[];
}
