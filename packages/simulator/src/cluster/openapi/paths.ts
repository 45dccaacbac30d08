import type { JsonObject } from '../json.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';

/** The methods of one path, each with the kind it works on and the query parameters it takes. */
export interface PathEntry {
  readonly path: string;
  readonly methods: Readonly<Record<string, Operation>>;
}

/** One method of a path. */
export interface Operation {
  readonly action: string;
  readonly kind: ResourceKind;
  readonly parameters: readonly string[];
}

/** The paths of kinds, as far as clients look into them: kubectl asks whether `dryRun` and `fieldValidation` are known. */
export function pathsOf(kinds: readonly ResourceKind[], fieldValidation: boolean): readonly PathEntry[] {
  const write = ['dryRun', 'fieldManager', ...(fieldValidation ? ['fieldValidation'] : [])];
  return kinds.flatMap((kind): PathEntry[] => {
    const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${apiVersionOf(kind)}`;
    const collection = `${root}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}`;
    const operation = (action: string, parameters: readonly string[]): Operation => ({ action, kind, parameters });
    return [
      {
        path: collection,
        methods: {
          get: operation('list', ['continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion', 'watch']),
          post: operation('post', write),
        },
      },
      {
        path: `${collection}/{name}`,
        methods: {
          get: operation('get', []),
          put: operation('put', write),
          patch: operation('patch', [...write, 'force']),
          delete: operation('delete', ['dryRun', 'gracePeriodSeconds', 'propagationPolicy']),
        },
      },
    ];
  });
}

/** The extension by which tools find the kind of an operation. */
export function kindExtension({ group, version, kind }: ResourceKind): JsonObject {
  return { group, version, kind };
}
