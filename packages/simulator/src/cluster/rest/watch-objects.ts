import { ApiError } from '../api-error.ts';
import type { KubeObject, ObjectEvent } from '../object-client.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { StoredEvent } from '../storage/event-history.ts';
import { selectionTest } from './list-objects.ts';
import type { Selection } from './list-objects.ts';
import { served } from './rest-environment.ts';
import type { RestEnvironment } from './rest-environment.ts';

/** Where a watch begins: with the present objects, or after a resource version. */
export type WatchStart = { readonly from: 'present' } | { readonly from: 'version'; readonly resourceVersion: number };

/**
 * Tells the listener what happens to the selected objects, in the served version. An object that begins or ceases to match the selection
 * appears as ADDED or DELETED. Throws 410 when the history does not reach back to the start. Returns the function that ends the watch.
 */
export function watchObjects(
  environment: RestEnvironment,
  kind: ResourceKind,
  query: { readonly selection: Selection; readonly start: WatchStart },
  listener: (event: ObjectEvent) => void,
): () => void {
  const { store } = environment;
  const test = selectionTest(environment, kind, query.selection);
  let seen = store.resourceVersion;
  if (query.start.from === 'present') {
    for (const object of store.list(kind.collection).filter(test))
      listener({ type: 'ADDED', object: served(kind, object) });
  } else {
    const events = store.eventsSince(kind.collection, query.start.resourceVersion);
    if (events === undefined) throw tooOld(query.start.resourceVersion, store.resourceVersion);
    seen = Math.max(seen, query.start.resourceVersion);
    for (const event of events) tell(kind, event, test, listener);
  }
  return store.subscribe(kind.collection, (event) => {
    // The store delivers in order but later: what was listed above must not be told twice.
    if (event.resourceVersion > seen) tell(kind, event, test, listener);
  });
}

/** 410: events are missing between the start of a watch and now. */
export function tooOld(asked: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

function tell(
  kind: ResourceKind,
  event: StoredEvent,
  test: (object: KubeObject) => boolean,
  listener: (event: ObjectEvent) => void,
): void {
  const matched = event.previous !== undefined && test(event.previous);
  const matches = event.type !== 'DELETED' && test(event.object);
  if (!matched && !matches) return;
  if (matches) {
    listener({ type: matched ? 'MODIFIED' : 'ADDED', object: served(kind, event.object) });
    return;
  }
  // The last state that matched, at the resource version of the change, as the real watch cache answers.
  const last = event.previous ?? event.object;
  const { resourceVersion } = event.object.metadata;
  listener({ type: 'DELETED', object: served(kind, { ...last, metadata: { ...last.metadata, resourceVersion } }) });
}
