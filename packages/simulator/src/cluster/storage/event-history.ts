import type { KubeObject, ObjectEvent } from '../object-client.ts';

/** One write, as the watch cache remembers it. `previous` is what the write replaced or removed. */
export interface StoredEvent extends ObjectEvent {
  readonly collection: string;
  readonly resourceVersion: number;
  readonly previous: KubeObject | undefined;
}

/** The bounded memory of one collection's writes. */
export interface EventHistory {
  add(event: StoredEvent): void;
  /** The events after a resource version, oldest first; undefined when one of them may be forgotten. */
  since(resourceVersion: number): readonly StoredEvent[] | undefined;
  /** Forgets every event up to a resource version. */
  compact(resourceVersion: number): void;
}

/** Makes a history of at most `limit` events that begins at a resource version. */
export function eventHistory(limit: number, start: number): EventHistory {
  let events: StoredEvent[] = [];
  let floor = start;
  return {
    add: (event) => {
      events.push(event);
      // Cut in halves, not one by one: removing the head of an array costs its whole length.
      if (events.length < 2 * limit) return;
      const dropped = events.splice(0, events.length - limit);
      floor = dropped.at(-1)?.resourceVersion ?? floor;
    },
    since: (resourceVersion) => {
      if (resourceVersion < floor) return undefined;
      return events.slice(firstAfter(events, resourceVersion));
    },
    compact: (resourceVersion) => {
      floor = Math.max(floor, resourceVersion);
      events = events.filter((event) => event.resourceVersion > resourceVersion);
    },
  };
}

function firstAfter(events: readonly StoredEvent[], resourceVersion: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.resourceVersion ?? Infinity) <= resourceVersion) low = middle + 1;
    else high = middle;
  }
  return low;
}
