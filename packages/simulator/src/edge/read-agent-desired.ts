import { isTwinObject } from '@iotedge-networking/contract';
import type { TwinObject } from '@iotedge-networking/contract';
import { moduleFromManifest } from '@iotedge-networking/edge-agent';
import type { ModuleInput } from '@iotedge-networking/edge-agent';
import type { DesiredStatus } from './desired-status.ts';
import { withoutVersion } from './without-version.ts';

/** edgeAgent's desired properties, read; the module entries stay as they were written, for reporting them back. */
export interface AgentDesired {
  readonly modules: readonly ModuleInput[];
  readonly entries: {
    readonly systemModules: Readonly<Record<string, TwinObject>>;
    readonly modules: Readonly<Record<string, TwinObject>>;
  };
  readonly runtime: TwinObject;
}

/** The deployment, or the status edgeAgent reports instead of applying it. */
export type AgentDesiredResult =
  { readonly ok: true; readonly desired: AgentDesired } | { readonly ok: false; readonly status: DesiredStatus };

/** The highest schema version that edgeAgent of the 1.1 to 1.6 runtimes takes. */
const highest = { major: 1, minor: 1 };

/** Reads edgeAgent's desired properties with its rules: empty → 417, schema version → 412, shape → 400. */
export function readAgentDesired(document: TwinObject): AgentDesiredResult {
  const desired = withoutVersion(document);
  if (Object.keys(desired).length === 0) {
    return refuse(417, 'This device has an empty configuration for the edge agent. Please set a deployment manifest.');
  }
  const version = schemaVersionProblem(desired['schemaVersion'], highest);
  if (version !== undefined) return refuse(412, version);
  const { runtime, systemModules, modules = {} } = desired;
  if (!isTwinObject(runtime)) return refuse(400, 'The configuration has no "runtime" object.');
  if (!isTwinObject(systemModules)) return refuse(400, 'The configuration has no "systemModules" object.');
  if (!isTwinObject(modules)) return refuse(400, '"modules" is not an object.');
  for (const name of ['edgeAgent', 'edgeHub']) {
    if (!isTwinObject(systemModules[name]))
      return refuse(400, `The configuration has no "systemModules.${name}" object.`);
  }
  const all = [...Object.entries(systemModules), ...Object.entries(modules)];
  const broken = all.find(([, entry]) => !isTwinObject(entry));
  if (broken !== undefined) return refuse(400, `The module "${broken[0]}" is not an object.`);
  const inputs = [
    ...Object.entries(systemModules).map(([name, entry]) => moduleFromManifest(name, entry, true)),
    ...Object.entries(modules).map(([name, entry]) => moduleFromManifest(name, entry)),
  ];
  const entries = { systemModules: entriesOf(systemModules), modules: entriesOf(modules) };
  return { ok: true, desired: { modules: inputs, entries, runtime } };
}

/** Why a runtime does not take a document of this schema version; undefined when it does. */
export function schemaVersionProblem(
  version: unknown,
  supported: { readonly major: number; readonly minor: number },
): string | undefined {
  const parts = typeof version === 'string' ? /^(\d+)\.(\d+)(?:\.\d+){0,2}$/.exec(version.trim()) : null;
  const expected = `${supported.major}.${supported.minor}`;
  if (parts === null) return `Invalid schema version ${JSON.stringify(version ?? null)}: expected up to ${expected}.`;
  const [major, minor] = [Number(parts[1]), Number(parts[2])];
  if (major === supported.major && minor <= supported.minor) return undefined;
  return `The deployment schema version ${parts[0]} is not compatible with the expected version ${expected}.`;
}

function entriesOf(modules: TwinObject): Record<string, TwinObject> {
  return Object.fromEntries(
    Object.entries(modules).filter((entry): entry is [string, TwinObject] => isTwinObject(entry[1])),
  );
}

function refuse(code: DesiredStatus['code'], description: string): AgentDesiredResult {
  return { ok: false, status: { code, description } };
}
