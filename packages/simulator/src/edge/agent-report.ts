import type { TwinObject } from '@iotedge-networking/contract';
import type { DesiredStatus } from './desired-status.ts';
import type { ModuleState } from './module-state.ts';
import type { AgentDesired } from './read-agent-desired.ts';

/** What edgeAgent knows when it reports. */
export interface AgentFacts {
  readonly desiredVersion: number;
  readonly status: DesiredStatus;
  /** The deployment in force: the last one that could be read. */
  readonly desired: AgentDesired | undefined;
  readonly stateOf: (module: string) => ModuleState;
}

const schemaVersion = '1.1';
const build = { version: '1.1.0', build: 'simulated', commit: 'simulated' };
const platform = { os: 'linux', architecture: 'x86_64', version: 'simulated' };
const longest = 1000;

/** The reported properties of `$edgeAgent`: the deployment in force with the state of each of its modules. */
export function agentReport({ desiredVersion, status, desired, stateOf }: AgentFacts): TwinObject {
  const described = (entries: Readonly<Record<string, TwinObject>>): TwinObject =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, ...stateOf(name) }]));
  return {
    schemaVersion,
    version: build,
    lastDesiredVersion: desiredVersion,
    lastDesiredStatus: { code: status.code, description: status.description.slice(0, longest) },
    runtime: { type: 'docker', platform, settings: { minDockerVersion: 'v1.25', loggingOptions: '' } },
    systemModules: described(desired?.entries.systemModules ?? {}),
    modules: described(desired?.entries.modules ?? {}),
  };
}
