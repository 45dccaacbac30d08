import { listAt, numberAt, objectAt, objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { humanDuration } from './human-duration.ts';

/** The READY cell of a pod: ready containers of all containers. */
export function readyContainers(pod: KubeObject): string {
  const statuses = objectsAt(pod, 'status', 'containerStatuses');
  const ready = statuses.filter(
    (status) => status['ready'] === true && objectAt(status, 'state', 'running') !== undefined,
  );
  return `${ready.length}/${listAt(pod, 'spec', 'containers').length}`;
}

/** The STATUS cell of a pod (kubernetes `printPod`). */
export function podReason(pod: KubeObject): string {
  const status = objectAt(pod, 'status') ?? {};
  let reason = textAt(status, 'reason') || textAt(status, 'phase');
  const waiting = initReason(pod);
  if (waiting !== undefined) reason = waiting;
  else reason = containerReason(objectsAt(status, 'containerStatuses'), reason, pod);
  if (pod.metadata.deletionTimestamp === undefined) return reason;
  return textAt(status, 'reason') === 'NodeLost' ? 'Unknown' : 'Terminating';
}

function initReason(pod: KubeObject): string | undefined {
  const statuses = objectsAt(pod, 'status', 'initContainerStatuses');
  for (const [index, status] of statuses.entries()) {
    const terminated = objectAt(status, 'state', 'terminated');
    if (terminated !== undefined && numberAt(terminated, 'exitCode') === 0) continue;
    if (terminated !== undefined)
      return `Init:${textAt(terminated, 'reason') || `ExitCode:${numberAt(terminated, 'exitCode')}`}`;
    const why = textAt(status, 'state', 'waiting', 'reason');
    if (why !== '' && why !== 'PodInitializing') return `Init:${why}`;
    return `Init:${index}/${listAt(pod, 'spec', 'initContainers').length}`;
  }
  return undefined;
}

function containerReason(statuses: readonly JsonObject[], start: string, pod: KubeObject): string {
  let reason = start;
  let running = false;
  for (const status of statuses.toReversed()) {
    const waiting = textAt(status, 'state', 'waiting', 'reason');
    const terminated = objectAt(status, 'state', 'terminated');
    if (waiting !== '') reason = waiting;
    else if (terminated !== undefined) reason = terminationReason(terminated);
    else if (status['ready'] === true && objectAt(status, 'state', 'running') !== undefined) running = true;
  }
  if (reason !== 'Completed' || !running) return reason;
  const ready = objectsAt(pod, 'status', 'conditions').some(
    (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
  );
  return ready ? 'Running' : 'NotReady';
}

function terminationReason(terminated: JsonObject): string {
  const reason = textAt(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 'signal');
  return signal === 0 ? `ExitCode:${numberAt(terminated, 'exitCode')}` : `Signal:${signal}`;
}

/** The RESTARTS cell of a pod: how many, and how long ago the last one was. */
export function podRestarts(pod: KubeObject, now: Date): string {
  const statuses = objectsAt(pod, 'status', 'containerStatuses');
  const count = statuses.reduce((sum, status) => sum + numberAt(status, 'restartCount'), 0);
  const ends = statuses
    .map((status) => Date.parse(textAt(status, 'lastState', 'terminated', 'finishedAt')))
    .filter((time) => !Number.isNaN(time));
  if (count === 0 || ends.length === 0) return String(count);
  return `${count} (${humanDuration(now.getTime() - Math.max(...ends))} ago)`;
}

/** The READINESS GATES cell of a pod. */
export function readinessGates(pod: KubeObject): string {
  const gates = objectsAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const conditions = objectsAt(pod, 'status', 'conditions');
  const met = gates.filter((gate) =>
    conditions.some((condition) => condition['type'] === gate['conditionType'] && condition['status'] === 'True'),
  );
  return `${met.length}/${gates.length}`;
}
