import { CREATION_STRING, DEVICE_LABEL } from './annotations.ts';
import type { ObjectKind } from './agent-failure.ts';
import { isRecord, recordOf } from './module-input.ts';

/** A Kubernetes object as an API returns or takes it; only what the decision looks at is named. */
export interface LiveObject {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly annotations?: Readonly<Record<string, string | null>> | null;
    readonly resourceVersion?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>> | null;
}

/** One call the agent makes. A replacement is the whole new object. */
export type ReconcileChange<T> =
  | { readonly action: 'replace' | 'create'; readonly name: string; readonly object: T }
  | { readonly action: 'delete'; readonly name: string };

/** One kind of objects: what is wanted, what the API has, and the value of the device label. */
export interface ReconcileInput<T extends LiveObject> {
  readonly kind: ObjectKind;
  readonly wanted: readonly T[];
  /** Everything of this kind in the namespace; what does not carry the device label is not looked at (claims excepted). */
  readonly existing: readonly LiveObject[];
  readonly deviceLabel: string;
}

/**
 * Decides what the agent does to bring one kind of objects in line (rule 26, iot-hub-and-iot-edge.md 7.3): first replacements, then
 * deletions, then creations. Equality is the creation string alone (ServiceAccounts: labels and annotations; the agent's own
 * Deployment: images; claims: labels, access modes, class and size), so foreign edits stay until the wanted object changes; a replacement keeps only
 * resourceVersion and, for a Service, clusterIP. Whatever carries the device label and is not wanted is deleted.
 */
export function reconcile<T extends LiveObject>(input: ReconcileInput<T>): readonly ReconcileChange<T>[] {
  const { kind, wanted, deviceLabel } = input;
  const owned = (object: LiveObject): boolean => object.metadata.labels?.[DEVICE_LABEL] === deviceLabel;
  // Claims are listed without the label, so that those of the user are found and left alone.
  const listed = kind === 'PersistentVolumeClaim' ? input.existing : input.existing.filter(owned);
  const found = new Map(listed.map((object) => [object.metadata.name, object]));
  const names = new Set(wanted.map((object) => object.metadata.name));
  const replaced = wanted.flatMap((object) => {
    const old = found.get(object.metadata.name);
    if (old === undefined || !owned(old) || isSame(kind, object, old)) return [];
    return [{ action: 'replace' as const, name: object.metadata.name, object: keepIdentity(kind, object, old) }];
  });
  const deleted = listed
    .filter((object) => owned(object) && !names.has(object.metadata.name))
    .map((object) => ({ action: 'delete' as const, name: object.metadata.name }));
  const created = wanted
    .filter((object) => !found.has(object.metadata.name))
    .map((object) => ({ action: 'create' as const, name: object.metadata.name, object }));
  return [...replaced, ...deleted, ...created];
}

function keepIdentity<T extends LiveObject>(kind: ObjectKind, wanted: T, old: LiveObject): T {
  const metadata = { ...wanted.metadata, resourceVersion: old.metadata.resourceVersion };
  if (kind !== 'Service') return { ...wanted, metadata };
  return { ...wanted, metadata, spec: { ...wanted.spec, clusterIP: old.spec?.['clusterIP'] } };
}

function isSame(kind: ObjectKind, wanted: LiveObject, old: LiveObject): boolean {
  if (kind === 'ServiceAccount') return sameMetadata(wanted, old, true);
  if (kind === 'PersistentVolumeClaim') return sameClaim(wanted, old);
  if (kind === 'Deployment' && wanted.metadata.name === 'edgeagent') return sameImages(wanted, old);
  return creationString(wanted) === creationString(old);
}

function creationString(object: LiveObject): string {
  return object.metadata.annotations?.[CREATION_STRING] ?? JSON.stringify([object.metadata, object.spec]);
}

function sameMetadata(wanted: LiveObject, old: LiveObject, annotations: boolean): boolean {
  const same = sameMap(wanted.metadata.labels, old.metadata.labels);
  return same && (!annotations || sameMap(wanted.metadata.annotations, old.metadata.annotations));
}

function sameMap(a: object | null | undefined, b: object | null | undefined): boolean {
  const sorted = (map: object | null | undefined): string =>
    Object.entries(map ?? {})
      .map((entry) => JSON.stringify(entry))
      .sort()
      .join();
  return sorted(a) === sorted(b);
}

// The API fills in the volume or the class, so that one of the two being equal is enough.
function sameClaim(wanted: LiveObject, old: LiveObject): boolean {
  const [a, b] = [recordOf(wanted.spec), recordOf(old.spec)];
  const bound = a['volumeName'] === b['volumeName'] || a['storageClassName'] === b['storageClassName'];
  return sameMetadata(wanted, old, false) && bound && sizeAndModes(a) === sizeAndModes(b);
}

function sizeAndModes(spec: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([spec['accessModes'], recordOf(recordOf(spec['resources'])['requests'])['storage']]);
}

function sameImages(wanted: LiveObject, old: LiveObject): boolean {
  const before = imagesOf(old);
  return [...imagesOf(wanted)].every(([name, image]) => before.has(name) && before.get(name) === image);
}

function imagesOf(deployment: LiveObject): ReadonlyMap<unknown, unknown> {
  const pod = recordOf(recordOf(recordOf(deployment.spec)['template'])['spec']);
  const containers: unknown = pod['containers'];
  const list: readonly unknown[] = Array.isArray(containers) ? containers : [];
  return new Map(list.filter(isRecord).map((container) => [container['name'], container['image']]));
}
