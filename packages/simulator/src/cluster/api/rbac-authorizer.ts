import { listAt, objectAt, objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Access, Authorizer } from './authorize.ts';
import type { User } from './authenticate.ts';

const group = 'rbac.authorization.k8s.io';
// What everybody may read, and what every authenticated user may (system:public-info-viewer, system:discovery, system:basic-user).
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const discoveryPaths = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];
const selfReviews = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews']);

/** Decides by the stored Roles, ClusterRoles and their bindings, as RBAC does. `system:masters` may do everything. */
export function rbacAuthorizer(store: ObjectStore): Authorizer {
  return (user, access) => {
    if (user.groups.includes('system:masters')) return true;
    const known = user.groups.includes('system:authenticated');
    if ('path' in access) {
      const paths = known ? [...publicPaths, ...discoveryPaths] : publicPaths;
      if (access.verb === 'get' && paths.some((pattern) => pathMatches(pattern, access.path))) return true;
    } else if (known && access.group === 'authorization.k8s.io' && selfReviews.has(access.resource)) {
      return true;
    }
    return rulesOf(store, user, 'path' in access ? undefined : access.namespace).some((rule) =>
      ruleAllows(rule, access),
    );
  };
}

/** All rules that hold for a user, cluster-wide and in a namespace. */
export function rulesOf(store: ObjectStore, user: User, namespace: string | undefined): readonly JsonObject[] {
  const everywhere = store.list(`clusterrolebindings.${group}`).filter((binding) => binds(binding, user));
  const local =
    namespace === undefined
      ? []
      : store
          .list(`rolebindings.${group}`)
          .filter((binding) => binding.metadata.namespace === namespace && binds(binding, user));
  return [...everywhere, ...local].flatMap((binding) => {
    const name = textAt(binding, 'roleRef', 'name');
    const role =
      textAt(binding, 'roleRef', 'kind') === 'Role'
        ? store.get(`roles.${group}`, { namespace: binding.metadata.namespace, name })
        : store.get(`clusterroles.${group}`, { name });
    return role === undefined ? [] : objectsAt(role, 'rules');
  });
}

function binds(binding: KubeObject, user: User): boolean {
  return objectsAt(binding, 'subjects').some((subject) => {
    const name = textAt(subject, 'name');
    switch (subject['kind']) {
      case 'User':
        return name === user.name;
      case 'Group':
        return user.groups.includes(name);
      case 'ServiceAccount': {
        const namespace = textAt(subject, 'namespace') || (binding.metadata.namespace ?? '');
        return user.name === `system:serviceaccount:${namespace}:${name}`;
      }
      default:
        return false;
    }
  });
}

function ruleAllows(rule: JsonObject, access: Access): boolean {
  if (!includes(rule, 'verbs', access.verb)) return false;
  if ('path' in access)
    return listAt(rule, 'nonResourceURLs').some((pattern) => pathMatches(String(pattern), access.path));
  if (!includes(rule, 'apiGroups', access.group)) return false;
  const resources = listAt(rule, 'resources').map(String);
  const wanted = access.subresource === undefined ? access.resource : `${access.resource}/${access.subresource}`;
  const named = resources.some(
    (resource) =>
      resource === '*' ||
      resource === wanted ||
      (access.subresource !== undefined && resource === `*/${access.subresource}`),
  );
  if (!named) return false;
  const names = listAt(rule, 'resourceNames');
  return names.length === 0 || (access.name !== undefined && names.includes(access.name));
}

function includes(rule: JsonObject, field: string, value: string): boolean {
  const list = listAt(rule, field);
  return list.includes('*') || list.includes(value);
}

function pathMatches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** The object that a review request is about: `spec.resourceAttributes` or `spec.nonResourceAttributes`. */
export function accessOfReview(review: unknown): Access {
  const path = objectAt(review, 'spec', 'nonResourceAttributes');
  if (path !== undefined) return { verb: textAt(path, 'verb'), path: textAt(path, 'path') };
  const resource = objectAt(review, 'spec', 'resourceAttributes') ?? {};
  const optional = (field: string): string | undefined => textAt(resource, field) || undefined;
  return {
    verb: textAt(resource, 'verb'),
    group: textAt(resource, 'group'),
    resource: textAt(resource, 'resource'),
    subresource: optional('subresource'),
    namespace: optional('namespace'),
    name: optional('name'),
  };
}
