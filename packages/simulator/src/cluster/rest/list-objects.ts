import { badRequest, expired, invalid, resourceVersionTooLarge } from '../api-error.ts';
import { forbiddenField } from '../field-error.ts';
import type { KubeObject } from '../object-client.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { parseFieldSelector } from '../selectors/field-selector.ts';
import { parseLabelSelector } from '../selectors/label-selector.ts';
import { storageKey } from '../storage/object-store.ts';
import { served } from './rest-environment.ts';
import type { RestEnvironment } from './rest-environment.ts';

/** Which objects of a collection. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What a list request asks for. */
export interface ListQuery extends Selection {
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
}

/** One page of a list. */
export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

/** The test that a selection puts to stored objects. */
export function selectionTest(
  { features }: Pick<RestEnvironment, 'features'>,
  kind: ResourceKind,
  selection: Selection,
): (object: KubeObject) => boolean {
  const { namespace, labelSelector = '', fieldSelector = '' } = selection;
  const labels = labelSelector === '' ? undefined : parseLabelSelector(labelSelector);
  const fields = fieldSelector === '' ? undefined : parseFieldSelector(fieldSelector, kind, features);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (labels === undefined || labels(object.metadata.labels ?? {})) &&
    (fields === undefined || fields(object));
}

/** Lists objects in the served version, page by page if a limit is given; all pages show the state of the first one. */
export function listObjects({ store, features }: RestEnvironment, kind: ResourceKind, query: ListQuery): ListPage {
  const token = query.continue === undefined ? undefined : readToken(query.continue);
  if (token !== undefined && (query.resourceVersion ?? '0') !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const version = token?.version ?? askedVersion(query, store.resourceVersion);
  const state = version === undefined ? store.list(kind.collection) : store.listAt(kind.collection, version);
  if (state === undefined) throw token === undefined ? expired(oldList) : expired(oldToken);
  const test = selectionTest({ features }, kind, query);
  const isLeft = (object: KubeObject): boolean => token === undefined || storageKey(object.metadata) > token.after;
  const matching = state.filter((object) => test(object) && isLeft(object));
  return pageOf(kind, query, matching, version ?? store.resourceVersion);
}

function pageOf(kind: ResourceKind, query: ListQuery, matching: readonly KubeObject[], version: number): ListPage {
  const { limit = 0, labelSelector = '', fieldSelector = '' } = query;
  const resourceVersion = String(version);
  const items = (limit === 0 ? matching : matching.slice(0, limit)).map((object) => served(kind, object));
  const last = items.at(-1);
  if (items.length === matching.length || last === undefined) return { items, metadata: { resourceVersion } };
  const next = { resourceVersion, continue: writeToken({ version, after: storageKey(last.metadata) }) };
  // The real server cannot count what a selector would leave.
  if (labelSelector + fieldSelector !== '') return { items, metadata: next };
  return { items, metadata: { ...next, remainingItemCount: matching.length - items.length } };
}

/** The past state that is asked for, if any. */
function askedVersion(query: ListQuery, current: number): number | undefined {
  const { resourceVersion = '', resourceVersionMatch } = query;
  if (resourceVersion === '' || resourceVersion === '0') {
    if (resourceVersionMatch !== undefined && resourceVersion === '') throw matchWithoutVersion();
    return undefined;
  }
  const asked = parseResourceVersion(resourceVersion);
  if (asked > current) throw resourceVersionTooLarge(asked, current);
  const exact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === undefined && (query.limit ?? 0) > 0);
  return exact ? asked : undefined;
}

function matchWithoutVersion(): Error {
  const detail = 'resourceVersionMatch is forbidden unless resourceVersion is provided';
  return invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [forbiddenField('resourceVersionMatch', detail)]);
}

/** Reads a resource version or throws 400. */
export function parseResourceVersion(text: string): number {
  if (!/^\d+$/.test(text)) {
    const value = JSON.stringify(text);
    throw badRequest(`resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`);
  }
  return Number(text);
}

interface Token {
  readonly version: number;
  readonly after: string;
}

function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: token.version, start: token.after })).toString(
    'base64url',
  );
}

function readToken(text: string): Token {
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString()) as { rv?: unknown; start?: unknown };
    if (typeof rv === 'number' && typeof start === 'string') return { version: rv, after: start };
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest('continue key is not valid');
}

const oldList = 'The resourceVersion for the provided list is too old.';
const oldToken =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
