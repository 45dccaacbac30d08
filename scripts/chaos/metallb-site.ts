import type { ObjectClient } from '../../packages/simulator/src/cluster/object-client.ts';
import { installMetalLb } from '../../packages/simulator/src/metallb/install-metallb.ts';
import { METALLB_NAMESPACE } from '../../packages/simulator/src/metallb/metallb-options.ts';
import { startMetalLb, type MetalLb } from '../../packages/simulator/src/metallb/start-metallb.ts';
import { REFS } from './refs.ts';

/** Which MetalLB a run has. */
export interface MetalLbRelease {
  readonly dialect: 'configmap' | 'crd';
  readonly version: string;
}

/**
 * Releases of both dialects, with their different manners when pools change. None of 0.13: those can hand an address in use to a waiting Service when the
 * controller restarts (metallb#1774, #1984), which no client of theirs can prevent.
 */
export const METALLB_RELEASES: readonly MetalLbRelease[] = [
  { dialect: 'configmap', version: '0.9.6' },
  { dialect: 'configmap', version: '0.12.1' },
  { dialect: 'crd', version: '0.14.3' },
  { dialect: 'crd', version: '0.14.9' },
  { dialect: 'crd', version: '0.15.2' },
];

/** What a site asks of its surroundings, and what it tells them. */
export interface SiteOptions {
  /** The ranges that are wanted now, by pool name. */
  readonly pools: () => Readonly<Record<string, readonly string[]>>;
  /** Told before the controller starts. */
  readonly onStart: () => void;
}

/** MetalLB in the cluster, which can be stopped, removed, put back and configured anew. */
export class MetalLbSite {
  readonly release: MetalLbRelease;
  /** Whether MetalLB's objects are in the cluster. */
  installed = true;
  readonly #client: ObjectClient;
  readonly #pools: SiteOptions['pools'];
  readonly #onStart: () => void;
  #running: MetalLb | undefined;

  constructor(client: ObjectClient, release: MetalLbRelease, { pools, onStart }: SiteOptions) {
    this.#client = client;
    this.release = release;
    this.#pools = pools;
    this.#onStart = onStart;
    this.install();
  }

  /** Whether the controller runs. */
  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Puts MetalLB's objects into the cluster and starts it. */
  install(): void {
    this.installed = true;
    installMetalLb(this.#client, { ...this.release, pools: this.#pools() });
    this.start();
  }

  /** Removes MetalLB with its custom resources or its ConfigMap. Addresses that Services have stay on them. */
  remove(): void {
    this.stop();
    this.installed = false;
    this.#client.remove(REFS.deployments, { namespace: METALLB_NAMESPACE, name: 'controller' });
    this.#client.remove(REFS.daemonSets, { namespace: METALLB_NAMESPACE, name: 'speaker' });
    if (this.release.dialect === 'configmap') {
      this.#client.remove(REFS.configMaps, { namespace: METALLB_NAMESPACE, name: 'config' });
      return;
    }
    const ours = this.#client.list(REFS.crds).filter(({ metadata }) => metadata.name.endsWith('.metallb.io'));
    for (const { metadata } of ours) this.#client.remove(REFS.crds, metadata);
  }

  /** Starts the controller, which takes over what it finds. */
  start(): void {
    if (this.#running !== undefined) return;
    this.#onStart();
    this.#running = startMetalLb({ client: this.#client, ...this.release });
  }

  /** Ends the controller; Services keep what they have. */
  stop(): void {
    this.#running?.close();
    this.#running = undefined;
  }

  /** Ends the controller and starts it again. */
  restart(): void {
    this.stop();
    this.start();
  }

  /** Writes the pools as they are wanted now. */
  configure(): void {
    if (!this.installed) return;
    const { dialect } = this.release;
    const pools = Object.entries(this.#pools());
    if (dialect === 'configmap') {
      const entries = pools.map(([name, addresses]) => ({ name, protocol: 'layer2', addresses }));
      const body = { data: { config: JSON.stringify({ 'address-pools': entries }) } };
      this.#client.patch(REFS.configMaps, { namespace: METALLB_NAMESPACE, name: 'config' }, { kind: 'merge', body });
      return;
    }
    for (const [name, addresses] of pools)
      this.#client.patch(
        REFS.pools,
        { namespace: METALLB_NAMESPACE, name },
        { kind: 'merge', body: { spec: { addresses } } },
      );
  }
}
