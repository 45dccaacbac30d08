import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { KindRegistry } from '../scheme/kind-registry.ts';
import type { KubeObject } from '../object-client.ts';
import type { ServerFeatures } from '../server-version.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Scheduler } from '../timing/scheduler.ts';

/** What every verb works with. */
export interface RestEnvironment {
  readonly store: ObjectStore;
  readonly registry: KindRegistry;
  readonly features: ServerFeatures;
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly uid: () => string;
}

/** How a write is made. */
export interface WriteOptions {
  /** The field manager that owns what is written. */
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Takes the texts of `Warning` headers. */
  readonly warn: (message: string) => void;
}

/** The stored object in the version a client asks for. */
export function served(kind: ResourceKind, object: KubeObject): KubeObject {
  return kind.fromStorage === undefined ? object : kind.fromStorage(object);
}

/** A copy of an object of this version in the form in which it is stored, free to be changed. */
export function storable(kind: ResourceKind, object: KubeObject): KubeObject {
  const copy = structuredClone(object);
  return kind.toStorage === undefined ? copy : kind.toStorage(copy);
}

/** Names an object in errors of server-side apply: `default/web; /v1, Kind=Service`. */
export function placeOf(kind: ResourceKind, object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return `${namespace ?? ''}/${name}; ${kind.group === '' ? '/v1' : apiVersionOf(kind)}, Kind=${kind.kind}`;
}
