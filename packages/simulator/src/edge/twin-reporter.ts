import { diffTwin } from '@iotedge-networking/contract';
import type { TwinObject } from '@iotedge-networking/contract';
import type { DeviceHub } from './device-hub.ts';
import { withoutVersion } from './without-version.ts';

/** Brings the reported properties of a system module to a state, sending only what differs from what the hub has. */
export function twinReporter(
  hub: DeviceHub,
  { deviceId, moduleId }: { readonly deviceId: string; readonly moduleId: string },
): (state: TwinObject) => void {
  return (state) => {
    const patch = diffTwin(withoutVersion(hub.reported(deviceId, moduleId)), state);
    if (patch !== undefined) hub.patchReported(deviceId, moduleId, patch);
  };
}
