import type { AddressClaim, Desired, DeviceComputeNetwork, Profile, Reported } from '@iotedge-networking/contract';

/** Everything that is known of a device; the views are made from it alone. */
export interface DeviceFacts {
  readonly id: string;
  /** Name of the networking module. */
  readonly module: string;
  readonly profile: Profile;
  /** Tags of the device twin; any JSON. */
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly connected?: boolean;
  readonly lastSeen?: string;
  /** What network.yaml says. */
  readonly declared?: {
    readonly computeNetwork: DeviceComputeNetwork;
    readonly claims: readonly AddressClaim[];
  };
  /** The desired properties, where they can be read. */
  readonly desired?: Desired;
  readonly desiredVersion?: number;
  /** The report, where there is one that can be read. */
  readonly reported?: Reported;
}
