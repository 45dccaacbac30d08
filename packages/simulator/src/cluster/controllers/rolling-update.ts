import type { DeploymentObject, ReplicaSetObject } from '../workload-objects.ts';

/** How many pods a rolling update may add and miss, as absolute numbers. */
export interface RolloutLimits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** The size that a ReplicaSet should get next. */
export interface ScaleStep {
  readonly replicaSet: ReplicaSetObject;
  readonly replicas: number;
}

/** Resolves percentages: the surge is rounded up, the unavailable part down; both zero would stop the update, so one may be missing. */
export function rolloutLimits(deployment: DeploymentObject): RolloutLimits {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return { maxSurge: 0, maxUnavailable: 0 };
  const maxSurge = absolute(strategy.rollingUpdate?.maxSurge ?? 0, replicas, Math.ceil);
  const maxUnavailable = absolute(strategy.rollingUpdate?.maxUnavailable ?? 0, replicas, Math.floor);
  return maxSurge === 0 && maxUnavailable === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}

function absolute(amount: number | string, total: number, round: (value: number) => number): number {
  return typeof amount === 'number' ? amount : round((Number.parseInt(amount, 10) * total) / 100);
}

/** How many replicas the newest ReplicaSet may have now. */
export function newReplicaCount(
  deployment: DeploymentObject,
  newest: ReplicaSetObject | undefined,
  all: readonly ReplicaSetObject[],
): number {
  const { replicas, strategy } = deployment.spec;
  const present = newest?.spec.replicas ?? 0;
  if (strategy.type === 'Recreate' || present > replicas) return replicas;
  const total = all.reduce((sum, replicaSet) => sum + replicaSet.spec.replicas, 0);
  const room = Math.max(0, replicas + rolloutLimits(deployment).maxSurge - total);
  return Math.min(replicas, present + room);
}

/** The old ReplicaSets that may shrink now without leaving fewer pods available than allowed; unhealthy pods go first. */
export function oldScaleSteps(
  deployment: DeploymentObject,
  newest: ReplicaSetObject,
  old: readonly ReplicaSetObject[],
): readonly ScaleStep[] {
  const oldTotal = old.reduce((sum, replicaSet) => sum + replicaSet.spec.replicas, 0);
  if (oldTotal === 0) return [];
  const minAvailable = deployment.spec.replicas - rolloutLimits(deployment).maxUnavailable;
  const total = oldTotal + newest.spec.replicas;
  const newUnavailable = newest.spec.replicas - (newest.status?.availableReplicas ?? 0);
  let spare = total - minAvailable - newUnavailable;
  if (spare <= 0) return [];
  const sizes = new Map(old.map((replicaSet) => [replicaSet, replicaSet.spec.replicas]));
  const shrink = (replicaSet: ReplicaSetObject, most: number): void => {
    const size = sizes.get(replicaSet) ?? 0;
    const cut = Math.max(0, Math.min(size, most, spare));
    sizes.set(replicaSet, size - cut);
    spare -= cut;
  };
  const oldestFirst = old.toSorted((a, b) =>
    (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1,
  );
  for (const replicaSet of oldestFirst)
    shrink(replicaSet, replicaSet.spec.replicas - (replicaSet.status?.availableReplicas ?? 0));
  const available = [newest, ...old].reduce((sum, replicaSet) => sum + (replicaSet.status?.availableReplicas ?? 0), 0);
  spare = Math.min(spare, available - minAvailable);
  for (const replicaSet of oldestFirst) shrink(replicaSet, Infinity);
  return [...sizes]
    .filter(([replicaSet, size]) => size !== replicaSet.spec.replicas)
    .map(([replicaSet, replicas]) => ({ replicaSet, replicas }));
}
