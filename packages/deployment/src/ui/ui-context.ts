import type { DeviceComputeNetwork } from '@iotedge-networking/contract';
import type { HubSession } from '../apply/hub-session.ts';
import type { CommandIo } from '../commands/command-io.ts';
import type { NetworkFileSource } from './network-file-source.ts';

/**
 * What a person does on the device's own page. Only a simulated device lets a program do it; of a real one the page of the device is the only way to change the
 * external service IPs.
 */
export type DevicePage = (id: string, computeNetwork: DeviceComputeNetwork) => Promise<void>;

/** The session without its patience: somebody who looks at a page wants to know at once that the hub does not answer. */
export function impatient(session: HubSession): HubSession {
  return { ...session, call: (_operation, work) => work() };
}

/** What the operator's page works with. */
export interface UiContext {
  readonly io: CommandIo;
  readonly session: HubSession;
  /** Name of the networking module. */
  readonly module: string;
  /** The file that changes are written to; absent: they go to the module twin only. */
  readonly network?: NetworkFileSource;
  readonly devicePage?: DevicePage;
  /** Name under which changes are noted. */
  readonly who: string;
  /** How long an apply waits for the module, in milliseconds. */
  readonly timeoutMs: number;
  /** Time between two looks at a device that somebody watches, in milliseconds. */
  readonly watchMs: number;
  /** Time between two looks at the whole fleet, in milliseconds. */
  readonly fleetMs: number;
}
