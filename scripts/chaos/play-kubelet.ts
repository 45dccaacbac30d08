import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import type { NodeObject, PodObject } from '../../packages/simulator/src/cluster/workload-objects.ts';
import { REFS } from './refs.ts';

/** The kubelets of the cluster, as far as Services notice: no process runs in any pod. Gives pods addresses, keeps their readiness, lets deleted ones go. */
export class PlayedKubelet {
  readonly #client: ObjectClient;
  readonly #broken = new Set<string>();
  readonly #pending = new Set<string>();
  readonly #ends: readonly (() => void)[];
  #addresses = 0;
  #timer: NodeJS.Immediate | undefined;

  constructor(client: ObjectClient) {
    this.#client = client;
    this.#ends = [
      client.watch(REFS.pods, ({ type, object }) => {
        if (type !== 'DELETED') this.#look(`${object.metadata.namespace ?? ''}/${object.metadata.name}`);
      }),
      client.watch(REFS.nodes, () => {
        for (const { metadata } of client.list(REFS.pods)) this.#look(`${metadata.namespace ?? ''}/${metadata.name}`);
      }),
    ];
  }

  /** Makes the pod fail its readiness probe, or pass it again. */
  setBroken(pod: string, broken: boolean): void {
    if (broken) this.#broken.add(pod);
    else this.#broken.delete(pod);
    this.#look(pod);
  }

  close(): void {
    clearImmediate(this.#timer);
    for (const end of this.#ends) end();
  }

  #look(key: string): void {
    this.#pending.add(key);
    this.#timer ??= setImmediate(() => {
      this.#timer = undefined;
      const keys = [...this.#pending];
      this.#pending.clear();
      for (const each of keys) this.#settle(each);
    });
  }

  #settle(key: string): void {
    const [namespace = '', name = ''] = key.split('/');
    const pod = this.#client.get(REFS.pods, { namespace, name }) as PodObject | undefined;
    if (pod?.spec.nodeName === undefined) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#client.remove(REFS.pods, { namespace, name });
      return;
    }
    const ready = !this.#broken.has(key) && this.#isNodeReady(pod.spec.nodeName);
    if (isAsWanted(pod, ready)) return;
    this.#client.updateStatus(REFS.pods, {
      ...pod,
      metadata: { ...pod.metadata, resourceVersion: '' },
      status: runningStatus(pod, pod.status?.podIP ?? this.#nextAddress(), ready),
    });
  }

  #nextAddress(): string {
    this.#addresses += 1;
    return `172.27.${Math.floor(this.#addresses / 250)}.${1 + (this.#addresses % 250)}`;
  }

  #isNodeReady(name: string): boolean {
    const node = this.#client.get(REFS.nodes, { name }) as NodeObject | undefined;
    return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  }
}

function isAsWanted({ status }: PodObject, ready: boolean): boolean {
  const readiness = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  return status?.podIP !== undefined && readiness === (ready ? 'True' : 'False');
}

function runningStatus(pod: PodObject, podIP: string, ready: boolean): NonNullable<PodObject['status']> {
  const conditions = ['Ready', 'ContainersReady', 'Initialized'].map((type) => ({
    type,
    status: ready || type === 'Initialized' ? ('True' as const) : ('False' as const),
  }));
  return { ...pod.status, phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions };
}
