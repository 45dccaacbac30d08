import { eventRecorder, type EventRecorder } from '../event-recorder.ts';
import type { KubeObject } from '../object-client.ts';
import { jsonEqual, without } from '../json.ts';
import { matchesSelector } from '../selectors/label-selector.ts';
import type { PodObject, ReplicaSetObject } from '../workload-objects.ts';
import type { ControllerContext } from './controller-context.ts';
import { keyFromText, keyText } from './lister.ts';
import { controllerOf, controllerReference, isControlledBy } from './owner-reference.ts';
import { isPodActive, isPodAvailable, isPodReady } from './pod-state.ts';
import { refs } from './refs.ts';
import { startController } from './start-controller.ts';

/** Keeps as many pods as each ReplicaSet asks for, and counts them in its status. */
export function startReplicaSetController(context: ControllerContext): () => void {
  const replicaSets = context.lister(refs.replicaSets);
  const pods = context.lister(refs.pods);
  const record = eventRecorder(context.client, { component: 'replicaset-controller' }, () => context.scheduler.now());
  return startController(context, {
    name: 'replicaset-controller',
    sources: [
      { lister: replicaSets, keys: ({ object }) => [keyText(object.metadata)] },
      { lister: pods, keys: ({ object }) => ownerKeys(object) },
    ],
    reconcile: (key, queue) => {
      const replicaSet = replicaSets.get(keyFromText(key)) as ReplicaSetObject | undefined;
      if (replicaSet === undefined) return;
      const { namespace } = replicaSet.metadata;
      const owned = (): PodObject[] =>
        (pods.list(namespace) as PodObject[]).filter((pod) => isControlledBy(pod, replicaSet) && isPodActive(pod));
      if (replicaSet.metadata.deletionTimestamp === undefined) keepReplicas(context, replicaSet, owned(), record);
      const waiting = writeStatus(context, replicaSet, owned());
      if (waiting) queue.addAfter(key, (replicaSet.spec.minReadySeconds ?? 0) * 1000);
    },
  });
}

function ownerKeys(pod: KubeObject): string[] {
  const owner = controllerOf(pod);
  return owner?.kind === 'ReplicaSet' ? [keyText({ namespace: pod.metadata.namespace, name: owner.name })] : [];
}

function keepReplicas(
  context: ControllerContext,
  replicaSet: ReplicaSetObject,
  owned: readonly PodObject[],
  record: EventRecorder,
): void {
  const { client } = context;
  const missing = replicaSet.spec.replicas - owned.length;
  for (let count = 0; count < missing; count++) {
    const pod = client.create(refs.pods, podFrom(replicaSet));
    record(replicaSet, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
  }
  for (const pod of [...owned].sort(firstToGo).slice(0, Math.max(0, -missing))) {
    client.remove(refs.pods, pod.metadata, { preconditions: { uid: pod.metadata.uid } });
    record(replicaSet, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
  }
}

/** Unscheduled before scheduled, not ready before ready, younger before older. */
function firstToGo(a: PodObject, b: PodObject): number {
  const rank = (pod: PodObject): number => ((pod.spec.nodeName ?? '') === '' ? 0 : isPodReady(pod) ? 2 : 1);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const [bornA, bornB] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (bornA !== bornB) return bornA < bornB ? 1 : -1;
  return Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion);
}

function podFrom(replicaSet: ReplicaSetObject): KubeObject {
  const { template } = replicaSet.spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${replicaSet.metadata.name}-`,
      namespace: replicaSet.metadata.namespace,
      labels: template.metadata?.labels,
      annotations: template.metadata?.annotations,
      ownerReferences: [controllerReference(replicaSet)],
    },
    spec: structuredClone(template.spec),
  };
}

/** Returns whether some pods are ready but not yet long enough. */
function writeStatus(context: ControllerContext, replicaSet: ReplicaSetObject, owned: readonly PodObject[]): boolean {
  const { template, minReadySeconds = 0 } = replicaSet.spec;
  const ready = owned.filter(isPodReady).length;
  const available = owned.filter((pod) => isPodAvailable(pod, minReadySeconds, context.scheduler.now())).length;
  const labels = { matchLabels: template.metadata?.labels };
  const status = {
    ...withoutCounts(replicaSet.status),
    replicas: owned.length,
    ...count('fullyLabeledReplicas', owned.filter((pod) => matchesSelector(labels, pod.metadata.labels ?? {})).length),
    ...count('readyReplicas', ready),
    ...count('availableReplicas', available),
    observedGeneration: replicaSet.metadata.generation,
  };
  if (!jsonEqual(status, replicaSet.status)) {
    context.client.updateStatus(refs.replicaSets, {
      ...replicaSet,
      metadata: { ...replicaSet.metadata, resourceVersion: '' },
      status,
    });
  }
  return available < ready;
}

function withoutCounts(status: ReplicaSetObject['status']): object {
  return without(status ?? { replicas: 0 }, 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas');
}

function count(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}
