import { jsonEqual } from '../json.ts';
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
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number => all.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);
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
  const conditions = [progressing(facts, counts), availability(facts, available)].map((condition) => settled(condition, present, facts.time));
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
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' };
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
}

function progressing({ deployment, newest, time }: DeploymentFacts, counts: Counts): Condition {
  const { replicas } = deployment.spec;
  const name = newest?.metadata.name ?? '';
  const present = deployment.status?.conditions?.find(({ type }) => type === 'Progressing');
  const complete = counts.updatedReplicas === replicas && counts.replicas === replicas && counts.availableReplicas === replicas;
  if (complete) {
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: `ReplicaSet "${name}" has successfully progressed.` };
  }
  if (newest === undefined) return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated', message: 'Created new replica set' };
  const before = deployment.status ?? {};
  const moved = counts.updatedReplicas !== (before.updatedReplicas ?? 0) || counts.availableReplicas > (before.availableReplicas ?? 0);
  const deadline = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
  const since = Date.parse(present?.lastUpdateTime ?? time);
  if (!moved && present?.reason === 'ReplicaSetUpdated' && Date.parse(time) - since > deadline) {
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: `ReplicaSet "${name}" has timed out progressing.` };
  }
  if (!moved && present?.reason === 'ProgressDeadlineExceeded') return present;
  const updated: Condition = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `ReplicaSet "${name}" is progressing.` };
  return moved ? { ...updated, lastUpdateTime: time } : updated;
}

/** A condition with its times: the transition time changes with the status only. */
function settled(condition: Condition, present: readonly Condition[], time: string): Condition {
  const old = present.find(({ type }) => type === condition.type);
  const same = old !== undefined && old.status === condition.status && old.reason === condition.reason && old.message === condition.message;
  return {
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? (same ? old.lastUpdateTime : time),
    lastTransitionTime: old?.status === condition.status ? old.lastTransitionTime : time,
  };
}

/** Whether two statuses say the same. */
export function sameStatus(a: DeploymentObject['status'], b: DeploymentObject['status']): boolean {
  return jsonEqual(a, b);
}
