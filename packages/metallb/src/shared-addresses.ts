import type { Candidate } from './free-addresses.ts';
import type { Ip } from './ip-number.ts';
import { MinHeap } from './min-heap.ts';

/** What one set of ports has learned about the addresses of a sharing key. */
interface PortsSearch {
  /** Every address before this position is known not to fit, apart from those in `maybe`. */
  cursor: Ip | undefined;
  readonly maybe: MinHeap<Candidate>;
  /** How much of the log of loosened addresses has been read. */
  read: number;
}

/**
 * The addresses that carry one sharing key in one family of one pool, in pool order. Finds the first on which a set of
 * ports is free (R18) without walking over addresses that the same ports failed on before: such an address can only
 * start to fit when it loses a port or joins, and those moments are logged.
 */
export class SharedAddresses<T extends Candidate> {
  /** Sorted; those that left stay until they are many. */
  #order: T[] = [];
  readonly #members = new Set<Candidate>();
  readonly #searches = new Map<string, PortsSearch>();
  #log: T[] = [];

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** An address begins to carry the key. */
  join(address: T): void {
    this.#members.add(address);
    const index = this.#indexOf(address.position);
    const known = this.#order[index];
    if (known?.position === address.position) this.#order[index] = address;
    else this.#order.splice(index, 0, address);
    this.loosen(address);
  }

  /** An address carries the key no more. */
  leave(address: T): void {
    this.#members.delete(address);
    if (this.#order.length > 32 && this.#order.length > 2 * this.#members.size) {
      this.#order = this.#order.filter((known) => this.#members.has(known));
    }
  }

  /** An address of the key lost ports, so that it may fit again where it did not. */
  loosen(address: T): void {
    this.#log.push(address);
    if (this.#log.length > 64 + 4 * (this.#members.size + this.#searches.size)) {
      this.#log = [];
      this.#searches.clear();
    }
  }

  /** The first address for which `fits` holds; `portsText` names the set of ports that `fits` tests. */
  first(portsText: string, fits: (ip: Ip) => boolean): Candidate | undefined {
    const search = this.#searchFor(portsText);
    const isMatch = (address: Candidate): boolean => this.#members.has(address) && fits(address.ip);
    return firstLoosened(search, isMatch) ?? this.#firstInOrder(search, isMatch);
  }

  #searchFor(portsText: string): PortsSearch {
    const known = this.#searches.get(portsText);
    if (known === undefined) {
      const fresh = { cursor: this.#order[0]?.position, maybe: new MinHeap<Candidate>(), read: this.#log.length };
      this.#searches.set(portsText, fresh);
      return fresh;
    }
    for (; known.read < this.#log.length; known.read += 1) {
      const address = this.#log[known.read];
      const isPassed = (position: Ip): boolean => known.cursor === undefined || position < known.cursor;
      if (address !== undefined && isPassed(address.position)) known.maybe.push(address);
    }
    return known;
  }

  #firstInOrder(search: PortsSearch, isMatch: (address: Candidate) => boolean): Candidate | undefined {
    if (search.cursor === undefined) return undefined;
    for (let index = this.#indexOf(search.cursor); index < this.#order.length; index += 1) {
      const address = this.#order[index];
      if (address !== undefined && isMatch(address)) {
        search.cursor = address.position;
        return address;
      }
    }
    search.cursor = undefined;
    return undefined;
  }

  /** Where a position is, or would be, in the order. */
  #indexOf(position: Ip): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const known = this.#order[middle];
      if (known !== undefined && known.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function firstLoosened(search: PortsSearch, isMatch: (address: Candidate) => boolean): Candidate | undefined {
  for (;;) {
    const address = search.maybe.peek();
    if (address === undefined || isMatch(address)) return address;
    search.maybe.pop();
  }
}
