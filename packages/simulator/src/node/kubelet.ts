import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventRecorder, type EventRecorder } from '../cluster/event-recorder.ts';
import type { KubeObject, ObjectClient, ObjectEvent } from '../cluster/object-client.ts';
import { dataPathAddress } from './data-path-address.ts';
import { imageTable, standInFor } from './image-table.ts';
import type { ImageStandIn, ImageTableEntry } from './image-table.ts';
import type { LogBuffer } from './log-buffer.ts';
import { pods } from './pod.ts';
import type { Pod, PodStatus } from './pod.ts';
import { podAddressPool } from './pod-address-pool.ts';
import type { PodAddressPool } from './pod-address-pool.ts';
import { carriedNumbers, podProcessEnvironment } from './pod-process-environment.ts';
import type { ApiServerAccess } from './pod-process-environment.ts';
import { podVolumes } from './pod-volumes.ts';
import type { PodVolumes } from './pod-volumes.ts';
import { PodWorker } from './pod-worker.ts';
import { kubeletBackOff } from './restart-back-off.ts';
import type { RestartBackOff } from './restart-back-off.ts';

/** What the kubelets of a simulated cluster are started with. */
export interface KubeletOptions {
  readonly client: ObjectClient;
  /** The nodes whose pods are run here; without it those of every node. */
  readonly nodeNames?: readonly string[];
  /** Where pods get their addresses from, such as 172.27.0.0/16. */
  readonly podSubnet: string;
  /** The cluster's DNS server on this machine, `address:port`. */
  readonly dns: string;
  readonly clusterDomain?: string;
  /** Addresses besides the pods' own that are carried on loopback (cluster IPs, external service IPs, node IPs). Default: all private ones. */
  readonly carriedRanges?: readonly string[];
  /** Rows that come before those of the documented image table. */
  readonly images?: readonly ImageTableEntry[];
  /** Refuse images outside the table instead of running the echo workload. */
  readonly strictImages?: boolean;
  readonly backOff?: RestartBackOff;
  readonly apiServer?: ApiServerAccess;
  /** The token that a pod of this ServiceAccount finds in its files. */
  readonly serviceAccountToken?: (namespace: string, name: string) => string;
}

/** Which container's log. Without a container: the pod's first one. */
export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly previous?: boolean;
}

/** The running kubelets. */
export interface Kubelet {
  /** The log of a container, or undefined when there is no such pod, container or previous run. */
  logs(query: LogQuery): LogBuffer | undefined;
  /** The process ids of a pod's containers, by container name. */
  pids(namespace: string, pod: string): Readonly<Record<string, number>>;
  /** The address blocks in use, as Calico's IPAM would show them. */
  addressBlocks(): ReturnType<PodAddressPool['blocks']>;
  /** Ends every process. Pod objects stay as they are. */
  close(): Promise<void>;
}

interface Entry {
  readonly worker: PodWorker;
  readonly volumes: PodVolumes;
  leaving: boolean;
}

const nodes = { group: '', version: 'v1', plural: 'nodes' } as const;
const closeGraceMs = 2000;

/**
 * Runs the pods that are bound to the nodes as processes of this machine: gives each an address, starts, checks, restarts and ends its
 * containers and writes the pod's status, as the kubelets of a cluster do.
 */
export function startKubelet(options: KubeletOptions): Kubelet {
  return new Kubelets(options);
}

