import type { Ip } from './ip-number.ts';

/** Anything with a place in the order of a pool. */
export interface Placed {
  readonly position: Ip;
}

/** A heap that gives the item with the least position first. Push and pop cost O(log n). */
export class MinHeap<T extends Placed> {
  readonly #items: T[] = [];

  /** The first item, or undefined when the heap is empty. */
  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      const above = items[parent];
      if (above === undefined || above.position <= item.position) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  /** Takes the first item out, if there is one. */
  pop(): void {
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
  }

  #sink(item: T): void {
    const items = this.#items;
    let index = 0;
    for (;;) {
      const child = this.#lesserChild(index);
      const below = items[child];
      if (below === undefined || below.position >= item.position) break;
      items[index] = below;
      index = child;
    }
    items[index] = item;
  }

  #lesserChild(index: number): number {
    const left = 2 * index + 1;
    const [a, b] = [this.#items[left], this.#items[left + 1]];
    return a !== undefined && b !== undefined && b.position < a.position ? left + 1 : left;
  }
}
