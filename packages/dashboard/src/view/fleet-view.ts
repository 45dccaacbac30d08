import type { Reason } from '@iotedge-networking/contract';

/** How a device stands, worst first. */
export type DeviceState = 'failing' | 'pending' | 'unknown' | 'ready';

/** One device of the fleet, in one line. Numbers are absent while the device has reported nothing. */
export interface FleetRow {
  readonly id: string;
  readonly state: DeviceState;
  /** Services that are not ready, conditions, and desired properties that were refused. */
  readonly problems: number;
  /** The worst of them; absent when there is none. */
  readonly reason?: Reason;
  readonly services?: number;
  readonly ready?: number;
  readonly poolUsed?: number;
  readonly poolTotal?: number;
  /** Version of the networking module. */
  readonly version?: string;
  readonly connected?: boolean;
  /** When the hub last heard of the module, or the module reported something new; ISO 8601 in UTC. */
  readonly lastSeen?: string;
  /** Scalar tags of the device twin, `a.b` for nested ones. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Answer of `GET /api/fleet`, problems first, then by id. Query: `q` (text in id, tag or reason), `state`, `offset`, `limit` (10,000
 * when absent: the whole fleet at once).
 */
export interface FleetView {
  readonly rows: readonly FleetRow[];
  /** Devices that the query fits, of which `rows` are those from `offset` on. */
  readonly total: number;
  /** Devices in each state, of the whole fleet. */
  readonly counts: Readonly<Record<DeviceState, number>>;
  /** Id of the last event that is in these rows; give it as `after` to `GET /api/events` to miss nothing. */
  readonly lastEventId: string;
}
