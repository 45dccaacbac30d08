import type { KubeObject, ResourceRef } from '../object-client.ts';
import type { FieldSchema } from '../schema/field-schema.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { customKinds } from './custom-kinds.ts';
import type { ResourceKind } from './resource-kind.ts';

/** Everything the server serves at the moment: the built-in kinds and those of the stored CustomResourceDefinitions. */
export interface KindRegistry {
  find(ref: ResourceRef): ResourceKind | undefined;
  /** The kind an owner reference or event names. */
  findKind(apiVersion: string, kind: string): ResourceKind | undefined;
  all(): readonly ResourceKind[];
}

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';

/** Makes the registry over a store. Kinds of a definition are made anew only when the definition changes. */
export function kindRegistry(builtIn: readonly ResourceKind[], store: ObjectStore, metadata: FieldSchema): KindRegistry {
  const made = new WeakMap<KubeObject, readonly ResourceKind[]>();
  let from: readonly KubeObject[] | undefined;
  let kinds: readonly ResourceKind[] = builtIn;
  const all = (): readonly ResourceKind[] => {
    // The store hands out the same array until the collection changes.
    const present = store.list(definitions);
    if (present === from) return kinds;
    from = present;
    const custom = present.flatMap((definition) => {
      const known = made.get(definition) ?? customKinds(definition, metadata);
      made.set(definition, known);
      return known;
    });
    kinds = [...builtIn, ...custom];
    return kinds;
  };
  return {
    all,
    find: (ref) => all().find(({ group, version, plural }) => plural === ref.plural && group === ref.group && version === ref.version),
    findKind: (apiVersion, kind) => {
      const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
      return all().find((candidate) => candidate.kind === kind && candidate.group === group && candidate.version === version);
    },
  };
}