class Kubelets implements Kubelet {
  readonly #options: KubeletOptions;
  readonly #addresses: PodAddressPool;
  readonly #carried: readonly (readonly [number, number])[];
  readonly #entries = new Map<string, Entry>();
  readonly #directory = mkdtempSync(join(tmpdir(), 'simulated-pods-'));
  readonly #recorders = new Map<string, EventRecorder>();
  readonly #unwatch: () => void;
  #closed: Promise<void> | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#addresses = podAddressPool(options.podSubnet);
    this.#carried = carriedNumbers(options.carriedRanges && [options.podSubnet, ...options.carriedRanges]);
    // Addresses that pods already have (after a restart with kept state) must not be given to others first.
    for (const pod of options.client.list(pods) as readonly Pod[]) {
      if (pod.status?.podIP !== undefined) this.#addresses.reserve(pod.spec.nodeName ?? '', pod.status.podIP);
    }
    this.#unwatch = options.client.watch(pods, (event) => this.#onEvent(event));
  }

  logs({ namespace, pod, container, previous = false }: LogQuery): LogBuffer | undefined {
    return this.#entryOf(namespace, pod)?.worker.logs(container, previous);
  }

  pids(namespace: string, pod: string): Readonly<Record<string, number>> {
    return this.#entryOf(namespace, pod)?.worker.pids() ?? {};
  }

  addressBlocks(): ReturnType<PodAddressPool['blocks']> {
    return this.#addresses.blocks();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#unwatch();
    await Promise.all([...this.#entries.values()].map(({ worker }) => worker.stop(closeGraceMs)));
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #entryOf(namespace: string, name: string): Entry | undefined {
    const pod = this.#options.client.get(pods, { namespace, name });
    return pod === undefined ? undefined : this.#entries.get(keyOf(pod));
  }

  #onEvent({ type, object }: ObjectEvent): void {
    const pod = object as Pod;
    if (this.#closed !== undefined || !this.#isOurs(pod)) return;
    const key = keyOf(pod);
    const entry = this.#entries.get(key);
    if (type === 'DELETED') {
      // Removed without grace: the processes have to go at once.
      if (entry !== undefined) void this.#end(key, entry, 0);
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      void this.#terminate(pod, key, entry);
    } else if (entry === undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') {
      this.#run(pod, key);
    }
  }

  #isOurs(pod: Pod): boolean {
    const { nodeName } = pod.spec;
    if (nodeName === undefined || nodeName === '') return false;
    return this.#options.nodeNames === undefined || this.#options.nodeNames.includes(nodeName);
  }

  async #terminate(pod: Pod, key: string, entry: Entry | undefined): Promise<void> {
    if (entry?.leaving === true) return;
    const asked = pod.metadata['deletionGracePeriodSeconds'];
    const graceSeconds = typeof asked === 'number' ? asked : (pod.spec.terminationGracePeriodSeconds ?? 30);
    if (entry !== undefined) await this.#end(key, entry, graceSeconds * 1000);
    const { namespace, name } = pod.metadata;
    const present = this.#options.client.get(pods, { namespace, name });
    if (present?.metadata.uid === pod.metadata.uid)
      this.#attempt(() => this.#options.client.remove(pods, { namespace, name }));
  }

  async #end(key: string, entry: Entry, graceMs: number): Promise<void> {
    if (entry.leaving) {
      // Asked again with less patience (kubectl delete --force).
      await entry.worker.stop(graceMs);
      return;
    }
    entry.leaving = true;
    await entry.worker.stop(graceMs);
    this.#addresses.release(entry.worker.podIp);
    entry.volumes.remove();
    this.#entries.delete(key);
  }

  #run(pod: Pod, key: string): void {
    const { client } = this.#options;
    const nodeName = pod.spec.nodeName ?? '';
    const hostIp = nodeAddress(client.get(nodes, { name: nodeName }));
    const podIp = pod.spec.hostNetwork === true ? hostIp : (pod.status?.podIP ?? this.#addresses.allocate(nodeName));
    const record = this.#recorder(nodeName);
    if (podIp === undefined) {
      const message = `Failed to create pod sandbox: no free address is left in the pod subnet ${this.#options.podSubnet}`;
      record(pod, { type: 'Warning', reason: 'FailedCreatePodSandBox', message });
      return;
    }
    const volumes = this.#volumes(pod);
    const { clusterDomain = 'cluster.local', images = [], strictImages } = this.#options;
    const entries = [...images, ...imageTable];
    const findStandIn = (image: string): ImageStandIn | undefined => standInFor(image, entries, strictImages);
    const around = { ...this.#options, clusterDomain, carried: this.#carried, volumes, standInFor: findStandIn };
    const worker = new PodWorker(pod, {
      hostIp,
      podIp,
      backOff: this.#options.backOff ?? kubeletBackOff,
      standInFor: findStandIn,
      environment: (container) => podProcessEnvironment(container, { pod, podIp, hostIp }, around),
      writeStatus: (status) => this.#writeStatus(pod, status),
      record: (event) => record(pod, event),
    });
    this.#entries.set(key, { worker, volumes, leaving: false });
    worker.start();
  }

  #volumes(pod: Pod): PodVolumes {
    const { apiServer, serviceAccountToken, client } = this.#options;
    const namespace = pod.metadata.namespace ?? 'default';
    const token = serviceAccountToken?.(namespace, pod.spec.serviceAccountName ?? 'default') ?? '';
    const directory = join(this.#directory, pod.metadata.uid ?? randomUUID());
    return podVolumes(pod, { token, ca: apiServer?.ca ?? '', namespace }, { directory, client });
  }

  #writeStatus(pod: Pod, status: PodStatus): void {
    const { namespace, name, uid } = pod.metadata;
    const { client } = this.#options;
    if (this.#closed !== undefined || client.get(pods, { namespace, name })?.metadata.uid !== uid) return;
    this.#attempt(() =>
      client.patch(pods, { namespace, name }, { kind: 'merge', subresource: 'status', body: { status } }),
    );
  }

  /** A write that meets an object which has just gone is no failure: the watch tells the rest. */
  #attempt(write: () => unknown): void {
    try {
      write();
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  #recorder(host: string): EventRecorder {
    const known = this.#recorders.get(host);
    if (known !== undefined) return known;
    const recorder = eventRecorder(this.#options.client, { component: 'kubelet', host });
    this.#recorders.set(host, recorder);
    return recorder;
  }
}

function keyOf(pod: KubeObject): string {
  return pod.metadata.uid ?? `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
}

function isGone(error: unknown): boolean {
  const status = (error as { code?: unknown; status?: { code?: unknown } } | undefined) ?? {};
  return [status.code, status.status?.code].some((code) => code === 404 || code === 409);
}

function nodeAddress(node: KubeObject | undefined): string {
  const status = node?.['status'] as { addresses?: { type: string; address: string }[] } | undefined;
  return status?.addresses?.find((entry) => entry.type === 'InternalIP')?.address ?? dataPathAddress('127.0.0.1');
}
