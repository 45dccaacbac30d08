import type { Condition, DeploymentObject, ReplicaSetObject } from '../workload-objects.ts';
import { rolloutLimits } from './rolling-update.ts';

/** What the status of a Deployment is made from. */
export interface DeploymentFacts {
  readonly deployment: DeploymentObject;
  readonly newest: ReplicaSetObject | undefined;
  readonly all: readonly ReplicaSetObject[];
  /** The present time as it is stamped. */
  readonly time: string;
}

/** The status that follows from the ReplicaSets of a Deployment. */
export function deploymentStatus(facts: DeploymentFacts): NonNullable<DeploymentObject['status']> {
  const { deployment, newest, all } = facts;
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number =>
    all.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);
  const available = sum('availableReplicas');
  const wanted = all.reduce((total, { spec }) => total + spec.replicas, 0);
  const counts = {
    replicas: sum('replicas'),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted - available),
  };
  const present = deployment.status?.conditions ?? [];
  const conditions = [progressing(facts, counts), availability(facts, available)].map((condition) =>
    settled(condition, present, facts.time),
  );
  const others = present.filter(({ type }) => !['Available', 'Progressing'].includes(type));
  return {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    conditions: [...conditions, ...others].sort((a, b) => order(present, a.type) - order(present, b.type)),
  };
}

function order(present: readonly Condition[], type: string): number {
  const index = present.findIndex((condition) => condition.type === type);
  return index < 0 ? present.length : index;
}

function availability({ deployment }: DeploymentFacts, available: number): Condition {
  const enough = available >= deployment.spec.replicas - rolloutLimits(deployment).maxUnavailable;
  return enough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
}

function progressing(facts: DeploymentFacts, counts: Counts): Condition {
  const { deployment, newest, time } = facts;
  const name = newest?.metadata.name ?? '';
  if (isComplete(deployment, counts)) {
    return isProgressing('NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  }
  if (newest === undefined) return isProgressing('NewReplicaSetCreated', 'Created new replica set');
  const updated = isProgressing('ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
  if (hasMoved(deployment, counts)) return { ...updated, lastUpdateTime: time };
  return isOverdue(deployment, time)
    ? { ...updated, status: 'False', reason: overdue, message: `ReplicaSet "${name}" has timed out progressing.` }
    : updated;
}

const overdue = 'ProgressDeadlineExceeded';

function isProgressing(reason: string, message: string): Condition {
  return { type: 'Progressing', status: 'True', reason, message };
}

function isComplete({ spec }: DeploymentObject, counts: Counts): boolean {
  return [counts.updatedReplicas, counts.replicas, counts.availableReplicas].every((count) => count === spec.replicas);
}

function hasMoved({ status = {} }: DeploymentObject, counts: Counts): boolean {
  const { updatedReplicas = 0, availableReplicas = 0 } = status;
  return counts.updatedReplicas !== updatedReplicas || counts.availableReplicas > availableReplicas;
}

function isOverdue({ spec, status }: DeploymentObject, time: string): boolean {
  const present = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (present?.reason === overdue) return true;
  if (present?.reason !== 'ReplicaSetUpdated') return false;
  const since = Date.parse(present.lastUpdateTime ?? time);
  return Date.parse(time) - since > (spec.progressDeadlineSeconds ?? 600) * 1000;
}

/** A condition with its times: the transition time changes with the status only. */
function settled(condition: Condition, present: readonly Condition[], time: string): Condition {
  const old = present.find(({ type }) => type === condition.type);
  const same =
    old !== undefined &&
    old.status === condition.status &&
    old.reason === condition.reason &&
    old.message === condition.message;
  return {
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? (same ? old.lastUpdateTime : time),
    lastTransitionTime: old?.status === condition.status ? old.lastTransitionTime : time,
  };
}
