import type { Family } from '@iotedge-networking/addressing';
import { FreeAddresses } from './free-addresses.ts';
import type { Candidate } from './free-addresses.ts';
import { ipFamily, ipText } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import type { Pool, PoolTable } from './pool-table.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { SharedAddresses } from './shared-addresses.ts';
import { Tenancy } from './tenancy.ts';
import type { Allocation, Sharer } from './tenancy.ts';

interface PoolBooks {
  readonly free: Readonly<Record<Family, FreeAddresses>>;
  readonly used: Record<Family, number>;
  readonly shared: Map<string, SharedAddresses<Tenancy>>;
}

/** Who is on which address, and which address comes next. Source: MetalLB internal/allocator assign, Unassign, checkSharing. */
export class AddressLedger {
  readonly #table: PoolTable;
  readonly #tenancies = new Map<Ip, Tenancy>();
  readonly #books = new Map<Pool, PoolBooks>();

  constructor(table: PoolTable) {
    this.#table = table;
  }

  /** How many addresses of the pool somebody holds. */
  used(pool: Pool): Readonly<Record<Family, number>> {
    return this.#booksOf(pool).used;
  }

  /** The Services on an address, in the order they came. */
  tenants(ip: Ip): readonly string[] {
    return this.#tenancies.get(ip)?.tenants ?? [];
  }

  /** Why this Service may not be on the address, or undefined when it may. */
  conflict(sharer: Sharer, ip: Ip): Refusal | undefined {
    const tenancy = this.#tenancies.get(ip);
    if (tenancy?.terms === undefined) return undefined;
    if (!mayShare(tenancy.terms, sharer)) {
      const others = tenancy.tenants.filter((key) => key !== sharer.key);
      if (others.length > 0) return sharingRefusal(tenancy.terms, sharer, others);
    }
    const clash = sharer.ports.find((port) => isHeldByOther(tenancy, port, sharer.key));
    if (clash === undefined) return undefined;
    return refusal('SharingConflict', `port ${clash} is already in use on "${ipText(ip)}"`);
  }

  /** The first address of the pool's family that the Service may have: free, or shareable (R5, R18). Takes nothing. */
  first(pool: Pool, family: Family, sharer: Sharer): Ip | undefined {
    const books = this.#booksOf(pool);
    const free = books.free[family].first();
    const shared = sharer.sharingKey === '' ? undefined : this.#firstShared(books, family, sharer);
    if (shared === undefined || (free !== undefined && free.position < shared.position)) return free?.ip;
    return shared.ip;
  }

  /** Puts a Service onto its addresses, which must lie in the pool and not be in conflict. */
  add(allocation: Allocation): void {
    const books = this.#booksOf(allocation.pool);
    for (const ip of allocation.ips) {
      const tenancy = this.#tenancies.get(ip) ?? this.#tenancyOn(ip);
      if (tenancy !== undefined) enter(books, tenancy, allocation);
      if (ip === allocation.ips[0]) allocation.place = tenancy;
    }
  }

  /** Takes a Service off its addresses. */
  remove(allocation: Allocation): void {
    const books = this.#booksOf(allocation.pool);
    for (const ip of allocation.ips) {
      const tenancy = ip === allocation.ips[0] ? allocation.place : this.#tenancies.get(ip);
      if (tenancy !== undefined) this.#leave(books, tenancy, allocation);
    }
  }

  #tenancyOn(ip: Ip): Tenancy | undefined {
    const segment = this.#table.segmentOf(ip);
    const tenancy = segment && new Tenancy(segment, ip);
    if (tenancy !== undefined) this.#tenancies.set(ip, tenancy);
    return tenancy;
  }

  /** An address that is queued among the freed keeps its record, for it will be taken again soon. */
  #leave(books: PoolBooks, tenancy: Tenancy, allocation: Allocation): void {
    const family = ipFamily(tenancy.ip);
    tenancy.leave(allocation);
    tellShared(books, tenancy, allocation);
    if (!tenancy.isTaken) books.free[family].release(tenancy);
    if (!tenancy.isEmpty) return;
    books.used[family] -= 1;
    if (!tenancy.isQueued) this.#tenancies.delete(tenancy.ip);
  }

  #booksOf(pool: Pool): PoolBooks {
    const known = this.#books.get(pool);
    if (known !== undefined) return known;
    const isTaken = (ip: Ip): boolean => this.#tenancies.get(ip)?.isTaken === true;
    const freeOf = (family: Family): FreeAddresses =>
      new FreeAddresses(pool.segments[family], pool.config.avoidBuggyIPs, isTaken);
    const fresh: PoolBooks = { free: { 4: freeOf(4), 6: freeOf(6) }, used: { 4: 0, 6: 0 }, shared: new Map() };
    this.#books.set(pool, fresh);
    return fresh;
  }

  #firstShared(books: PoolBooks, family: Family, sharer: Sharer): Candidate | undefined {
    const shared = books.shared.get(termsText(family, sharer));
    return shared?.first(sharer.ports.join(), (ip) => this.conflict(sharer, ip) === undefined);
  }
}

function enter(books: PoolBooks, tenancy: Tenancy, allocation: Allocation): void {
  if (tenancy.isEmpty) books.used[ipFamily(tenancy.ip)] += 1;
  if (!tenancy.isTaken) sharedOf(books, tenancy.ip, allocation)?.join(tenancy);
  tenancy.enter(allocation);
}

function tellShared(books: PoolBooks, tenancy: Tenancy, allocation: Allocation): void {
  const shared = sharedOf(books, tenancy.ip, allocation);
  if (shared === undefined) return;
  if (tenancy.isTaken) shared.loosen(tenancy);
  else shared.leave(tenancy);
  if (shared.isEmpty) books.shared.delete(termsText(ipFamily(tenancy.ip), allocation));
}

function mayShare(a: Sharer, b: Sharer): boolean {
  return a.sharingKey !== '' && a.sharingKey === b.sharingKey && a.backendKey === b.backendKey;
}

function isHeldByOther(tenancy: Tenancy, port: string, key: string): boolean {
  const holder = tenancy.holderOf(port);
  return holder !== undefined && holder !== key;
}

function sharingRefusal(terms: Sharer, sharer: Sharer, others: readonly string[]): Refusal {
  const bothShare = terms.sharingKey !== '' && sharer.sharingKey !== '';
  const names = [...others].sort().join();
  return refusal(
    bothShare ? 'SharingConflict' : 'AddressInUse',
    `can't change sharing key for "${sharer.key}", address also in use by ${names}`,
  );
}

function termsText(family: Family, { sharingKey, backendKey }: Sharer): string {
  return `${family} ${backendKey} ${sharingKey}`;
}

function sharedOf(books: PoolBooks, ip: Ip, sharer: Sharer): SharedAddresses<Tenancy> | undefined {
  if (sharer.sharingKey === '') return undefined;
  const text = termsText(ipFamily(ip), sharer);
  const known = books.shared.get(text);
  if (known !== undefined) return known;
  const fresh = new SharedAddresses<Tenancy>();
  books.shared.set(text, fresh);
  return fresh;
}
