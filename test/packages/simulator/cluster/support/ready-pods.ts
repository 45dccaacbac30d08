import type { ObjectClient } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import type { PodObject } from '../../../../../packages/simulator/src/cluster/workload-objects.ts';

const pods = { group: '', version: 'v1', plural: 'pods' };
const time = '2024-01-01T00:00:00Z';

/** The least a kubelet does: every pod bound to a node gets an address and is ready at once; a pod that is deleted goes at once. */
export function startReadyPods(client: ObjectClient, soon: (task: () => void) => void = setImmediate): () => void {
  let next = 1;
  return client.watch(pods, ({ type, object }) => {
    const { name, namespace } = object.metadata;
    if (type !== 'DELETED') soon(() => settle({ name, namespace }));
  });

  function settle(key: { name: string; namespace?: string }): void {
    const pod = client.get(pods, key) as PodObject | undefined;
    if (pod === undefined) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      client.remove(pods, key);
      return;
    }
    if (pod.spec.nodeName === undefined || pod.status?.podIP !== undefined) return;
    client.updateStatus(pods, {
      ...pod,
      metadata: { ...pod.metadata, resourceVersion: '' },
      status: runningStatus(pod, `172.27.0.${next++}`),
    });
  }
}

/** The status of a pod that runs and is ready. */
export function runningStatus(pod: PodObject, ip: string): NonNullable<PodObject['status']> {
  const isTrue = (type: string) => ({ type, status: 'True' as const, lastTransitionTime: time });
  return {
    ...pod.status,
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    hostIP: '10.126.75.200',
    startTime: time,
    conditions: [...(pod.status?.conditions ?? []), isTrue('Initialized'), isTrue('ContainersReady'), isTrue('Ready')],
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: time } },
    })),
  };
}
