import { eventRecorder } from '../event-recorder.ts';
import { jsonEqual } from '../json.ts';
import { timestamp } from '../timing/scheduler.ts';
import type { Condition, NodeObject, PodObject } from '../workload-objects.ts';
import type { ControllerContext } from './controller-context.ts';
import { keyFromText, keyText } from './lister.ts';
import { isPodActive, podCondition } from './pod-state.ts';
import { refs } from './refs.ts';
import { startController } from './start-controller.ts';

/** Binds waiting pods to nodes that take them, the one with the fewest pods first. */
export function startScheduler(context: ControllerContext): () => void {
  const pods = context.lister(refs.pods);
  const nodes = context.lister(refs.nodes);
  const record = eventRecorder(context.client, { component: 'default-scheduler' }, () => context.scheduler.now());
  const waiting = (): string[] => (pods.list() as PodObject[]).filter(isWaiting).map((pod) => keyText(pod.metadata));
  return startController(context, {
    name: 'scheduler',
    sources: [
      { lister: pods, keys: ({ object }) => (isWaiting(object as PodObject) ? [keyText(object.metadata)] : []) },
      { lister: nodes, keys: waiting },
    ],
    reconcile: (key) => {
      const pod = pods.get(keyFromText(key)) as PodObject | undefined;
      if (pod === undefined || !isWaiting(pod)) return;
      const all = nodes.list() as NodeObject[];
      const refusals = all.map((node) => refusal(pod, node));
      const load = (node: NodeObject): number =>
        (pods.list() as PodObject[]).filter((other) => other.spec.nodeName === node.metadata.name && isPodActive(other))
          .length;
      const [chosen] = all
        .filter((_, index) => refusals[index] === undefined)
        .sort((a, b) => load(a) - load(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
      if (chosen === undefined) {
        const message = unschedulableMessage(refusals);
        if (markUnschedulable(context, pod, message))
          record(pod, { type: 'Warning', reason: 'FailedScheduling', message });
        return;
      }
      context.client.bind(pod.metadata, chosen.metadata.name);
      record(pod, {
        type: 'Normal',
        reason: 'Scheduled',
        message: `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name} to ${chosen.metadata.name}`,
      });
    },
  });
}

function isWaiting(pod: PodObject): boolean {
  return (pod.spec.nodeName ?? '') === '' && isPodActive(pod) && pod.spec.schedulerName === 'default-scheduler';
}

/** Why a node does not take a pod; undefined when it does. */
function refusal(pod: PodObject, node: NodeObject): string | undefined {
  if (node.spec.unschedulable === true) return 'node(s) were unschedulable';
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return 'node(s) were not ready';
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  if (!selected) return "node(s) didn't match Pod's node affinity/selector";
  const taint = (node.spec.taints ?? []).find(
    ({ key, effect }) => effect !== 'PreferNoSchedule' && !tolerates(pod, key, effect),
  );
  return taint === undefined ? undefined : `node(s) had untolerated taint {${taint.key}: }`;
}

function tolerates(pod: PodObject, key: string, effect: string): boolean {
  return (pod.spec.tolerations ?? []).some(
    (toleration) =>
      (toleration['key'] === undefined || toleration['key'] === key) &&
      (toleration['effect'] === undefined || toleration['effect'] === effect),
  );
}

function unschedulableMessage(refusals: readonly (string | undefined)[]): string {
  const counts = new Map<string, number>();
  for (const text of refusals) if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  const parts = [...counts].map(([text, count]) => `${count} ${text}`);
  return parts.length === 0
    ? 'no nodes available to schedule pods'
    : `0/${refusals.length} nodes are available: ${parts.join(', ')}.`;
}

/** Returns whether the condition is new. */
function markUnschedulable(context: ControllerContext, pod: PodObject, message: string): boolean {
  const present = podCondition(pod, 'PodScheduled');
  if (present?.message === message) return false;
  const condition: Condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: timestamp(context.scheduler.now()),
  };
  const conditions = [...(pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'), condition];
  if (jsonEqual(conditions, pod.status?.conditions)) return false;
  context.client.updateStatus(refs.pods, {
    ...pod,
    metadata: { ...pod.metadata, resourceVersion: '' },
    status: { ...pod.status, conditions },
  });
  return true;
}
