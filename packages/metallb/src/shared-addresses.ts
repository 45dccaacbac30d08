import type { Candidate } from './free-addresses.ts';
import type { Ip } from './ip-number.ts';
import { MinHeap } from './min-heap.ts';

/** What one set of ports has learned about the addresses of a sharing key. */
interface PortsSearch {
  /** Every address before this position is known not to fit, apart from those in `maybe`. */
  cursor: Ip | undefined;
  readonly maybe: MinHeap<Ip>;
  /** How much of the log of loosened addresses has been read. */
  read: number;
}

/**
 * The addresses that carry one sharing key in one family of one pool, in pool order. Finds the first on which a set of
 * ports is free (R18) without walking over addresses that the same ports failed on before: such an address can only
 * start to fit when it loses a port or joins, and those moments are logged.
 */
export class SharedAddresses {
  /** Sorted; those that left stay until they are many. */
  #order: Candidate[] = [];
  readonly #members = new Map<Ip, Candidate>();
  readonly #searches = new Map<string, PortsSearch>();
  #log: Ip[] = [];

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** An address begins to carry the key. */
  join(candidate: Candidate): void {
    const { position } = candidate;
    this.#members.set(position, candidate);
    const index = this.#indexOf(position);
    if (this.#order[index]?.position !== position) this.#order.splice(index, 0, candidate);
    this.loosen(position);
  }

  /** An address carries the key no more. */
  leave(position: Ip): void {
    this.#members.delete(position);
    if (this.#order.length > 32 && this.#order.length > 2 * this.#members.size) {
      this.#order = this.#order.filter((known) => this.#members.has(known.position));
    }
  }

  /** An address of the key lost ports, so that it may fit again where it did not. */
  loosen(position: Ip): void {
    this.#log.push(position);
    if (this.#log.length > 64 + 4 * (this.#members.size + this.#searches.size)) {
      this.#log = [];
      this.#searches.clear();
    }
  }

  /** The first address for which `fits` holds; `portsText` names the set of ports that `fits` tests. */
  first(portsText: string, fits: (ip: Ip) => boolean): Candidate | undefined {
    const search = this.#searchFor(portsText);
    return this.#firstLoosened(search, fits) ?? this.#firstInOrder(search, fits);
  }

  #searchFor(portsText: string): PortsSearch {
    const known = this.#searches.get(portsText);
    if (known === undefined) {
      const fresh = { cursor: this.#order[0]?.position, maybe: new MinHeap<Ip>(), read: this.#log.length };
      this.#searches.set(portsText, fresh);
      return fresh;
    }
    for (; known.read < this.#log.length; known.read += 1) {
      const position = this.#log[known.read];
      if (position !== undefined && (known.cursor === undefined || position < known.cursor)) known.maybe.push(position);
    }
    return known;
  }

  #firstLoosened(search: PortsSearch, fits: (ip: Ip) => boolean): Candidate | undefined {
    for (;;) {
      const position = search.maybe.peek();
      if (position === undefined) return undefined;
      const candidate = this.#members.get(position);
      if (candidate !== undefined && fits(candidate.ip)) return candidate;
      search.maybe.pop();
    }
  }

  #firstInOrder(search: PortsSearch, fits: (ip: Ip) => boolean): Candidate | undefined {
    if (search.cursor === undefined) return undefined;
    for (let index = this.#indexOf(search.cursor); index < this.#order.length; index += 1) {
      const candidate = this.#order[index];
      if (candidate !== undefined && this.#members.has(candidate.position) && fits(candidate.ip)) {
        search.cursor = candidate.position;
        return candidate;
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
