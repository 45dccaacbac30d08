import type { AgentFailure } from './agent-failure.ts';

/** Why the agent does not even start on a device whose id gives no label value (rule 5). */
export function startupFailure(deviceId: string): AgentFailure {
  const length = deviceId.replace(/[^A-Za-z0-9._-]/g, '').length;
  const code = length > 63 ? 'device-id-label-too-long' : 'device-id-label-empty';
  const message = `No label value can be made of the device id ${JSON.stringify(deviceId)}.`;
  return { code, stage: 'startup', at: [], message };
}
