import { decodeTwinKey } from '@iotedge-networking/contract';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import type { CommandIo } from './command-io.ts';
import type { HubGateway, HubModuleTwin } from './hub-gateway.ts';
import { readReported } from './reported-twin.ts';
import { retryCall } from './retry-call.ts';

/** How following a device ended. */
export type FollowOutcome =
  | { readonly ok: true; readonly version: number; readonly seconds: number }
  | { readonly ok: false; readonly version?: number; readonly seconds: number; readonly why: string };

/** What to follow, and for how long. */
export interface FollowRequest {
  readonly hub: HubGateway;
  readonly deviceId: string;
  readonly moduleId: string;
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/**
 * Reads the module twin until the module reports that the present desired version is applied; or rejected, or until the time is over, in which case what
 * the module and edgeAgent say last is the reason.
 */
export async function followDevice(io: CommandIo, request: FollowRequest): Promise<FollowOutcome> {
  const { hub, deviceId, moduleId, timeoutMs, intervalMs } = request;
  const start = io.clock.now();
  const seconds = (): number => (io.clock.now() - start) / 1000;
  for (;;) {
    const twin = await retryCall(io, () => hub.getModuleTwin(deviceId, moduleId));
    const version = twin?.desiredVersion;
    const progress = progressOf(twin);
    if (progress.state === 'applied' && version !== undefined) return { ok: true, version, seconds: seconds() };
    if (progress.state === 'rejected') return { ok: false, version, seconds: seconds(), why: progress.why };
    if (io.signal.aborted) return { ok: false, version, seconds: seconds(), why: `stopped while ${progress.why}` };
    if (io.clock.now() - start + intervalMs > timeoutMs) {
      const runtime = describeRuntime(await retryCall(io, () => hub.getModuleTwin(deviceId, '$edgeAgent')), moduleId);
      return { ok: false, version, seconds: seconds(), why: `timed out: ${progress.why}${runtime}` };
    }
    await io.clock.sleep(intervalMs, io.signal);
  }
}

interface Progress {
  readonly state: 'applied' | 'rejected' | 'waiting';
  readonly why: string;
}

/** How far the module is with the present version of its desired properties. */
export function progressOf(twin: HubModuleTwin | undefined): Progress {
  if (twin === undefined) return { state: 'waiting', why: 'the module does not exist yet' };
  const state = readReported(twin.reported);
  if (state.kind === 'nothing') return { state: 'waiting', why: 'the module has not reported yet' };
  if (state.kind === 'unknown')
    return { state: 'waiting', why: `the module reports what this version does not understand (${state.why})` };
  const { desired } = state.reported;
  const wanted = twin.desiredVersion ?? 0;
  if (desired.version < wanted)
    return { state: 'waiting', why: `the module reports on version ${desired.version}, wanted is ${wanted}` };
  if (desired.state === 'applied') return { state: 'applied', why: 'applied' };
  const problems = Object.entries(desired.problems).map(([key, message]) => `${decodeTwinKey(key)}: ${message}`);
  const why = [`the module reports "${desired.state}"`, ...problems].join('; ');
  return { state: desired.state === 'rejected' ? 'rejected' : 'waiting', why };
}

/** What edgeAgent says about the deployment and about one module of it. */
function describeRuntime(agent: HubModuleTwin | undefined, moduleId: string): string {
  const reported = agent?.reported ?? {};
  const status = objectIn(reported, 'lastDesiredStatus');
  if (typeof status.code !== 'number') return '; edgeAgent has reported nothing: is IoT Edge running on the device?';
  const { runtimeStatus } = objectIn(objectIn(reported, 'modules'), moduleId);
  const parts = [
    ...(status.code === 200 ? [] : [`edgeAgent reports code ${status.code} ${textIn(status.description)}`.trimEnd()]),
    ...versionLag(reported.lastDesiredVersion, agent?.desiredVersion ?? 0),
    `edgeAgent sees the module ${textIn(runtimeStatus) || 'not at all'}`,
  ];
  return `; ${parts.join('; ')}`;
}

function versionLag(seen: unknown, wanted: number): readonly string[] {
  return typeof seen === 'number' && seen < wanted ? [`edgeAgent has version ${seen} of ${wanted}`] : [];
}

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
