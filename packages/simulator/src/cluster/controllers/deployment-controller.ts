import { eventRecorder, type EventRecorder } from '../event-recorder.ts';
import { createHash } from 'node:crypto';
import { jsonEqual, without } from '../json.ts';
import type { KubeObject, ResourceRef } from '../object-client.ts';
import { timestamp } from '../timing/scheduler.ts';
import type { DeploymentObject, PodObject, PodTemplate, ReplicaSetObject } from '../workload-objects.ts';
import type { ControllerContext } from './controller-context.ts';
import { deploymentStatus } from './deployment-status.ts';
import { keyFromText, keyText } from './lister.ts';
import type { Lister } from './lister.ts';
import { controllerOf, controllerReference, isControlledBy } from './owner-reference.ts';
import { isPodFinished } from './pod-state.ts';
import { refs } from './refs.ts';
import { newReplicaCount, oldScaleSteps, rolloutLimits } from './rolling-update.ts';
import { startController } from './start-controller.ts';

const hashLabel = 'pod-template-hash';
const revisionAnnotation = 'deployment.kubernetes.io/revision';

interface Rollout {
  readonly context: ControllerContext;
  readonly deployment: DeploymentObject;
  readonly replicaSets: () => readonly ReplicaSetObject[];
  readonly pods: Lister;
  readonly record: EventRecorder;
}

/** Turns Deployments into ReplicaSets and rolls from one to the next. */
export function startDeploymentController(context: ControllerContext): () => void {
  const deployments = context.lister(refs.deployments);
  const replicaSets = context.lister(refs.replicaSets);
  const pods = context.lister(refs.pods);
  const record = eventRecorder(context.client, { component: 'deployment-controller' }, () => context.scheduler.now());
  return startController(context, {
    name: 'deployment-controller',
    sources: [
      { lister: deployments, keys: ({ object }) => [keyText(object.metadata)] },
      { lister: replicaSets, keys: ({ object }) => deploymentKeys(object) },
      { lister: pods, keys: ({ type, object }) => (type === 'DELETED' ? podDeploymentKeys(object, replicaSets) : []) },
    ],
    reconcile: (key, queue) => {
      const deployment = deployments.get(keyFromText(key)) as DeploymentObject | undefined;
      if (deployment === undefined) return;
      const owned = (): ReplicaSetObject[] =>
        (replicaSets.list(deployment.metadata.namespace) as ReplicaSetObject[]).filter((replicaSet) =>
          isControlledBy(replicaSet, deployment),
        );
      const rollout: Rollout = { context, deployment, replicaSets: owned, pods, record };
      if (deployment.metadata.deletionTimestamp === undefined) roll(rollout);
      writeStatus(rollout);
      const reason = deployment.status?.conditions?.find(({ type }) => type === 'Progressing')?.reason;
      if (reason === 'ReplicaSetUpdated')
        queue.addAfter(key, (deployment.spec.progressDeadlineSeconds ?? 600) * 1000 + 1000);
    },
  });
}

function deploymentKeys(replicaSet: KubeObject): string[] {
  const owner = controllerOf(replicaSet);
  return owner?.kind === 'Deployment' ? [keyText({ namespace: replicaSet.metadata.namespace, name: owner.name })] : [];
}

/** A Recreate waits for the last old pod to be gone. */
function podDeploymentKeys(pod: KubeObject, replicaSets: Lister): string[] {
  const owner = controllerOf(pod);
  const replicaSet =
    owner?.kind === 'ReplicaSet' ? replicaSets.get({ namespace: pod.metadata.namespace, name: owner.name }) : undefined;
  return replicaSet === undefined ? [] : deploymentKeys(replicaSet);
}

function roll(rollout: Rollout): void {
  const { deployment } = rollout;
  const all = rollout.replicaSets();
  const newest = newestOf(deployment, all);
  const old = all.filter((replicaSet) => replicaSet !== newest);
  if (deployment.spec.paused === true) {
    if (newest !== undefined && old.every(({ spec }) => spec.replicas === 0))
      scale(rollout, newest, deployment.spec.replicas);
    return;
  }
  if (deployment.spec.strategy.type === 'Recreate') recreate(rollout, newest, old);
  else update(rollout, newest, old);
  forgetOldRevisions(rollout);
}

/** The ReplicaSet of the present template, if there is one already. */
function newestOf(deployment: DeploymentObject, all: readonly ReplicaSetObject[]): ReplicaSetObject | undefined {
  return all.find(({ spec }) => jsonEqual(withoutHash(spec.template), withoutHash(deployment.spec.template)));
}

function withoutHash(template: PodTemplate): unknown {
  const labels = without(template.metadata?.labels ?? {}, hashLabel);
  return { ...template, metadata: { ...template.metadata, labels } };
}

function recreate(rollout: Rollout, newest: ReplicaSetObject | undefined, old: readonly ReplicaSetObject[]): void {
  for (const replicaSet of old) scale(rollout, replicaSet, 0);
  const pods = rollout.pods.list(rollout.deployment.metadata.namespace) as PodObject[];
  if (pods.some((pod) => !isPodFinished(pod) && old.some((replicaSet) => isControlledBy(pod, replicaSet)))) return;
  const current = ensureNewest(rollout, newest, rollout.deployment.spec.replicas);
  scale(rollout, current, rollout.deployment.spec.replicas);
}

