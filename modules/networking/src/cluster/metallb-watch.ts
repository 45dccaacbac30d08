import type { Outcome } from '@iotedge-networking/contract';
import { readConfigMap, readResources, type MetalLbConfig, type MetalLbResources } from '@iotedge-networking/metallb';
import { OWN_ANNOTATIONS } from '../decide/identity.ts';
import type { Logger } from '../log.ts';
import type { LoadBalancerView, MetalLbConfigMap, MetalLbObject, MetalLbSource } from '../gather/snapshot.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import { crdVersion, type Discovery } from './discover.ts';
import type { KubeError } from './kube-error.ts';
import { MetalLbStatuses } from './metallb-statuses.ts';
import type { RawMeta } from './raw-object.ts';

/** Plural names of the resources that make a configuration, by the name the model has for them. */
const KINDS = {
  pools: 'ipaddresspools',
  l2Advertisements: 'l2advertisements',
  bgpAdvertisements: 'bgpadvertisements',
  bgpPeers: 'bgppeers',
  bfdProfiles: 'bfdprofiles',
  communities: 'communities',
} as const satisfies Record<keyof MetalLbResources, string>;

/** Preferred versions of a resource, best first. */
const VERSIONS = ['v1beta2', 'v1beta1'];

type Surroundings = Pick<CollectionOptions<unknown>, 'client' | 'onChange' | 'random'>;
type Items = readonly (readonly [keyof MetalLbResources, readonly MetalLbObject[]])[];
type MetalLbView = Extract<LoadBalancerView, { readonly kind: 'metallb' }>;

/** MetalLB's configuration in this cluster, in whichever dialect is installed; the last good one stays when a new one is invalid, as in MetalLB itself. */
export class MetalLbWatch {
  readonly #discovery: Discovery;
  readonly #namespace: string;
  readonly #log: Logger;
  readonly #statuses: MetalLbStatuses;
  readonly #versions: ReadonlyMap<string, string>;
  readonly #objects: readonly (readonly [keyof MetalLbResources, Collection<MetalLbObject>])[];
  readonly #configMaps: Collection<MetalLbConfigMap> | undefined;
  #lastGood: MetalLbConfig | undefined;
  #read: { readonly source: string; readonly view: LoadBalancerView } | undefined;

  constructor(discovery: Discovery, namespace: string, surroundings: Surroundings & { readonly log: Logger }) {
    this.#discovery = discovery;
    this.#namespace = namespace;
    this.#log = surroundings.log;
    this.#statuses = new MetalLbStatuses(discovery, namespace, surroundings);
    this.#versions = servedVersions(discovery);
    const isCrd = discovery.metalLb.get('v1beta1')?.has('ipaddresspools') === true;
    this.#objects = isCrd ? this.#objectCollections(surroundings) : [];
    this.#configMaps = isCrd ? undefined : this.#configMapCollection(surroundings);
  }

