import { isBuggy, plus } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import { MinHeap } from './min-heap.ts';
import type { Placed } from './min-heap.ts';
import { positionIn } from './pool-table.ts';
import type { Segment } from './pool-table.ts';

/** An address with its place in the order of its pool. */
export interface Candidate extends Placed {
  readonly ip: Ip;
}

/** An address that was taken once. */
export interface Slot extends Candidate {
  readonly isTaken: boolean;
  /** Whether it waits among the freed addresses; it may be taken again while it does. */
  isQueued: boolean;
}

/**
 * Finds the first free address of one family of one pool (R5). Everything before the cursor is taken or queued among the
 * freed; everything after it is free unless taken by request. Each step is paid for once, by the allocation that moved the
 * cursor or the release that queued, so that n allocations cost O(n log n).
 */
export class FreeAddresses {
  readonly #segments: readonly Segment[];
  readonly #skipBuggy: boolean;
  readonly #isTaken: (ip: Ip) => boolean;
  readonly #freed = new MinHeap<Slot>();
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

  /** Must be told of every address that becomes free; queues it unless the cursor is still to come by. */
  release(slot: Slot): void {
    if (slot.isQueued || !this.#isBehindCursor(slot.position)) return;
    slot.isQueued = true;
    this.#freed.push(slot);
  }

  #isBehindCursor(position: Ip): boolean {
    const segment = this.#segments[this.#segmentIndex];
    if (segment === undefined || this.#cursor === undefined) return true;
    return position < positionIn(segment, this.#cursor);
  }

  #firstFreed(): Candidate | undefined {
    for (;;) {
      const slot = this.#freed.peek();
      if (slot === undefined || !slot.isTaken) return slot;
      slot.isQueued = false;
      this.#freed.pop();
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
