import type { Reason } from '@iotedge-networking/contract';
import type {
  ClusterNamespace,
  ClusterNode,
  ClusterPod,
  ClusterService,
  ClusterSlice,
  LoadBalancerView,
  PodNetworkView,
} from '../gather/snapshot.ts';
import type { Logger } from '../log.ts';
import { CalicoWatch } from './calico-watch.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import { discover, type Discovery } from './discover.ts';
import { joinTroubles } from './join-troubles.ts';
import type { KubeClient } from './kube-client.ts';
import { asKubeError, type KubeError } from './kube-error.ts';
import { backOffMs } from './back-off.ts';
import { MetalLbWatch } from './metallb-watch.ts';
import { pause } from './pause.ts';
import { readEndpointSlice } from './read-endpoint-slice.ts';
import { readNamespace, readNode } from './read-node.ts';
import { readPod } from './read-pod.ts';
import { readService } from './read-service.ts';

/** What the module watches of the cluster, as it is known now. */
export interface ClusterView {
  readonly synced: boolean;
  readonly services: ReadonlyMap<string, ClusterService>;
  readonly slices: ReadonlyMap<string, ClusterSlice>;
  readonly endpointsKnown: boolean;
  readonly pods: ReadonlyMap<string, ClusterPod>;
  /** Namespaces whose pods are known. */
  readonly podNamespaces: ReadonlySet<string>;
  readonly nodes: ReadonlyMap<string, ClusterNode>;
  readonly namespaces?: ReadonlyMap<string, ClusterNamespace>;
  readonly loadBalancer: LoadBalancerView;
  readonly podNetwork?: PodNetworkView;
  readonly conditions: Readonly<Partial<Record<Reason, string>>>;
}

/** How the cluster is watched. */
export interface ClusterWatchOptions {
  readonly client: KubeClient;
  readonly metalLbNamespace: string;
  /** Whether labels say that this module instance keeps an object. */
  readonly isOurs: (labels: Readonly<Record<string, string>>) => boolean;
  readonly onChange: () => void;
  readonly log: Logger;
  /** 0 to 1. */
  readonly random: () => number;
  /** Milliseconds between looks at what the API serves; half of it where nothing assigns addresses yet. */
  readonly discoveryMs?: number;
}

const CORE = '/api/v1';