  /** Begins to list and watch. */
  start(): void {
    for (const collection of this.#configuration()) {
      collection.setNamespaces(new Set([this.#namespace]));
      collection.start();
    }
    this.#statuses.start();
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await Promise.all([this.#statuses, ...this.#configuration()].map((one) => one.stop()));
  }

  /** Whether the configuration could be looked for. */
  get settled(): boolean {
    return this.#configuration().every(({ settled }) => settled);
  }

  /** What keeps it from being read; a ConfigMap that is not there is no trouble. */
  troubles(): readonly KubeError[] {
    const configuration = this.#configuration().flatMap((collection) => collection.troubles());
    return [...configuration.filter(({ status }) => status !== 404), ...this.#statuses.troubles()];
  }

  /** Whether a resource that discovery found is not there any more. */
  get gone(): boolean {
    return this.#objects.some(([, one]) => one.troubles().some(({ status }) => status === 404));
  }

  /** What was found. */
  view(): LoadBalancerView {
    const items = this.#objects.map(([kind, collection]) => [kind, collection.inOrder()] as const);
    const [configMap] = this.#configMaps?.items().values() ?? [];
    const source = JSON.stringify([items, configMap]);
    if (this.#read?.source !== source) {
      const view = this.#configMaps === undefined ? this.#crdView(items) : this.#configMapView(configMap);
      this.#read = { source, view };
    }
    const { view } = this.#read;
    if (view.kind === 'none' || this.#configMaps !== undefined) return view;
    const stale = view.stale ?? this.#statuses.configurationError();
    const announcers = this.#statuses.announcers();
    return {
      ...view,
      ...(stale === undefined ? {} : { stale }),
      ...(announcers.size === 0 ? {} : { announcers }),
    };
  }

  #configuration(): readonly Collection<unknown>[] {
    const objects = this.#objects.map(([, collection]) => collection);
    return this.#configMaps === undefined ? objects : [this.#configMaps];
  }

  #objectCollections(surroundings: Surroundings) {
    const kinds = Object.entries(KINDS) as readonly [keyof MetalLbResources, string][];
    return kinds.flatMap(([kind, plural]) => {
      const version = this.#versions.get(plural);
      if (version === undefined) return [];
      const resource = { root: `/apis/metallb.io/${version}`, plural };
      return [[kind, new Collection({ ...surroundings, resource, read: readPoolObject }, 'namespaces')] as const];
    });
  }

  #configMapCollection(surroundings: Surroundings): Collection<MetalLbConfigMap> {
    const name = this.#discovery.controller?.configMap ?? 'config';
    const resource = { root: '/api/v1', plural: 'configmaps' };
    const query = { fieldSelector: `metadata.name=${name}` };
    return new Collection({ ...surroundings, resource, query, read: readPoolConfigMap }, 'namespaces');
  }

  #crdView(items: Items): MetalLbView {
    const outcome = readResources(Object.fromEntries(items), { namespace: this.#namespace });
    const pools = this.#objects.find(([kind]) => kind === 'pools')?.[1];
    const source: MetalLbSource = {
      dialect: 'crd',
      namespace: this.#namespace,
      versions: Object.fromEntries(this.#versions),
      objects: Object.fromEntries(items),
    };
    return {
      ...this.#common('crd', crdVersion(this.#discovery)),
      ...(pools?.known === true ? { source, ...this.#keepGood(outcome) } : { config: undefined }),
    };
  }

  #configMapView(configMap: MetalLbConfigMap | undefined): LoadBalancerView {
    const { controller } = this.#discovery;
    const text = configMap?.text;
    if (text === undefined && controller === undefined) return { kind: 'none' };
    return {
      ...this.#common('configmap', controller?.imageVersion || '0.12'),
      source: { dialect: 'configmap', namespace: this.#namespace, ...(configMap === undefined ? {} : { configMap }) },
      ...(text === undefined ? {} : this.#keepGood(readConfigMap(text))),
    };
  }

  #common(dialect: 'configmap' | 'crd', version: string): MetalLbView {
    const loadBalancerClass = this.#discovery.controller?.loadBalancerClass || undefined;
    return { kind: 'metallb', dialect, version, loadBalancerClass };
  }

  #keepGood(outcome: Outcome<MetalLbConfig>): Pick<MetalLbView, 'config' | 'stale'> {
    if (outcome.ok) {
      this.#lastGood = outcome.value;
      return { config: outcome.value };
    }
    this.#log.warn({ problems: outcome.problems }, 'MetalLB configuration is invalid, keeping the last good one');
    return { config: this.#lastGood, stale: outcome.problems[0]?.message ?? 'the configuration is invalid' };
  }
}

function servedVersions({ metalLb }: Discovery): ReadonlyMap<string, string> {
  const served = VERSIONS.flatMap((version) =>
    [...(metalLb.get(version) ?? [])].map((name) => [name, version] as const),
  );
  return new Map([...served].reverse());
}

/** Takes from the legacy ConfigMap what MetalLB reads, and what the module knows it by. */
export function readPoolConfigMap(object: unknown): MetalLbConfigMap {
  const { metadata = {}, data } = object as {
    readonly metadata?: RawMeta & { readonly resourceVersion?: string };
    readonly data?: { readonly config?: string };
  };
  const { name = '', uid = '', resourceVersion = '' } = metadata;
  const text = data?.config;
  return { name, uid, resourceVersion, ...(text === undefined ? {} : { text }), annotations: ownAnnotations(metadata) };
}

/** Takes from an object of MetalLB what makes its configuration, and what the module knows it by. */
export function readPoolObject(object: unknown): MetalLbObject {
  const { metadata = {}, spec } = object as { readonly metadata?: RawMeta; readonly spec?: unknown };
  const { name = '', namespace, labels = {}, uid = '' } = metadata;
  return { metadata: { name, namespace, labels }, spec, uid, annotations: ownAnnotations(metadata) };
}

function ownAnnotations({ annotations = {} }: RawMeta): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(OWN_ANNOTATIONS)));
}
