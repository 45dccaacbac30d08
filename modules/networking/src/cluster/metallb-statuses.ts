import type { Announcers } from '../gather/snapshot.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import type { Discovery } from './discover.ts';
import type { KubeError } from './kube-error.ts';
import type { RawMeta } from './raw-object.ts';

/** What one speaker says of one Service. */
export interface ServiceStatus {
  readonly service: string;
  readonly node: string;
}

/** What one component of MetalLB says of its configuration. */
export interface ConfigurationStatus {
  readonly component: string;
  /** Empty when it is valid. */
  readonly error: string;
}

const ROOT = '/apis/metallb.io/v1beta1';

type Surroundings = Pick<CollectionOptions<unknown>, 'client' | 'onChange' | 'random'>;

/** What newer releases of MetalLB tell of themselves (0.14.6, 0.15.0, 0.15.3); older ones have none of it. Nothing waits for it. */
export class MetalLbStatuses {
  readonly #layer2: Collection<ServiceStatus> | undefined;
  readonly #bgp: Collection<ServiceStatus> | undefined;
  readonly #states: Collection<ConfigurationStatus> | undefined;
  readonly #namespace: string;

  constructor({ metalLb }: Discovery, namespace: string, surroundings: Surroundings) {
    const served = metalLb.get('v1beta1') ?? new Set<string>();
    const watch = <T>(plural: string, read: CollectionOptions<T>['read']): Collection<T> | undefined =>
      served.has(plural)
        ? new Collection<T>({ ...surroundings, resource: { root: ROOT, plural }, read }, 'namespaces')
        : undefined;
    this.#layer2 = watch('servicel2statuses', readServiceStatus);
    this.#bgp = watch('servicebgpstatuses', readServiceStatus);
    this.#states = watch('configurationstates', readConfigurationStatus);
    this.#namespace = namespace;
  }

  /** Begins to list and watch. */
  start(): void {
    for (const collection of this.#all()) {
      collection.setNamespaces(new Set([this.#namespace]));
      collection.start();
    }
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await Promise.all(this.#all().map((collection) => collection.stop()));
  }

  /** What keeps it from being read. */
  troubles(): readonly KubeError[] {
    return this.#all()
      .flatMap((collection) => collection.troubles())
      .filter(({ status }) => status !== 404);
  }

  /** Who announces which Service; layer 2 counts where both are said. */
  announcers(): ReadonlyMap<string, Announcers> {
    const found = new Map<string, Announcers>();
    const add = (protocol: Announcers['protocol'], collection: Collection<ServiceStatus> | undefined): void => {
      for (const { service, node } of collection?.items().values() ?? []) {
        const before = found.get(service);
        const nodes = before?.protocol === protocol ? [...before.nodes, node].sort() : [node];
        found.set(service, { protocol, nodes });
      }
    };
    add('bgp', this.#bgp);
    add('layer2', this.#layer2);
    return found;
  }

  /** What the components say against the configuration; undefined when nothing. */
  configurationError(): string | undefined {
    const states = [...(this.#states?.items().values() ?? [])].filter(({ error }) => error !== '');
    const [first] = states.sort((a, b) => (a.component < b.component ? -1 : 1));
    return first === undefined ? undefined : `${first.component}: ${first.error}`;
  }

  #all(): readonly Collection<unknown>[] {
    return [this.#layer2, this.#bgp, this.#states].filter((one) => one !== undefined);
  }
}

/** Takes from a ServiceL2Status or ServiceBGPStatus who announces what. */
export function readServiceStatus(object: unknown): ServiceStatus | undefined {
  const { metadata, status = {} } = object as {
    readonly metadata?: RawMeta;
    readonly status?: { readonly node?: string; readonly serviceName?: string; readonly serviceNamespace?: string };
  };
  const label = (name: string): string => metadata?.labels?.[`metallb.io/${name}`] ?? '';
  const node = status.node ?? label('node');
  const namespace = status.serviceNamespace ?? label('service-namespace');
  const name = status.serviceName ?? label('service-name');
  return node === '' || name === '' ? undefined : { service: `${namespace}/${name}`, node };
}

/** Takes from a ConfigurationState what is wrong. */
export function readConfigurationStatus(object: unknown): ConfigurationStatus {
  const { metadata, status } = object as {
    readonly metadata?: RawMeta;
    readonly status?: { readonly result?: string; readonly errorSummary?: string };
  };
  const error = status?.result === 'Invalid' ? (status.errorSummary ?? 'the configuration is invalid') : '';
  return { component: metadata?.name ?? '', error };
}
