import type { Outcome } from '@iotedge-networking/contract';
import {
  readConfigMap,
  readResources,
  type MetalLbConfig,
  type MetalLbResource,
  type MetalLbResources,
} from '@iotedge-networking/metallb';
import type { Logger } from '../log.ts';
import type { LoadBalancerView } from '../gather/snapshot.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import { crdVersion, type Discovery } from './discover.ts';
import type { KubeError } from './kube-error.ts';

/** Plural names of the resources that make a configuration, by the name the model has for them. */
const KINDS: Readonly<Record<keyof MetalLbResources, string>> = {
  pools: 'ipaddresspools',
  l2Advertisements: 'l2advertisements',
  bgpAdvertisements: 'bgpadvertisements',
  bgpPeers: 'bgppeers',
  bfdProfiles: 'bfdprofiles',
  communities: 'communities',
};

/** Preferred versions of a resource, best first. */
const VERSIONS = ['v1beta2', 'v1beta1'];

type Surroundings = Pick<CollectionOptions<unknown>, 'client' | 'onChange' | 'random'>;

/** MetalLB's configuration in this cluster, in whichever dialect is installed; the last good one stays when a new one is invalid, as in MetalLB itself. */
export class MetalLbWatch {
  readonly #discovery: Discovery;
  readonly #namespace: string;
  readonly #log: Logger;
  readonly #collections: readonly (readonly [
    keyof MetalLbResources | 'configMap',
    Collection<MetalLbResource | ConfigText>,
  ])[];
  #lastGood: MetalLbConfig | undefined;
  #read: { readonly source: string; readonly view: LoadBalancerView } | undefined;

  constructor(discovery: Discovery, namespace: string, surroundings: Surroundings & { readonly log: Logger }) {
    this.#discovery = discovery;
    this.#namespace = namespace;
    this.#log = surroundings.log;
    this.#collections = this.#isCrd
      ? this.#crdCollections(surroundings)
      : [['configMap', this.#configMap(surroundings)]];
  }

  /** Begins to list and watch. */
  start(): void {
    for (const [, collection] of this.#collections) {
      collection.setNamespaces(new Set([this.#namespace]));
      collection.start();
    }
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await Promise.all(this.#collections.map(([, collection]) => collection.stop()));
  }

  /** Whether the configuration could be looked for. */
  get settled(): boolean {
    return this.#collections.every(([, collection]) => collection.settled);
  }

  /** What keeps it from being read; a ConfigMap that is not there is no trouble. */
  troubles(): readonly KubeError[] {
    return this.#collections.flatMap(([, collection]) => collection.troubles()).filter(({ status }) => status !== 404);
  }

  /** What was found. */
  view(): LoadBalancerView {
    const items = this.#collections.map(([kind, collection]) => [kind, [...collection.items().values()]] as const);
    const source = JSON.stringify(items);
    if (this.#read?.source !== source) this.#read = { source, view: this.#readView(items) };
    return this.#read.view;
  }

  get #isCrd(): boolean {
    return this.#discovery.metalLb.get('v1beta1')?.has('ipaddresspools') === true;
  }

  #crdCollections(surroundings: Surroundings) {
    const kinds = Object.entries(KINDS) as readonly [keyof MetalLbResources, string][];
    return kinds.flatMap(([kind, plural]) => {
      const version = VERSIONS.find((one) => this.#discovery.metalLb.get(one)?.has(plural) === true);
      if (version === undefined) return [];
      const resource = { root: `/apis/metallb.io/${version}`, plural };
      const collection = new Collection({ ...surroundings, resource, read: readResource }, 'namespaces');
      return [[kind, collection]] as const;
    });
  }

  #configMap(surroundings: Surroundings): Collection<ConfigText> {
    const name = this.#discovery.controller?.configMap ?? 'config';
    const resource = { root: '/api/v1', plural: 'configmaps' };
    const query = { fieldSelector: `metadata.name=${name}` };
    return new Collection({ ...surroundings, resource, query, read: readConfigText }, 'namespaces');
  }

  #readView(items: readonly (readonly [string, readonly (MetalLbResource | ConfigText)[]])[]): LoadBalancerView {
    const loadBalancerClass = this.#discovery.controller?.loadBalancerClass || undefined;
    if (this.#isCrd) {
      const outcome = readResources(Object.fromEntries(items), { namespace: this.#namespace });
      const version = crdVersion(this.#discovery);
      const readable = items.some(([kind]) => kind === 'pools') && this.#pools?.known === true;
      return {
        kind: 'metallb',
        dialect: 'crd',
        version,
        loadBalancerClass,
        config: readable ? this.#keepGood(outcome) : undefined,
      };
    }
    const text = items.flatMap(([, found]) => found).find((one): one is ConfigText => 'text' in one);
    const { controller } = this.#discovery;
    if (text === undefined && controller === undefined) return { kind: 'none' };
    const config = text === undefined ? undefined : this.#keepGood(readConfigMap(text.text));
    return {
      kind: 'metallb',
      dialect: 'configmap',
      version: controller?.imageVersion || '0.12',
      loadBalancerClass,
      config,
    };
  }

  get #pools(): Collection<unknown> | undefined {
    return this.#collections.find(([kind]) => kind === 'pools')?.[1];
  }

  #keepGood(outcome: Outcome<MetalLbConfig>): MetalLbConfig | undefined {
    if (outcome.ok) this.#lastGood = outcome.value;
    else this.#log.warn({ problems: outcome.problems }, 'MetalLB configuration is invalid, keeping the last good one');
    return this.#lastGood;
  }
}

/** The YAML text of the legacy ConfigMap. */
interface ConfigText {
  readonly text: string;
}

function readConfigText(object: unknown): ConfigText | undefined {
  const text = (object as { readonly data?: { readonly config?: string } }).data?.config;
  return text === undefined ? undefined : { text };
}

function readResource(object: unknown): MetalLbResource {
  const { metadata, spec } = object as MetalLbResource;
  const { name, namespace, labels } = metadata;
  return { metadata: { name, namespace, labels }, spec };
}
