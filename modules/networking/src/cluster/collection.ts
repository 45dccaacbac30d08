import type { KubeClient } from './kube-client.ts';
import type { KubeError } from './kube-error.ts';
import { Reflector } from './reflector.ts';

/** Where a collection lives in the API: `/api/v1` and `services`. */
export interface Resource {
  readonly root: string;
  readonly plural: string;
}

/** What a collection needs from its surroundings. */
export interface CollectionOptions<T> {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly query?: Readonly<Record<string, string>>;
  readonly read: (object: unknown) => T | undefined;
  readonly onChange: () => void;
  readonly random: () => number;
}

/**
 * One kind of object, of the whole cluster where that is allowed, otherwise of the namespaces that matter. The wider view is tried again now and then, so
 * that a right granted later is used.
 */
export class Collection<T> {
  readonly #options: CollectionOptions<T>;
  readonly #wide: Reflector<T> | undefined;
  readonly #narrow = new Map<string, Reflector<T>>();
  readonly #troubles = new Map<string, KubeError>();
  #namespaces: ReadonlySet<string> = new Set();
  #isNarrow: boolean;

  /** `scope`: `cluster` begins with the whole cluster, `namespaces` never asks for it. */
  constructor(options: CollectionOptions<T>, scope: 'cluster' | 'namespaces') {
    this.#options = options;
    this.#isNarrow = scope === 'namespaces';
    this.#wide = scope === 'cluster' ? this.#reflector('') : undefined;
  }

  /** Begins to list and watch. */
  start(): void {
    this.#wide?.start();
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await Promise.all([this.#wide?.stop(), ...[...this.#narrow.values()].map((reflector) => reflector.stop())]);
  }

  /** Namespaces to look at when the whole cluster may not be seen. */
  setNamespaces(namespaces: ReadonlySet<string>): void {
    this.#namespaces = namespaces;
    if (this.#isNarrow) this.#arrange();
  }

  /** Whether there is an answer, if only that it is forbidden or not there. */
  get settled(): boolean {
    const reflectors = this.#isNarrow ? [...this.#narrow] : this.#wide === undefined ? [] : [['', this.#wide] as const];
    return reflectors.every(([place, reflector]) => reflector.synced || isLasting(this.#troubles.get(place)));
  }

  /** Whether anything was ever listed. */
  get known(): boolean {
    return this.#reflectors().some(({ synced }) => synced);
  }

  /** Whether one namespace was listed. */
  knows(namespace: string): boolean {
    return this.#wide?.synced === true || this.#narrow.get(namespace)?.synced === true;
  }

  /** Everything that is known, by `namespace/name` or name. */
  items(): ReadonlyMap<string, T> {
    const parts = this.#isNarrow ? [...this.#narrow.values()] : this.#reflectors();
    return new Map(parts.flatMap(({ items }) => [...items]));
  }

  /** {@link Collection.items} by their keys: in the order in which a watch brings them they must not show in a report. */
  inOrder(): readonly T[] {
    return [...this.items()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }

  /** What keeps the collection from being read. */
  troubles(): readonly KubeError[] {
    return [...this.#troubles.values()];
  }

  #reflectors(): readonly Reflector<T>[] {
    return [...(this.#wide === undefined ? [] : [this.#wide]), ...this.#narrow.values()];
  }

  #reflector(namespace: string): Reflector<T> {
    const { resource, onChange } = this.#options;
    const place = namespace === '' ? '' : `/namespaces/${namespace}`;
    return new Reflector({
      ...this.#options,
      path: `${resource.root}${place}/${resource.plural}`,
      onTrouble: (trouble) => {
        const before = this.#troubles.get(namespace);
        if (trouble === undefined) this.#troubles.delete(namespace);
        else this.#troubles.set(namespace, trouble);
        if (namespace === '') this.#setNarrow(trouble?.status === 403);
        if (before?.message !== trouble?.message) onChange();
      },
    });
  }

  #setNarrow(isNarrow: boolean): void {
    if (this.#isNarrow === isNarrow) return;
    this.#isNarrow = isNarrow;
    this.#arrange();
  }

  #arrange(): void {
    const wanted = this.#isNarrow ? this.#namespaces : new Set<string>();
    for (const [namespace, reflector] of this.#narrow) {
      if (wanted.has(namespace)) continue;
      this.#narrow.delete(namespace);
      this.#troubles.delete(namespace);
      void reflector.stop();
    }
    for (const namespace of wanted) {
      if (this.#narrow.has(namespace)) continue;
      const reflector = this.#reflector(namespace);
      this.#narrow.set(namespace, reflector);
      reflector.start();
    }
    this.#options.onChange();
  }
}

function isLasting(trouble: KubeError | undefined): boolean {
  return trouble?.status === 403 || trouble?.status === 404;
}
