import type { ContainerStatus, Pod } from '../node/pod.ts';

/** How edgeAgent reports a module's run. Times are UTC, ISO 8601. */
export interface ModuleState {
  readonly runtimeStatus: 'unknown' | 'backoff' | 'running' | 'stopped' | 'failed';
  readonly statusDescription: string;
  readonly exitCode: number;
  readonly restartCount: number;
  readonly lastStartTimeUtc: string;
  readonly lastExitTimeUtc: string;
  readonly lastRestartTimeUtc: string;
}

const never = '0001-01-01T00:00:00Z';
const unknown: ModuleState = {
  runtimeStatus: 'unknown',
  statusDescription: '',
  exitCode: 0,
  restartCount: 0,
  lastStartTimeUtc: never,
  lastExitTimeUtc: never,
  lastRestartTimeUtc: never,
};

/** The state of a module from its pod, as edgeAgent in Kubernetes mode derives it: a waiting container counts as `backoff`. */
export function moduleState(pod: Pod | undefined, containerName: string, stopped: boolean): ModuleState {
  if (pod === undefined) return stopped ? { ...unknown, runtimeStatus: 'stopped' } : unknown;
  const container = pod.status?.containerStatuses?.find((status) => status.name === containerName);
  if (container === undefined) return { ...unknown, runtimeStatus: 'backoff', statusDescription: 'Pending' };
  const { restartCount } = container;
  const startedAt = lastStart(container);
  const ended = lastEnd(container);
  return {
    ...runtimeStatus(container),
    exitCode: ended?.exitCode ?? 0,
    restartCount,
    lastStartTimeUtc: startedAt,
    lastExitTimeUtc: ended?.finishedAt ?? never,
    lastRestartTimeUtc: restartCount > 0 ? startedAt : never,
  };
}

function lastEnd({ state, lastState }: ContainerStatus): ContainerStatus['state']['terminated'] {
  return state.terminated ?? lastState.terminated;
}

function lastStart(container: ContainerStatus): string {
  return container.state.running?.startedAt ?? lastEnd(container)?.startedAt ?? never;
}

function runtimeStatus({ state }: ContainerStatus): Pick<ModuleState, 'runtimeStatus' | 'statusDescription'> {
  if (state.running !== undefined) {
    return { runtimeStatus: 'running', statusDescription: `Started at ${state.running.startedAt}` };
  }
  if (state.terminated !== undefined) {
    const { exitCode, reason } = state.terminated;
    return { runtimeStatus: exitCode === 0 ? 'stopped' : 'failed', statusDescription: reason };
  }
  return { runtimeStatus: 'backoff', statusDescription: `Module in Back-off reason: ${state.waiting?.reason ?? ''}` };
}
