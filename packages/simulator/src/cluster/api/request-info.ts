import { badRequest, invalid } from '../api-error.ts';
import { notSupported } from '../field-error.ts';
import type { DeleteOptions } from '../rest/delete-object.ts';

/** What a path of the resource API names. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** The verb that authorization and discovery speak of. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** Reads `/api/v1/…` and `/apis/GROUP/VERSION/…`; undefined for other paths. */
export function parseResourcePath(pathname: string): ResourcePath | undefined {
  const parts = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [root, first = '', second = ''] = parts;
  if (root === 'api' && parts.length >= 3) return resourcePath('', first, parts.slice(2));
  if (root === 'apis' && parts.length >= 4) return resourcePath(first, second, parts.slice(3));
  return undefined;
}

function resourcePath(group: string, version: string, rest: readonly string[]): ResourcePath | undefined {
  const [first = '', second, third, fourth, fifth] = rest;
  // `namespaces/x/status` is a part of the namespace, `namespaces/x/pods` a collection in it.
  const inNamespace =
    first === 'namespaces' && second !== undefined && third !== undefined && !['status', 'finalize'].includes(third);
  if (rest.length > (inNamespace ? 5 : 3)) return undefined;
  if (inNamespace) {
    return { group, version, plural: third, namespace: second, name: fourth, subresource: fifth };
  }
  return { group, version, plural: first, namespace: undefined, name: second, subresource: third };
}

/** The verb of a request. */
export function verbOf(method: string, path: ResourcePath, query: URLSearchParams): Verb | undefined {
  const named = path.name !== undefined;
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isTrue(query.get('watch'))) return 'watch';
      return named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return named ? 'update' : undefined;
    case 'PATCH':
      return named ? 'patch' : undefined;
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return undefined;
  }
}

/** Whether a query parameter switches something on. */
export function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}

/** A number in the query, or undefined. Anything but digits is a 400. */
export function numberParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** A text in the query, or undefined when missing or empty. */
export function textParameter(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : text;
}

/** The delete options of a request: from its body if it has one, else from the query. */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const given = (typeof body === 'object' && body !== null ? body : {}) as DeleteOptions & {
    dryRun?: unknown;
    orphanDependents?: boolean;
  };
  const policy =
    given.propagationPolicy ?? (textParameter(query, 'propagationPolicy') as DeleteOptions['propagationPolicy']);
  const legacy =
    given.orphanDependents === undefined
      ? undefined
      : given.orphanDependents
        ? ('Orphan' as const)
        : ('Background' as const);
  if (policy !== undefined && !['Background', 'Foreground', 'Orphan'].includes(policy)) {
    const supported = ['Foreground', 'Background', 'Orphan', 'nil'];
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      notSupported('propagationPolicy', policy, supported),
    ]);
  }
  return {
    gracePeriodSeconds: given.gracePeriodSeconds ?? numberParameter(query, 'gracePeriodSeconds'),
    propagationPolicy: policy ?? legacy,
    preconditions: given.preconditions,
    dryRun: query.getAll('dryRun').includes('All') || (Array.isArray(given.dryRun) && given.dryRun.includes('All')),
  };
}