function update(rollout: Rollout, newest: ReplicaSetObject | undefined, old: readonly ReplicaSetObject[]): void {
  const { deployment } = rollout;
  const all = newest === undefined ? old : [newest, ...old];
  const wanted = newReplicaCount(deployment, newest, all);
  const current = ensureNewest(rollout, newest, wanted);
  if (newest === undefined) return;
  scale(rollout, current, wanted);
  for (const { replicaSet, replicas } of oldScaleSteps(deployment, newest, old)) scale(rollout, replicaSet, replicas);
}

function ensureNewest(rollout: Rollout, newest: ReplicaSetObject | undefined, replicas: number): ReplicaSetObject {
  const { context, deployment, record } = rollout;
  const all = rollout.replicaSets();
  const highest = Math.max(0, ...all.filter((replicaSet) => replicaSet !== newest).map(revisionOf));
  const revision = String(Math.max(highest + 1, newest === undefined ? 0 : revisionOf(newest)));
  const current = newest ?? createReplicaSet(rollout, replicas, revision);
  if (newest === undefined && replicas > 0) {
    record(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: scaleMessage(context, current, 0, replicas),
    });
  }
  if (newest !== undefined && newest.metadata.annotations?.[revisionAnnotation] !== revision) {
    annotate(rollout, refs.replicaSets, newest, revision);
  }
  if (deployment.metadata.annotations?.[revisionAnnotation] !== revision)
    annotate(rollout, refs.deployments, deployment, revision);
  return current;
}

function annotate({ context }: Rollout, ref: ResourceRef, object: KubeObject, revision: string): void {
  const body = { metadata: { annotations: { [revisionAnnotation]: revision } } };
  context.client.patch(ref, object.metadata, { kind: 'merge', body });
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0);
}

function createReplicaSet({ context, deployment }: Rollout, replicas: number, revision: string): ReplicaSetObject {
  const hash = templateHash(deployment.spec.template);
  const { template, selector, minReadySeconds } = deployment.spec;
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return context.client.create(refs.replicaSets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: {
        ...copiedAnnotations(deployment),
        ...scaleAnnotations(deployment),
        [revisionAnnotation]: revision,
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }) as ReplicaSetObject;
}

const ownAnnotations = ['kubectl.kubernetes.io/last-applied-configuration', revisionAnnotation];

function copiedAnnotations(deployment: DeploymentObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !ownAnnotations.includes(name)),
  );
}

function scaleAnnotations(deployment: DeploymentObject): Record<string, string> {
  const { replicas } = deployment.spec;
  return {
    'deployment.kubernetes.io/desired-replicas': String(replicas),
    'deployment.kubernetes.io/max-replicas': String(replicas + rolloutLimits(deployment).maxSurge),
  };
}

const hashAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a template, from letters and digits that make no words. */
function templateHash(template: PodTemplate): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(withoutHash(template)))
    .digest();
  return [...digest.subarray(0, 10)].map((byte) => hashAlphabet[byte % hashAlphabet.length]).join('');
}

function scale({ context, deployment, record }: Rollout, replicaSet: ReplicaSetObject, replicas: number): void {
  const before = replicaSet.spec.replicas;
  if (before === replicas) return;
  const body = { metadata: { annotations: scaleAnnotations(deployment) }, spec: { replicas } };
  context.client.patch(refs.replicaSets, replicaSet.metadata, { kind: 'merge', body });
  record(deployment, {
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: scaleMessage(context, replicaSet, before, replicas),
  });
}

function scaleMessage(
  { environment }: ControllerContext,
  { metadata }: ReplicaSetObject,
  before: number,
  after: number,
): string {
  const direction = after > before ? 'up' : 'down';
  const from = environment.features.minor >= 25 ? ` from ${before}` : '';
  return `Scaled ${direction} replica set ${metadata.name} to ${after}${from}`;
}

function forgetOldRevisions(rollout: Rollout): void {
  const { context, deployment } = rollout;
  const all = rollout.replicaSets();
  const newest = newestOf(deployment, all);
  const idle = all.filter(
    (replicaSet) => replicaSet !== newest && replicaSet.spec.replicas === 0 && (replicaSet.status?.replicas ?? 0) === 0,
  );
  const surplus = idle.length - (deployment.spec.revisionHistoryLimit ?? 10);
  const oldestFirst = idle.toSorted((a, b) => revisionOf(a) - revisionOf(b));
  for (const { metadata } of oldestFirst.slice(0, Math.max(0, surplus)))
    context.client.remove(refs.replicaSets, metadata);
}

function writeStatus(rollout: Rollout): void {
  const { context, deployment } = rollout;
  const all = rollout.replicaSets();
  const newest = newestOf(deployment, all);
  const status = deploymentStatus({ deployment, newest, all, time: timestamp(context.scheduler.now()) });
  if (jsonEqual(status, deployment.status)) return;
  context.client.updateStatus(refs.deployments, {
    ...deployment,
    metadata: { ...deployment.metadata, resourceVersion: '' },
    status,
  });
}