/** Everything the module watches, started by what the API server offers and kept in step with it. */
export class ClusterWatch {
  readonly #options: ClusterWatchOptions;
  readonly #services: Collection<ClusterService>;
  readonly #pods: Collection<ClusterPod>;
  readonly #nodes: Collection<ClusterNode>;
  readonly #namespaces: Collection<ClusterNamespace>;
  readonly #stopped = new AbortController();
  #slices: Collection<ClusterSlice> | undefined;
  #metalLb: MetalLbWatch | undefined;
  #calico: CalicoWatch | undefined;
  #found = '';
  /** Number of MetalLB's kinds that were found. */
  #kinds = 0;
  #isDoubted = false;
  #unreachable: KubeError | undefined;
  #serviceNamespaces: ReadonlySet<string> = new Set();
  #podNamespaces: ReadonlySet<string> = new Set();
  #waiting: AbortController | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ClusterWatchOptions) {
    this.#options = options;
    this.#services = this.#collection({ plural: 'services', root: CORE }, readService, 'cluster');
    this.#pods = this.#collection({ plural: 'pods', root: CORE }, readPod, 'namespaces');
    this.#nodes = this.#collection({ plural: 'nodes', root: CORE }, readNode, 'cluster');
    this.#namespaces = this.#collection({ plural: 'namespaces', root: CORE }, readNamespace, 'cluster');
  }

  /** Begins to watch. */
  start(): void {
    for (const collection of [this.#services, this.#pods, this.#nodes, this.#namespaces]) collection.start();
    this.#running ??= this.#keepDiscovering();
  }

  /** Ends every watch. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await Promise.all([...this.#all(), this.#pods].map((one) => one.stop()));
    await this.#calico?.stop();
    this.#options.client.close();
  }

  /** Namespaces to look at where the whole cluster may not be seen, and those whose pods are needed in any case. */
  setNamespaces(services: ReadonlySet<string>, pods: ReadonlySet<string>): void {
    this.#serviceNamespaces = services;
    this.#podNamespaces = pods;
    this.#services.setNamespaces(services);
    this.#slices?.setNamespaces(services);
    this.#pods.setNamespaces(pods);
  }

  /** Asks again now what the API server serves. */
  rediscover(): void {
    this.#waiting?.abort();
  }

  /** What is known now. */
  view(): ClusterView {
    return {
      synced: this.#isSynced,
      services: this.#services.items(),
      slices: this.#slices?.items() ?? new Map(),
      endpointsKnown: this.#slices?.known === true,
      pods: this.#pods.items(),
      podNamespaces: new Set([...this.#podNamespaces].filter((namespace) => this.#pods.knows(namespace))),
      nodes: this.#nodes.items(),
      namespaces: this.#namespaces.known ? this.#namespaces.items() : undefined,
      loadBalancer: this.#metalLb?.view() ?? { kind: 'none' },
      podNetwork: this.#calico?.view(),
      conditions: this.#conditions(),
    };
  }

  /** Everything was looked for, and at least the Services were found. */
  get #isSynced(): boolean {
    const isDiscovered = this.#slices !== undefined && this.#metalLb !== undefined;
    return isDiscovered && this.#services.known && this.#all().every(({ settled }) => settled);
  }

  /** All that is watched, but for pods, which come and go with the desired document. */
  #all(): readonly (Collection<unknown> | MetalLbWatch)[] {
    const later = [this.#slices, this.#metalLb].filter((one) => one !== undefined);
    return [this.#services, this.#nodes, this.#namespaces, ...later];
  }

  #conditions(): ClusterView['conditions'] {
    const watched = [...this.#all(), this.#pods, ...(this.#calico === undefined ? [] : [this.#calico])];
    const troubles = watched.flatMap((one) => one.troubles());
    const all = this.#unreachable === undefined ? troubles : [this.#unreachable, ...troubles];
    const sentences = (reason: Reason): string => {
      return joinTroubles(all.filter((trouble) => trouble.reason === reason).map(({ message }) => message));
    };
    const [forbidden, unavailable] = [sentences('Forbidden'), sentences('ApiUnavailable')];
    return {
      ...(forbidden === '' ? {} : { Forbidden: forbidden }),
      ...(unavailable === '' ? {} : { ApiUnavailable: unavailable }),
    };
  }

  #collection<T>(
    resource: CollectionOptions<T>['resource'],
    read: CollectionOptions<T>['read'],
    scope: 'cluster' | 'namespaces',
  ) {
    const { client, onChange, random } = this.#options;
    return new Collection<T>({ client, resource, read, onChange, random }, scope);
  }

  /** Resources can appear later (MetalLB installed, cluster upgraded), so the question is asked again now and then. */
  async #keepDiscovering(): Promise<void> {
    const { client, metalLbNamespace, random, discoveryMs = 120_000 } = this.#options;
    for (let failures = 0; !this.#isStopped();) {
      try {
        const discovery = await discover(client, metalLbNamespace);
        if (!this.#isDoubtful(discovery)) await this.#adopt(discovery);
        failures = 0;
        this.#setUnreachable(undefined);
      } catch (error) {
        failures += 1;
        if (failures > 1 && !this.#isStopped()) this.#setUnreachable(asKubeError(error));
      }
      const calm = this.#calmMs(discoveryMs) * (0.75 + random() / 2);
      const wait = failures === 0 ? calm : backOffMs({ baseMs: 200, capMs: 30_000 }, failures, random());
      this.#waiting = new AbortController();
      await pause(wait, AbortSignal.any([this.#stopped.signal, this.#waiting.signal]));
    }
  }

  /** Kinds that were there before may only not be loaded yet: a starting API server serves custom resources last. It counts when a second look says the same. */
  #isDoubtful({ metalLb }: Discovery): boolean {
    const kinds = [...metalLb.values()].reduce((sum, names) => sum + names.size, 0);
    this.#isDoubted = kinds < this.#kinds && !this.#isDoubted;
    if (!this.#isDoubted) this.#kinds = kinds;
    return this.#isDoubted;
  }

  #calmMs(discoveryMs: number): number {
    if (this.#isDoubted) return discoveryMs / 24;
    return this.#metalLb?.view().kind === 'metallb' ? discoveryMs : discoveryMs / 4;
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #setUnreachable(trouble: KubeError | undefined): void {
    if (this.#unreachable?.message === trouble?.message) return;
    this.#unreachable = trouble;
    this.#options.onChange();
  }

  async #adopt(discovery: Discovery): Promise<void> {
    await this.#followCalico(discovery.calico);
    const found = JSON.stringify({
      ...discovery,
      calico: undefined,
      metalLb: [...discovery.metalLb].map(([version, names]) => [version, [...names]]),
    });
    if (found === this.#found || this.#stopped.signal.aborted) return;
    this.#found = found;
    const { log, isOurs, client, onChange, random, metalLbNamespace } = this.#options;
    log.info({ endpointSlices: discovery.endpointSlices, controller: discovery.controller }, 'discovered the cluster');
    const before = this.#slices === undefined || this.#metalLb === undefined ? [] : [this.#slices, this.#metalLb];
    const root = `/apis/discovery.k8s.io/${discovery.endpointSlices}`;
    this.#slices = this.#collection({ root, plural: 'endpointslices' }, readEndpointSlice(isOurs), 'cluster');
    const onMetalLbChange = (): void => {
      if (this.#metalLb?.gone === true) this.rediscover();
      onChange();
    };
    this.#metalLb = new MetalLbWatch(discovery, metalLbNamespace, { client, onChange: onMetalLbChange, random, log });
    this.#endpointSlices = discovery.endpointSlices;
    this.#slices.setNamespaces(this.#serviceNamespaces);
    this.#slices.start();
    this.#metalLb.start();
    onChange();
    await Promise.all(before.map((one) => one.stop()));
  }

  /** Calico may come or go without anything else being watched anew. */
  async #followCalico(isThere: boolean): Promise<void> {
    if (isThere === (this.#calico !== undefined) || this.#isStopped()) return;
    const before = this.#calico;
    this.#calico = isThere ? new CalicoWatch(this.#options) : undefined;
    this.#calico?.start();
    this.#options.onChange();
    await before?.stop();
  }

  #endpointSlices: 'v1' | 'v1beta1' = 'v1';

  /** The version of discovery.k8s.io that the server has. */
  get endpointSlices(): 'v1' | 'v1beta1' {
    return this.#endpointSlices;
  }
}
