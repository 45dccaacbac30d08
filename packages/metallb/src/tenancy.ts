import type { Slot } from './free-addresses.ts';
import type { Ip } from './ip-number.ts';
import { positionIn } from './pool-table.ts';
import type { Pool, Segment } from './pool-table.ts';

/** Who shares what: the part of a request that decides over sharing (R14–R16). */
export interface Sharer {
  /** `namespace/name` of the Service. */
  readonly key: string;
  /** `TCP/80` and so on, each once. */
  readonly ports: readonly string[];
  readonly sharingKey: string;
  /** Empty for traffic policy Cluster, the selector for Local (R16). */
  readonly backendKey: string;
}

/** An address, or a pair, that a Service holds. */
export interface Allocation extends Sharer {
  readonly pool: Pool;
  readonly ips: readonly Ip[];
  /** The record of the first address, once the ledger has entered it: saves looking it up when the address is given back. */
  place: Tenancy | undefined;
}

/** Where it is kept what a Service holds. */
export interface Holder {
  held: Allocation | undefined;
}

/**
 * One address and everybody on it. Most addresses have one tenant, for whom nothing is indexed. An address whose last port
 * is gone counts as free, tenants or not, as in MetalLB.
 */
export class Tenancy implements Slot {
  readonly ip: Ip;
  readonly position: Ip;
  isQueued = false;
  #terms: Sharer | undefined;
  #sole: Sharer | undefined;
  #ports: Map<string, string> | undefined;
  #tenants: Set<string> | undefined;

  constructor(segment: Segment, ip: Ip) {
    this.ip = ip;
    this.position = positionIn(segment, ip);
  }

  get isTaken(): boolean {
    return this.#terms !== undefined;
  }

  /** The rules for sharing, set by whoever came first; undefined when the address counts as free. */
  get terms(): Sharer | undefined {
    return this.#terms;
  }

  get isEmpty(): boolean {
    return this.#sole === undefined && (this.#tenants === undefined || this.#tenants.size === 0);
  }

  /** The Services on the address. */
  get tenants(): readonly string[] {
    return [...(this.#tenants ?? []), ...(this.#sole === undefined ? [] : [this.#sole.key])];
  }

  /** The Service that uses a port, if any. */
  holderOf(port: string): string | undefined {
    return this.#sole?.ports.includes(port) === true ? this.#sole.key : this.#ports?.get(port);
  }

  enter(sharer: Sharer): void {
    this.#terms ??= sharer;
    if (this.isEmpty) {
      this.#sole = sharer;
      return;
    }
    if (this.#sole !== undefined) this.#index(this.#sole);
    this.#index(sharer);
  }

  leave(sharer: Sharer): void {
    this.#sole = undefined;
    this.#tenants?.delete(sharer.key);
    for (const port of sharer.ports) this.#ports?.delete(port);
    if ((this.#ports?.size ?? 0) === 0) this.#terms = undefined;
  }

  /** More than one tenant makes the indexes worth having. */
  #index(sharer: Sharer): void {
    this.#sole = undefined;
    this.#tenants ??= new Set();
    this.#ports ??= new Map<string, string>();
    this.#tenants.add(sharer.key);
    for (const port of sharer.ports) this.#ports.set(port, sharer.key);
  }
}
