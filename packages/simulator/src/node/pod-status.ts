import type { ContainerStatus, Pod, PodCondition, PodStatus } from './pod.ts';

/** What the kubelet knows about a pod when it writes the pod's status. */
export interface PodFacts {
  readonly pod: Pod;
  readonly hostIp: string;
  readonly podIp: string | undefined;
  readonly startTime: string;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  readonly now: string;
}

/** The status of a pod from the states of its containers, with the rules of the kubelet. Transition times of unchanged conditions stay. */
export function podStatus(facts: PodFacts): PodStatus {
  const { pod, podIp, containers, initContainers } = facts;
  const phase = podPhase(facts);
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const notReady = containers.filter((container) => !container.ready).map((container) => container.name);
  const ready = notReady.length === 0 && !finished && initialized(facts);
  const readiness = ready
    ? {}
    : finished
      ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${notReady.join(' ')}]` };
  const conditions: PodCondition[] = [
    condition('Initialized', initialized(facts), initialized(facts) ? {} : { reason: 'ContainersNotInitialized' }),
    condition('Ready', ready, readiness),
    condition('ContainersReady', ready, readiness),
    condition('PodScheduled', true, {}),
  ];
  return {
    phase,
    conditions: conditions.map((entry) => keepTransition(entry, pod.status?.conditions ?? [], facts.now)),
    hostIP: facts.hostIp,
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: facts.startTime,
    qosClass: pod.status?.qosClass ?? 'BestEffort',
    ...(initContainers.length === 0 ? {} : { initContainerStatuses: initContainers }),
    containerStatuses: containers,
  };
}

function podPhase(facts: PodFacts): PodStatus['phase'] {
  const { containers, pod } = facts;
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (facts.initContainers.some((container) => policy === 'Never' && failed(container))) return 'Failed';
  if (!initialized(facts)) return 'Pending';
  const stopped = containers.filter((container) => container.state.terminated !== undefined);
  if (stopped.length === containers.length && policy !== 'Always' && containers.length > 0) {
    if (stopped.every((container) => !failed(container))) return 'Succeeded';
    if (policy === 'Never') return 'Failed';
  }
  const neverRan = containers.some(
    (container) => container.state.waiting !== undefined && container.lastState.terminated === undefined,
  );
  return neverRan ? 'Pending' : 'Running';
}

function initialized(facts: PodFacts): boolean {
  return facts.initContainers.every((container) => container.state.terminated?.exitCode === 0);
}

function failed(container: ContainerStatus): boolean {
  return container.state.terminated !== undefined && container.state.terminated.exitCode !== 0;
}

function condition(type: string, holds: boolean, why: { reason?: string; message?: string }): PodCondition {
  return { type, status: holds ? 'True' : 'False', ...why };
}

function keepTransition(next: PodCondition, before: readonly PodCondition[], now: string): PodCondition {
  const same = before.find((entry) => entry.type === next.type && entry.status === next.status);
  return { ...next, lastTransitionTime: same?.lastTransitionTime ?? now };
}
