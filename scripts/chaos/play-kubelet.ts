import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import type { NodeObject, PodObject } from '../../packages/simulator/src/cluster/workload-objects.ts';
import { REFS } from './refs.ts';

/** The kubelets of the cluster, as far as Services notice: no process runs in any pod. */
export interface PlayedKubelet {
  /** Makes the pod fail its readiness probe, or pass it again. */
  setBroken(pod: string, broken: boolean): void;
  close(): void;
}

/** Gives every pod that is bound to a node an address, keeps its readiness, and lets deleted pods go. */
export function playKubelet(client: ObjectClient): PlayedKubelet {
  const broken = new Set<string>();
  const pending = new Set<string>();
  let addresses = 0;
  let timer: NodeJS.Immediate | undefined;
  const ends = [
    client.watch(REFS.pods, ({ type, object }) => {
      if (type !== 'DELETED') look(`${object.metadata.namespace ?? ''}/${object.metadata.name}`);
    }),
    client.watch(REFS.nodes, () => {
      for (const { metadata } of client.list(REFS.pods)) look(`${metadata.namespace ?? ''}/${metadata.name}`);
    }),
  ];
  return {
    setBroken: (pod, isBroken) => {
      if (isBroken) broken.add(pod);
      else broken.delete(pod);
      look(pod);
    },
    close: () => {
      clearImmediate(timer);
      for (const end of ends) end();
    },
  };

  function look(key: string): void {
    pending.add(key);
    timer ??= setImmediate(() => {
      timer = undefined;
      const keys = [...pending];
      pending.clear();
      for (const each of keys) settle(each);
    });
  }

  function settle(key: string): void {
    const [namespace = '', name = ''] = key.split('/');
    const pod = client.get(REFS.pods, { namespace, name }) as PodObject | undefined;
    if (pod?.spec.nodeName === undefined) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      client.remove(REFS.pods, { namespace, name });
      return;
    }
    const ready = !broken.has(key) && isNodeReady(pod.spec.nodeName);
    const present = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    if (pod.status?.podIP !== undefined && present === (ready ? 'True' : 'False')) return;
    const podIP = pod.status?.podIP ?? `172.27.${Math.floor((addresses += 1) / 250)}.${1 + (addresses % 250)}`;
    const conditions = ['Ready', 'ContainersReady', 'Initialized'].map((type) => ({
      type,
      status: ready || type === 'Initialized' ? ('True' as const) : ('False' as const),
    }));
    const status = { ...pod.status, phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions };
    client.updateStatus(REFS.pods, { ...pod, metadata: { ...pod.metadata, resourceVersion: '' }, status });
  }

  function isNodeReady(name: string): boolean {
    const node = client.get(REFS.nodes, { name }) as NodeObject | undefined;
    return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  }
}
