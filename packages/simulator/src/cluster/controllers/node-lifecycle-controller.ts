import { jsonEqual } from '../json.ts';
import { timestamp } from '../timing/scheduler.ts';
import type { NodeObject, PodObject } from '../workload-objects.ts';
import type { ControllerContext } from './controller-context.ts';
import { isPodReady } from './pod-state.ts';
import { refs } from './refs.ts';
import { startController } from './start-controller.ts';

const taintKeys = { False: 'node.kubernetes.io/not-ready', Unknown: 'node.kubernetes.io/unreachable' } as const;

/** Taints nodes that are not ready and takes the pods on them out of the endpoints. */
export function startNodeLifecycleController(context: ControllerContext): () => void {
  const nodes = context.lister(refs.nodes);
  const pods = context.lister(refs.pods);
  return startController(context, {
    name: 'node-lifecycle-controller',
    sources: [{ lister: nodes, keys: ({ type, object }) => (type === 'DELETED' ? [] : [object.metadata.name]) }],
    reconcile: (name) => {
      const node = nodes.get({ name }) as NodeObject | undefined;
      if (node === undefined) return;
      const status = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
      writeTaint(context, node, status === 'True' ? undefined : taintKeys[status]);
      if (status === 'True') return;
      for (const pod of pods.list() as PodObject[]) {
        if (pod.spec.nodeName === name && isPodReady(pod)) markNotReady(context, pod);
      }
    },
  });
}

function writeTaint({ client }: ControllerContext, node: NodeObject, key: string | undefined): void {
  const own: readonly string[] = Object.values(taintKeys);
  const present = node.spec.taints ?? [];
  const others = present.filter((taint) => !own.includes(taint.key));
  const taints = key === undefined ? others : [...others, { key, effect: 'NoSchedule' }, { key, effect: 'NoExecute' }];
  if (jsonEqual(taints, present)) return;
  client.patch(refs.nodes, node.metadata, { kind: 'merge', body: { spec: { taints } } });
}

function markNotReady({ client, scheduler }: ControllerContext, pod: PodObject): void {
  const time = timestamp(scheduler.now());
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === 'Ready' ? { ...condition, status: 'False' as const, lastTransitionTime: time } : condition,
  );
  client.updateStatus(refs.pods, {
    ...pod,
    metadata: { ...pod.metadata, resourceVersion: '' },
    status: { ...pod.status, conditions },
  });
}
