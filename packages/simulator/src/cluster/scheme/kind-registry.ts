import type { KubeObject, ResourceRef } from '../object-client.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { customKinds } from './custom-kinds.ts';
import type { CustomKindOptions } from './custom-kinds.ts';
import type { ResourceKind } from './resource-kind.ts';

/** Everything the server serves at the moment: the built-in kinds and those of the stored CustomResourceDefinitions. */
export interface KindRegistry {
  /** The kind that clients get under this path. */
  find(ref: ResourceRef): ResourceKind | undefined;
  /** The kind that the control plane itself gets: also in versions that are not served. */
  findAny(ref: ResourceRef): ResourceKind | undefined;
  /** The kind an owner reference or event names. */
  findKind(apiVersion: string, kind: string): ResourceKind | undefined;
  /** Everything that discovery lists. */
  all(): readonly ResourceKind[];
}

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';

/** Makes the registry over a store. Kinds of a definition are made anew only when the definition changes. */
export function kindRegistry(
  builtIn: readonly ResourceKind[],
  store: ObjectStore,
  options: CustomKindOptions,
): KindRegistry {
  const made = new WeakMap<KubeObject, readonly ResourceKind[]>();
  let from: readonly KubeObject[] | undefined;
  let kinds: readonly ResourceKind[] = builtIn;
  const all = (): readonly ResourceKind[] => {
    // The store hands out the same array until the collection changes.
    const present = store.list(definitions);
    if (present === from) return kinds;
    from = present;
    const custom = present.flatMap((definition) => {
      const known = made.get(definition) ?? customKinds(definition, options);
      made.set(definition, known);
      return known;
    });
    kinds = [...builtIn, ...custom];
    return kinds;
  };
  const findAny = (ref: ResourceRef): ResourceKind | undefined =>
    all().find(({ group, version, plural }) => plural === ref.plural && group === ref.group && version === ref.version);
  return {
    all: () => all().filter((kind) => kind.served),
    findAny,
    find: (ref) => {
      const kind = findAny(ref);
      return kind?.served === true ? kind : undefined;
    },
    findKind: (apiVersion, name) => {
      const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
      return all().find((kind) => kind.kind === name && kind.group === group && kind.version === version);
    },
  };
}
