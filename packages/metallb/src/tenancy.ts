import type { AddressRequest } from './address-request.ts';
import type { Ip } from './ip-number.ts';
import type { Pool, Segment } from './pool-table.ts';

/** Who shares what: the part of a request that decides over sharing (R14–R16). */
export type Sharer = Pick<AddressRequest, 'key' | 'ports' | 'sharingKey' | 'backendKey'>;

/** An address, or a pair, that a Service holds. */
export interface Allocation extends Sharer {
  readonly pool: Pool;
  readonly ips: readonly Ip[];
}

/**
 * One address and everybody on it. Most addresses have one tenant, for whom nothing is indexed. An address whose last port
 * is gone counts as free, tenants or not, as in MetalLB.
 */
export class Tenancy {
  readonly segment: Segment;
  #terms: Sharer | undefined;
  #sole: Sharer | undefined;
  #ports: Map<string, string> | undefined;
  #tenants: Set<string> | undefined;

  constructor(segment: Segment) {
    this.segment = segment;
  }

  /** The rules for sharing, set by whoever came first; undefined when the address counts as free. */
  get terms(): Sharer | undefined {
    return this.#terms;
  }

  get isEmpty(): boolean {
    return this.#sole === undefined && (this.#tenants === undefined || this.#tenants.size === 0);
  }

  /** The Services on the address, in the order they came. */
  get tenants(): readonly string[] {
    if (this.#tenants !== undefined) return [...this.#tenants];
    return this.#sole === undefined ? [] : [this.#sole.key];
  }

  /** The Service that uses a port, if any. */
  holderOf(port: string): string | undefined {
    if (this.#ports !== undefined) return this.#ports.get(port);
    return this.#sole?.ports.includes(port) === true ? this.#sole.key : undefined;
  }

  enter(sharer: Sharer): void {
    this.#terms ??= sharer;
    if (this.isEmpty && this.#tenants === undefined) {
      this.#sole = sharer;
      return;
    }
    this.#index();
    this.#tenants?.add(sharer.key);
    for (const port of sharer.ports) this.#ports?.set(port, sharer.key);
  }

  leave(sharer: Sharer): void {
    this.#sole = undefined;
    this.#tenants?.delete(sharer.key);
    for (const port of sharer.ports) this.#ports?.delete(port);
    if (this.#ports === undefined || this.#ports.size === 0) this.#terms = undefined;
  }

  /** A second tenant makes the indexes worth having. */
  #index(): void {
    this.#tenants ??= new Set(this.tenants);
    this.#ports ??= new Map(this.#sole?.ports.map((port) => [port, this.#sole?.key ?? '']));
    this.#sole = undefined;
  }
}
