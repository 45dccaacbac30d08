import { decodeTwinKey } from '@iotedge-networking/contract';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import type { HubModuleTwin } from './hub-gateway.ts';
import { readReported, type ReportedState } from './reported-twin.ts';

/** How far a module is with the desired properties that it was given. */
export interface DeviceProgress {
  readonly state: 'applied' | 'rejected' | 'waiting';
  readonly why: string;
}

/** How far the module is with the present version of its desired properties. */
export function progressOf(twin: HubModuleTwin | undefined): DeviceProgress {
  if (twin === undefined) return { state: 'waiting', why: 'the module does not exist yet' };
  return progressIn(twin, readReported(twin.reported));
}

/** {@link progressOf} of a twin whose reported properties have been read. */
export function progressIn(twin: HubModuleTwin, state: ReportedState): DeviceProgress {
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

/** The reported properties of edgeAgent that {@link describeRuntime} looks at. */
export const AGENT_KEYS = ['lastDesiredStatus', 'lastDesiredVersion', 'modules'];

/** What edgeAgent says about the deployment and about one module of it. */
export function describeRuntime(agent: HubModuleTwin | undefined, moduleId: string): string {
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

/** That edgeAgent could not apply the deployment, or nothing where it could, or where there is no edgeAgent. */
export function deploymentTrouble(agent: HubModuleTwin | undefined): string | undefined {
  const { code, description } = objectIn(agent?.reported ?? {}, 'lastDesiredStatus');
  if (typeof code !== 'number' || code === 200) return undefined;
  const why = textIn(description);
  return `edgeAgent could not apply the deployment as a whole (code ${code}${why === '' ? '' : `: ${why}`}); on Kubernetes it tries again about every 3 minutes.`;
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
