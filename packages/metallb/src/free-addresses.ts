import { isBuggy, plus } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import { MinHeap } from './min-heap.ts';
import { positionIn } from './pool-table.ts';
import type { Segment } from './pool-table.ts';

/** An address with its place in the order of its pool. */
export interface Candidate {
  readonly ip: Ip;
  readonly position: Ip;
}

/**
 * Finds the first free address of one family of one pool (R5). Everything before the cursor is taken or in the heap of
 * freed positions; everything after it is free unless taken by request. Each step is paid for once, by the allocation
 * that moved the cursor or the release that filled the heap, so that n allocations cost O(n log n).
 */
export class FreeAddresses {
  readonly #segments: readonly Segment[];
  readonly #skipBuggy: boolean;
  readonly #freed = new MinHeap<Ip>();
  readonly #freedAddresses = new Map<Ip, Ip>();
  readonly #isTaken: (ip: Ip) => boolean;
  #segmentIndex = 0;
  #cursor: Ip | undefined;

  constructor(segments: readonly Segment[], skipBuggy: boolean, isTaken: (ip: Ip) => boolean) {
    this.#segments = segments;
    this.#skipBuggy = skipBuggy;
    this.#isTaken = isTaken;
    this.#cursor = segments[0]?.first;
  }

  /** The first address nobody has, or undefined when the family is used up. Takes nothing. */
  first(): Candidate | undefined {
    return this.#firstFreed() ?? this.#firstFresh();
  }

  /** Must be told of every address that becomes free. */
  release(segment: Segment, ip: Ip): void {
    const position = positionIn(segment, ip);
    if (!this.#isBehindCursor(position) || this.#freedAddresses.has(position)) return;
    this.#freed.push(position);
    this.#freedAddresses.set(position, ip);
  }

  #isBehindCursor(position: Ip): boolean {
    const segment = this.#segments[this.#segmentIndex];
    if (segment === undefined || this.#cursor === undefined) return true;
    return position < positionIn(segment, this.#cursor);
  }

  #firstFreed(): Candidate | undefined {
    for (;;) {
      const position = this.#freed.peek();
      if (position === undefined) return undefined;
      const ip = this.#freedAddresses.get(position);
      if (ip !== undefined && !this.#isTaken(ip)) return { ip, position };
      this.#freed.pop();
      this.#freedAddresses.delete(position);
    }
  }

  #firstFresh(): Candidate | undefined {
    for (;;) {
      const ip = this.#cursor;
      const segment = this.#segments[this.#segmentIndex];
      if (ip === undefined || segment === undefined) return undefined;
      if (!(this.#skipBuggy && isBuggy(ip)) && !this.#isTaken(ip)) return { ip, position: positionIn(segment, ip) };
      this.#advance(segment, ip);
    }
  }

  #advance(segment: Segment, ip: Ip): void {
    if (ip < segment.last) {
      this.#cursor = plus(ip, typeof ip === 'number' ? 1 : 1n);
    } else {
      this.#segmentIndex += 1;
      this.#cursor = this.#segments[this.#segmentIndex]?.first;
    }
  }
}
