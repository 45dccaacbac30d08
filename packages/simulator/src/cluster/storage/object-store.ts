import { deepFreeze } from '../json.ts';
import type { KubeObject, ObjectKey } from '../object-client.ts';
import { eventHistory } from './event-history.ts';
import type { EventHistory, StoredEvent } from './event-history.ts';

/** A snapshot of everything stored, as it goes into the state file. */
export interface StoreSnapshot {
  readonly resourceVersion: number;
  readonly collections: Readonly<Record<string, readonly KubeObject[]>>;
}

/** What the store needs to know when it is made. */
export interface ObjectStoreOptions {
  /** How many events each collection remembers for watches that come back; older resource versions are answered by 410 Gone. */
  readonly historyLimit?: number;
  /** The resource version before the first write. */
  readonly resourceVersion?: number;
  readonly snapshot?: StoreSnapshot;
  /** Told about a listener that threw; a broken listener must not break the writer. */
  readonly onListenerError?: (error: unknown) => void;
}

/** The name of a collection in the store: `services` or `deployments.apps`. */
export type CollectionName = string;

/**
 * The only place where objects live. Every write passes through `put` or `delete`, gets the next resource version and is told to the listeners
 * in order. Objects are frozen: readers share them and must copy before they change anything.
 */
export interface ObjectStore {
  readonly resourceVersion: number;
  get(collection: CollectionName, key: ObjectKey): KubeObject | undefined;
  /** All objects of the collection in key order (namespace, then name), as etcd has them. */
  list(collection: CollectionName): readonly KubeObject[];
  /** The collection as it was at an earlier resource version; undefined when the history does not reach back so far. */
  listAt(collection: CollectionName, resourceVersion: number): readonly KubeObject[] | undefined;
  put(collection: CollectionName, object: KubeObject): KubeObject;
  delete(collection: CollectionName, object: KubeObject): KubeObject;
  /** The events after a resource version; undefined when some of them are forgotten. */
  eventsSince(collection: CollectionName, resourceVersion: number): readonly StoredEvent[] | undefined;
  /** Tells the listener about every later write, until the returned function is called. */
  subscribe(collection: CollectionName, listener: (event: StoredEvent) => void): () => void;
  /** Tells the listener about writes to any collection. */
  subscribeAll(listener: (event: StoredEvent) => void): () => void;
  /** Forgets all history, as compaction does: whoever asks for an older resource version gets 410 Gone. */
  compact(): void;
  snapshot(): StoreSnapshot;
}

type Listener = (event: StoredEvent) => void;

interface Collection {
  readonly objects: Map<string, KubeObject>;
  readonly history: EventHistory;
  readonly listeners: Set<Listener>;
  sorted: readonly KubeObject[] | undefined;
}

/** The key of an object inside its collection, ordered as etcd orders: by namespace, then by name. */
export function storageKey(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`;
}

/** Makes a store, empty or from a snapshot. */
export function objectStore(options: ObjectStoreOptions = {}): ObjectStore {
  const limit = options.historyLimit ?? 2000;
  const start = options.snapshot?.resourceVersion ?? options.resourceVersion ?? 1;
  const collections = new Map<CollectionName, Collection>();
  const allListeners = new Set<Listener>();
  let resourceVersion = start;
  const collection = (name: CollectionName): Collection => {
    const found = collections.get(name) ?? emptyCollection(eventHistory(limit, start));
    collections.set(name, found);
    return found;
  };
  for (const [name, objects] of Object.entries(options.snapshot?.collections ?? {})) {
    for (const object of objects) collection(name).objects.set(storageKey(object.metadata), deepFreeze(object));
  }
  const publish = publisher(collection, allListeners, options.onListenerError ?? (() => undefined));
  const write = (name: CollectionName, object: KubeObject, type: 'PUT' | 'DELETED'): KubeObject => {
    resourceVersion += 1;
    const metadata = { ...object.metadata, resourceVersion: String(resourceVersion) };
    const stored = deepFreeze({ ...object, metadata });
    const previous = replace(collection(name), stored, type === 'DELETED');
    const eventType = type === 'DELETED' ? type : previous === undefined ? 'ADDED' : 'MODIFIED';
    publish({ collection: name, type: eventType, resourceVersion, object: stored, previous });
    return stored;
  };
  return {
    get resourceVersion() {
      return resourceVersion;
    },
    get: (name, key) => collection(name).objects.get(storageKey(key)),
    list: (name) => sortedObjects(collection(name)),
    listAt: (name, version) => objectsAt(collection(name), version),
    put: (name, object) => write(name, object, 'PUT'),
    delete: (name, object) => write(name, object, 'DELETED'),
    eventsSince: (name, version) => collection(name).history.since(version),
    subscribe: (name, listener) => subscribeTo(collection(name).listeners, listener),
    subscribeAll: (listener) => subscribeTo(allListeners, listener),
    compact: () => {
      for (const each of collections.values()) each.history.compact(resourceVersion);
    },
    snapshot: () => ({
      resourceVersion,
      collections: Object.fromEntries([...collections].map(([name, each]) => [name, sortedObjects(each)])),
    }),
  };
}

function emptyCollection(history: EventHistory): Collection {
  return { objects: new Map(), history, listeners: new Set(), sorted: undefined };
}

/** Puts an object in its place, or takes it away. Returns what was there. */
function replace(collection: Collection, object: KubeObject, gone: boolean): KubeObject | undefined {
  const key = storageKey(object.metadata);
  const previous = collection.objects.get(key);
  if (gone) collection.objects.delete(key);
  else collection.objects.set(key, object);
  collection.sorted = undefined;
  return previous;
}

/** Delivers events in order even when a listener writes: what it causes waits until everybody has heard the present event. */
function publisher(
  collection: (name: CollectionName) => Collection,
  allListeners: ReadonlySet<Listener>,
  onError: (error: unknown) => void,
): Listener {
  const queue: StoredEvent[] = [];
  let delivering = false;
  const deliver = (event: StoredEvent): void => {
    for (const listener of [...collection(event.collection).listeners, ...allListeners]) {
      try {
        listener(event);
      } catch (error) {
        onError(error);
      }
    }
  };
  return (event) => {
    collection(event.collection).history.add(event);
    queue.push(event);
    if (delivering) return;
    delivering = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) deliver(next);
    delivering = false;
  };
}

function subscribeTo(listeners: Set<Listener>, listener: Listener): () => void {
  // One wrapper per subscription: the same function may subscribe twice and leave twice.
  const own: Listener = (event) => {
    if (listeners.has(own)) listener(event);
  };
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

function sortedObjects(collection: Collection): readonly KubeObject[] {
  collection.sorted ??= [...collection.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  return collection.sorted;
}

function objectsAt(collection: Collection, version: number): readonly KubeObject[] | undefined {
  const later = collection.history.since(version);
  if (later === undefined) return undefined;
  if (later.length === 0) return sortedObjects(collection);
  const objects = new Map(collection.objects);
  for (const event of later.toReversed()) {
    const key = storageKey(event.object.metadata);
    if (event.previous === undefined) objects.delete(key);
    else objects.set(key, event.previous);
  }
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
