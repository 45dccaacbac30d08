import { without } from '../json.ts';
import { ApiError } from '../api-error.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ListPage } from '../rest/list-objects.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { partialMetadata, tableOf } from '../table/table.ts';
import type { TableOptions } from '../table/table.ts';

/** The form in which a client wants its answers. */
export interface Representation {
  readonly as: 'object' | 'table' | 'metadata';
  readonly yaml: boolean;
  readonly table: TableOptions;
  /** The group version of Table and PartialObjectMetadata. */
  readonly metaVersion: 'v1' | 'v1beta1';
}

/** One alternative of an Accept header. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The alternatives of an Accept header in their order. */
export function parseAccept(header: string | undefined): readonly MediaType[] {
  return (header ?? '*/*').split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim());
    const pairs = parameters.map((text): [string, string] => {
      const [name = '', value = ''] = text.split('=');
      return [name, value];
    });
    return { type: type.toLowerCase(), parameters: new Map(pairs) };
  });
}

const jsonTypes = new Set(['application/json', 'application/*', '*/*']);

/** Chooses the first form that the server can produce; 406 when there is none. */
export function negotiate(accept: string | undefined, query: URLSearchParams, now: Date): Representation {
  for (const { type, parameters } of parseAccept(accept)) {
    const yaml = type === 'application/yaml';
    if (!yaml && !jsonTypes.has(type)) continue;
    const as = parameters.get('as');
    const meta = parameters.get('g') === 'meta.k8s.io';
    const version = parameters.get('v') === 'v1beta1' ? 'v1beta1' : 'v1';
    const table = tableOptions(query, version, now);
    if (as === undefined) return { as: 'object', yaml, table, metaVersion: version };
    if (as === 'Table' && meta) return { as: 'table', yaml, table, metaVersion: version };
    if (as.startsWith('PartialObjectMetadata') && meta) return { as: 'metadata', yaml, table, metaVersion: version };
  }
  const message = 'only the following media types are accepted: application/json, application/yaml';
  throw new ApiError(406, 'NotAcceptable', message, {});
}

function tableOptions(query: URLSearchParams, version: 'v1' | 'v1beta1', now: Date): TableOptions {
  const include = query.get('includeObject');
  return { version, now, includeObject: include === 'None' || include === 'Object' ? include : 'Metadata' };
}

/** One object in the wanted form. */
export function representObject(kind: ResourceKind, object: KubeObject, form: Representation): JsonObject {
  if (form.as === 'table')
    return tableOf(kind, [object], { resourceVersion: object.metadata.resourceVersion }, form.table);
  if (form.as === 'metadata') return partialMetadata(object, `meta.k8s.io/${form.metaVersion}`);
  return object;
}

/** A list in the wanted form. The items of a built-in kind carry neither kind nor apiVersion. */
export function representList(kind: ResourceKind, page: ListPage, form: Representation): JsonObject {
  const metadata = page.metadata as unknown as JsonObject;
  if (form.as === 'table') return tableOf(kind, page.items, metadata, form.table);
  if (form.as === 'metadata') {
    const apiVersion = `meta.k8s.io/${form.metaVersion}`;
    const items = page.items.map((item) => partialMetadata(item, apiVersion));
    return { kind: 'PartialObjectMetadataList', apiVersion, metadata, items };
  }
  const items = kind.custom === undefined ? page.items.map(withoutType) : page.items;
  return { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items };
}

function withoutType(object: KubeObject): JsonObject {
  return without(object, 'kind', 'apiVersion');
}
