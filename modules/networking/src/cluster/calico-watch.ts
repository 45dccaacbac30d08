import type { PodBlock, PodNetworkView, PodPool } from '../gather/snapshot.ts';
import { Collection, type CollectionOptions } from './collection.ts';
import type { KubeError } from './kube-error.ts';
import type { RawMeta } from './raw-object.ts';

interface RawPool {
  readonly metadata?: RawMeta;
  readonly spec?: {
    readonly cidr?: string;
    readonly disabled?: boolean;
    readonly allowedUses?: readonly string[] | null;
  };
}

interface RawBlock {
  readonly spec?: {
    readonly cidr?: string;
    readonly deleted?: boolean;
    /** One entry per address, null where it is free. */
    readonly allocations?: readonly (number | null)[] | null;
  };
}

const ROOT = '/apis/crd.projectcalico.org/v1';

/** The address pools and blocks of Calico. They are good to know and nothing waits for them. */
export class CalicoWatch {
  readonly #pools: Collection<PodPool>;
  readonly #blocks: Collection<PodBlock>;

  constructor(surroundings: Pick<CollectionOptions<unknown>, 'client' | 'onChange' | 'random'>) {
    const resource = (plural: string) => ({ ...surroundings, resource: { root: ROOT, plural } });
    this.#pools = new Collection({ ...resource('ippools'), read: readPodPool }, 'cluster');
    this.#blocks = new Collection({ ...resource('ipamblocks'), read: readPodBlock }, 'cluster');
  }

  /** Begins to list and watch. */
  start(): void {
    this.#pools.start();
    this.#blocks.start();
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await Promise.all([this.#pools.stop(), this.#blocks.stop()]);
  }

  /** What keeps it from being read; a resource that went away again is no trouble. */
  troubles(): readonly KubeError[] {
    return [...this.#pools.troubles(), ...this.#blocks.troubles()].filter(({ status }) => status !== 404);
  }

  /** What was found; undefined while nothing was, or none is left. */
  view(): PodNetworkView | undefined {
    const pools = this.#pools.inOrder();
    if (pools.length === 0) return undefined;
    return { pools, blocks: this.#blocks.known ? [...this.#blocks.items().values()] : undefined };
  }
}

/** Takes from an IPPool what is compared and reported; pools for tunnels and load balancers hold no pods. */
export function readPodPool(object: unknown): PodPool | undefined {
  const { metadata, spec } = object as RawPool;
  const uses = spec?.allowedUses ?? [];
  if (spec?.cidr === undefined || (uses.length > 0 && !uses.includes('Workload'))) return undefined;
  return { name: metadata?.name ?? '', cidr: spec.cidr, disabled: spec.disabled === true };
}

/** Counts the addresses of an IPAMBlock that are in use. */
export function readPodBlock(object: unknown): PodBlock | undefined {
  const { spec } = object as RawBlock;
  if (spec?.cidr === undefined || spec.deleted === true) return undefined;
  return { cidr: spec.cidr, used: (spec.allocations ?? []).filter((one) => one !== null).length };
}
