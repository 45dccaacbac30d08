import type { KubeObject, ObjectClient, ObjectEvent, ObjectKey, ResourceRef } from '../object-client.ts';

/** A change as controllers see it: the object, and what it was before. */
export interface ListerEvent extends ObjectEvent {
  readonly previous: KubeObject | undefined;
}

/** The cache of one collection. Its objects are shared: copy before changing them. */
export interface Lister {
  get(key: ObjectKey): KubeObject | undefined;
  list(namespace?: string): readonly KubeObject[];
  /** Calls the handler for every present object and every later change, after the cache has taken it in. */
  onChange(handler: (event: ListerEvent) => void): () => void;
  /** Groups the objects by a text; returns the function that finds a group. Objects with `undefined` are in none. */
  index(groupOf: (object: KubeObject) => string | undefined): (group: string) => readonly KubeObject[];
  stop(): void;
}

/** The key of an object as controllers queue it. */
export function keyText(key: ObjectKey): string {
  return `${key.namespace ?? ''}/${key.name}`;
}

/** The object key behind a queued key. */
export function keyFromText(text: string): ObjectKey {
  const slash = text.indexOf('/');
  const namespace = text.slice(0, slash);
  const name = text.slice(slash + 1);
  return namespace === '' ? { name } : { namespace, name };
}

/** Makes a lister that follows a collection. */
export function lister(client: ObjectClient, ref: ResourceRef): Lister {
  const namespaces = new Map<string, Map<string, KubeObject>>();
  const handlers = new Set<(event: ListerEvent) => void>();
  const bucket = (namespace = ''): Map<string, KubeObject> => {
    const found = namespaces.get(namespace) ?? new Map<string, KubeObject>();
    namespaces.set(namespace, found);
    return found;
  };
  const stop = client.watch(ref, ({ type, object }) => {
    const objects = bucket(object.metadata.namespace);
    const previous = objects.get(object.metadata.name);
    if (type === 'DELETED') objects.delete(object.metadata.name);
    else objects.set(object.metadata.name, object);
    for (const handler of [...handlers]) handler({ type, object, previous });
  });
  const list = (namespace?: string): readonly KubeObject[] => {
    if (namespace !== undefined) return [...(namespaces.get(namespace)?.values() ?? [])];
    return [...namespaces.values()].flatMap((objects) => [...objects.values()]);
  };
  const onChange = (handler: (event: ListerEvent) => void): (() => void) => {
    handlers.add(handler);
    for (const object of list()) handler({ type: 'ADDED', object, previous: undefined });
    return () => handlers.delete(handler);
  };
  return {
    get: (key) => namespaces.get(key.namespace ?? '')?.get(key.name),
    list,
    onChange,
    index: (groupOf) => groupedBy(onChange, groupOf),
    stop,
  };
}

function groupedBy(
  onChange: Lister['onChange'],
  groupOf: (object: KubeObject) => string | undefined,
): (group: string) => readonly KubeObject[] {
  const groups = new Map<string, Map<string, KubeObject>>();
  onChange(({ type, object, previous }) => {
    const key = keyText(object.metadata);
    const former = previous === undefined ? undefined : groupOf(previous);
    if (former !== undefined) groups.get(former)?.delete(key);
    const group = groupOf(object);
    if (group === undefined || type === 'DELETED') return;
    groups.set(group, (groups.get(group) ?? new Map<string, KubeObject>()).set(key, object));
  });
  return (group) => [...(groups.get(group)?.values() ?? [])];
}
