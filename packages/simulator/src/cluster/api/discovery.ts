import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind, Subresource } from '../scheme/resource-kind.ts';
import type { JsonObject } from '../json.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const reviews = [
  { plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' },
  { plural: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview' },
  { plural: 'subjectaccessreviews', kind: 'SubjectAccessReview' },
];
const reviewGroup = 'authorization.k8s.io';

interface SubresourceEntry {
  readonly verbs: readonly string[];
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
}

const subresources: Readonly<Record<Subresource, SubresourceEntry>> = {
  status: { verbs: ['get', 'patch', 'update'] },
  scale: { verbs: ['get', 'patch', 'update'], kind: 'Scale', group: 'autoscaling', version: 'v1' },
  finalize: { verbs: ['update'] },
  log: { verbs: ['get'] },
  binding: { verbs: ['create'], kind: 'Binding' },
  eviction: { verbs: ['create'], kind: 'Eviction', group: 'policy', version: 'v1' },
  token: { verbs: ['create'], kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1' },
  approval: { verbs: ['get', 'patch', 'update'] },
};

interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

/** The named groups in the order they are listed, each with its versions, preferred first. */
function groupsOf(kinds: readonly ResourceKind[]): readonly Group[] {
  const names = [...new Set(kinds.map((kind) => kind.group)), reviewGroup].filter((name) => name !== '');
  return names.map((name) => ({
    name,
    versions:
      name === reviewGroup
        ? ['v1']
        : [...new Set(kinds.filter((kind) => kind.group === name).map((kind) => kind.version))],
  }));
}

function apiGroup({ name, versions }: Group): JsonObject {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/** `/apis`. */
export function groupList(kinds: readonly ResourceKind[]): JsonObject {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(kinds).map(apiGroup) };
}

/** `/apis/GROUP`; undefined for a group nobody serves. */
export function groupDocument(kinds: readonly ResourceKind[], name: string): JsonObject | undefined {
  const group = groupsOf(kinds).find((candidate) => candidate.name === name);
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) };
}

/** `/api`. */
export function coreVersions(): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '' }],
  };
}

/** `/api/v1` and `/apis/GROUP/VERSION`; undefined for a version nobody serves. */
export function resourceList(kinds: readonly ResourceKind[], group: string, version: string): JsonObject | undefined {
  const groupVersion = apiVersionOf({ group, version });
  if (group === reviewGroup && version === 'v1') {
    const resources = reviews.map(({ plural, kind }) => ({
      name: plural,
      singularName: '',
      namespaced: false,
      kind,
      verbs: ['create'],
    }));
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
  }
  const served = kinds.filter((kind) => kind.group === group && kind.version === version);
  if (served.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: served.flatMap(apiResources) };
}

function apiResources(kind: ResourceKind): JsonObject[] {
  const main = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs,
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    storageVersionHash: Buffer.from(`${kind.group}/${kind.kind}`).toString('base64').slice(0, 12),
  };
  return [
    main,
    ...kind.subresources.map((name) => {
      const { verbs: own, kind: ownKind, ...target } = subresources[name];
      return {
        name: `${kind.plural}/${name}`,
        singularName: '',
        namespaced: kind.namespaced,
        kind: ownKind ?? kind.kind,
        verbs: own,
        ...target,
      };
    }),
  ];
}

/** `/api` or `/apis` as `APIGroupDiscoveryList`: everything in one answer, since Kubernetes 1.26. */
export function aggregatedDiscovery(kinds: readonly ResourceKind[], core: boolean, apiVersion: string): JsonObject {
  const groups = core ? [{ name: '', versions: ['v1'] }] : groupsOf(kinds);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === '' ? { creationTimestamp: null } : { name, creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        freshness: 'Current',
        resources:
          name === reviewGroup
            ? reviews.map(reviewDiscovery)
            : kinds.filter((kind) => kind.group === name && kind.version === version).map(resourceDiscovery),
      })),
    })),
  };
}

function reviewDiscovery({ plural, kind }: { plural: string; kind: string }): JsonObject {
  const responseKind = { group: reviewGroup, version: 'v1', kind };
  return { resource: plural, responseKind, scope: 'Cluster', singularResource: kind.toLowerCase(), verbs: ['create'] };
}

function resourceDiscovery(kind: ResourceKind): JsonObject {
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs,
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(kind.subresources.length === 0
      ? {}
      : { subresources: kind.subresources.map((name) => subresourceDiscovery(kind, name)) }),
  };
}

function subresourceDiscovery(kind: ResourceKind, name: Subresource): JsonObject {
  const entry = subresources[name];
  return {
    subresource: name,
    responseKind: {
      group: entry.group ?? kind.group,
      version: entry.version ?? kind.version,
      kind: entry.kind ?? kind.kind,
    },
    verbs: entry.verbs,
  };
}
