import type { Condition, PodObject } from '../workload-objects.ts';

/** The condition of this type, if the pod has it. */
export function podCondition(pod: PodObject, type: string): Condition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Whether the pod's Ready condition is true. */
export function isPodReady(pod: PodObject): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** Whether the pod has been ready long enough to count as available. */
export function isPodAvailable(pod: PodObject, minReadySeconds: number, now: Date): boolean {
  if (!isPodReady(pod)) return false;
  const since = Date.parse(podCondition(pod, 'Ready')?.lastTransitionTime ?? '');
  return minReadySeconds === 0 || (!Number.isNaN(since) && since + minReadySeconds * 1000 <= now.getTime());
}

/** Whether the pod has run to its end. */
export function isPodFinished(pod: PodObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Whether the pod counts towards the replicas of its owner. */
export function isPodActive(pod: PodObject): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}
