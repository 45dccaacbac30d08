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
  /** Sorted; positions that left stay until they are many. */
  #order: Ip[] = [];
  readonly #members = new Map<Ip, Ip>();
  readonly #searches = new Map<string, PortsSearch>();
  #log: Ip[] = [];

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** An address begins to carry the key. */
  join({ ip, position }: Candidate): void {
    this.#members.set(position, ip);
    const index = this.#indexOf(position);
    if (this.#order[index] !== position) this.#order.splice(index, 0, position);
    this.loosen(position);
  }

  /** An address carries the key no more. */
  leave(position: Ip): void {
    this.#members.delete(position);
    if (this.#order.length > 32 && this.#order.length > 2 * this.#members.size) {
      this.#order = this.#order.filter((known) => this.#members.has(known));
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
      const fresh = { cursor: this.#order[0], maybe: new MinHeap<Ip>(), read: this.#log.length };
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
      const ip = this.#members.get(position);
      if (ip !== undefined && fits(ip)) return { ip, position };
      search.maybe.pop();
    }
  }

  #firstInOrder(search: PortsSearch, fits: (ip: Ip) => boolean): Candidate | undefined {
    if (search.cursor === undefined) return undefined;
    let index = this.#indexOf(search.cursor);
    for (; index < this.#order.length; index += 1) {
      const position = this.#order[index];
      const ip = position === undefined ? undefined : this.#members.get(position);
      if (position !== undefined && ip !== undefined && fits(ip)) {
        search.cursor = position;
        return { ip, position };
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
      if (known !== undefined && known < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
