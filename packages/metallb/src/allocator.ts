import { AddressLedger } from './address-ledger.ts';
import { goList } from './address-request.ts';
import type { AddressRequest, RequestFamily } from './address-request.ts';
import { ipText } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import type { Behaviour } from './metallb-version.ts';
import { choicesAmong, familyOrder } from './pool-choice.ts';
import type { Choices } from './pool-choice.ts';
import { isCompatible } from './pool-table.ts';
import type { Pool, PoolTable } from './pool-table.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { Allocation, Holder } from './tenancy.ts';

/** Addresses that were given, with everything MetalLB might have given instead (the first is what was given), or why not. */
export type Grant =
  { readonly ok: true; readonly choices: Choices } | { readonly ok: false; readonly refusal: Refusal };

/** Who holds which addresses. Source: MetalLB internal/allocator. */
export class Allocator {
  readonly #behaviour: Behaviour;
  #table: PoolTable;
  #ledger: AddressLedger;

  constructor(table: PoolTable, behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.#table = table;
    this.#ledger = new AddressLedger(table);
  }

  get table(): PoolTable {
    return this.#table;
  }

  get ledger(): AddressLedger {
    return this.#ledger;
  }

  /** Moves what is held to the pools of a new configuration; what lies outside all of them is dropped (R26). */
  setTable(table: PoolTable, holders: Iterable<Holder>): void {
    this.#table = table;
    this.#ledger = new AddressLedger(table);
    for (const holder of holders) {
      const pool = holder.held && table.poolOf(holder.held.ips);
      holder.held = holder.held && pool && { ...holder.held, pool, place: undefined };
      if (holder.held !== undefined) this.#ledger.add(holder.held);
    }
  }

  /** Gives these very addresses to a Service in place of what it holds, if the rules allow (R9, R13–R17, R19). */
  assign(request: AddressRequest, ips: readonly Ip[]): Grant {
    const pool = this.#table.poolOf(ips);
    if (pool === undefined) return fail(notAllowed(ips.map(ipText)));
    const choices: Choices = [{ pool, ips }];
    return this.#grant(request, choices);
  }

  /** Takes a Service's addresses away. */
  unassign(holder: Holder): void {
    if (holder.held !== undefined) this.#ledger.remove(holder.held);
    holder.held = undefined;
  }

  /** Puts a Service back to what it held, without asking the rules. */
  restore(holder: Holder, allocation: Allocation | undefined): void {
    if (holder.held !== undefined && allocation !== undefined && isSame(holder.held, allocation)) return;
    this.unassign(holder);
    holder.held = allocation;
    if (allocation !== undefined) this.#ledger.add(allocation);
  }

  /** Finds an address in the pools pinned to the Service, else in the open ones (R6, R7). */
  allocate(request: AddressRequest, family: RequestFamily): Grant {
    const pinned = this.#choices(this.#table.pinned(request), request, family);
    const choices = pinned ?? this.#choices(this.#table.open, request, family);
    return choices === undefined ? fail(refusal('PoolExhausted', 'no available IPs')) : this.#grant(request, choices);
  }

  /** Finds an address in the named pool and nowhere else (R6, R9). */
  allocateFromPool(request: AddressRequest, family: RequestFamily, name: string): Grant {
    const pool = this.#table.named(name);
    if (pool === undefined) return fail(refusal('PoolNotFound', `unknown pool "${name}"`));
    const choices = this.#choices([[pool]], request, family);
    return choices === undefined ? fail(this.#whyPoolIsFull(pool, request, family)) : this.#grant(request, choices);
  }

  /** Gives a single-family Service an address of the other family from the same pool (R25). */
  allocateAdditional(request: AddressRequest, existing: Ip, pool: Pool): Grant {
    const family = typeof existing === 'number' ? 6 : 4;
    const ip = this.#ledger.first(pool, family, request);
    if (ip === undefined) return fail(exhausted(notAllowed([ipText(existing), '<nil>'])));
    return this.#grant(request, [{ pool, ips: [existing, ip] }]);
  }

  #choices(
    groups: readonly (readonly Pool[])[],
    request: AddressRequest,
    requestFamily: RequestFamily,
  ): Choices | undefined {
    const order = familyOrder(requestFamily, request, this.#behaviour);
    return choicesAmong(groups, order, (pool, family) => this.#ledger.first(pool, family, request), this.#behaviour);
  }

  #grant(request: AddressRequest, choices: Choices): Grant {
    const { pool, ips } = choices[0];
    const why = this.#whyNot(request, pool, ips);
    if (why !== undefined) return fail(why);
    const { key, holder, ports, sharingKey, backendKey } = request;
    this.restore(holder, { key, ports, sharingKey, backendKey, pool, ips, place: undefined });
    return { ok: true, choices };
  }

  #whyNot(request: AddressRequest, pool: Pool, ips: readonly Ip[]): Refusal | undefined {
    if (!isCompatible(pool, request)) {
      return refusal('AddressOutsidePools', `pool ${pool.name} not compatible for ip assignment`);
    }
    for (const ip of ips) {
      const conflict = this.#ledger.conflict(request, ip);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  #whyPoolIsFull(pool: Pool, request: AddressRequest, family: RequestFamily): Refusal {
    const none = ([4, 6] as const).every((other) => this.#ledger.first(pool, other, request) === undefined);
    if (this.#behaviour.namesFullPool && none) return refusal('PoolExhausted', `no available IPs in pool ${pool.name}`);
    if (this.#behaviour.prefersDualStack && family !== 'dual') return exhausted(notAllowed(['<nil>']));
    const name = this.#behaviour.prefersDualStack ? pool.name : `"${pool.name}"`;
    return refusal('PoolExhausted', `no available IPs in pool ${name} for ${family} IPFamily`);
  }
}

function fail(refused: Refusal): Grant {
  return { ok: false, refusal: refused };
}

function notAllowed(texts: readonly string[]): Refusal {
  return refusal('AddressOutsidePools', `${goList(texts)} is not allowed in config`);
}

/** MetalLB names a nil address when it means that the pool has none left. */
function exhausted({ message }: Refusal): Refusal {
  return refusal('PoolExhausted', message);
}

function isSame(a: Allocation, b: Allocation): boolean {
  const sameTerms = a.pool === b.pool && a.sharingKey === b.sharingKey && a.backendKey === b.backendKey;
  return sameTerms && a.ports.length > 0 && a.ports.join() === b.ports.join() && a.ips.join() === b.ips.join();
}
