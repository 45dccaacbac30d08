import type { DeviceComputeNetwork, Problem, Reason } from '@iotedge-networking/contract';

/** Body of `POST …/preview` and `POST …/apply`. */
export interface ComputeNetworkDraft {
  readonly computeNetwork: DeviceComputeNetwork;
  /** {@link DeviceView.revision} that the draft was begun on; another one in force is answered with 409. */
  readonly revision?: string;
}

/** Body of `POST …/apply`. */
export interface ApplyRequest extends ComputeNetworkDraft {
  /** Services that lose or change an address were shown, and that is meant. Without it an apply that takes an address away is refused. */
  readonly acceptLosses?: boolean;
}

/** One line of what would change. */
export interface ChangeView {
  /** As `iotedge-net plan` calls it: `desired-changed`, `pool-changed`, `address-lost`, … */
  readonly kind: string;
  readonly sign: 'added' | 'removed' | 'changed' | 'attention';
  /** The line that `plan` prints, without its sign; English. */
  readonly text: string;
  readonly path?: string;
  readonly service?: string;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly reason?: Reason;
  readonly message?: string;
  /** Who carries it out, where it is not the hub. */
  readonly by?: 'module' | 'device';
}

/** Answer of `POST …/preview`. */
export interface PreviewView {
  /** Every rule that the draft breaks, warnings too. */
  readonly problems: readonly Problem[];
  /** False while a problem is an error, or nothing differs. */
  readonly applicable: boolean;
  readonly changes: readonly ChangeView[];
  /** Those of `changes` that take an address away or replace it. */
  readonly losers: readonly ChangeView[];
  /** What only the device itself can do, as PowerShell for its own session; empty when nothing. */
  readonly powershell: readonly string[];
}
