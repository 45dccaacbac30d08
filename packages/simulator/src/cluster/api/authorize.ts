import { ApiError } from '../api-error.ts';
import type { User } from './authenticate.ts';

/** What somebody wants to do, as RBAC sees it. */
export type Access =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly namespace?: string;
      readonly name?: string;
    }
  | { readonly verb: string; readonly path: string };

/** Decides whether a user may do something. */
export type Authorizer = (user: User, access: Access) => boolean;

/** Lets everybody with a token do everything. */
export const allowAuthenticated: Authorizer = (user) => user.groups.includes('system:authenticated');

/** Throws 403 in the words of the real server. */
export function refuseAccess(user: User, access: Access): never {
  const who = `User ${JSON.stringify(user.name)} cannot`;
  if ('path' in access) {
    throw new ApiError(403, 'Forbidden', `forbidden: ${who} ${access.verb} path ${JSON.stringify(access.path)}`, {});
  }
  const { group, resource, name, namespace, verb, subresource } = access;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const subject = name === undefined ? qualified : `${qualified} ${JSON.stringify(name)}`;
  const target = subresource === undefined ? resource : `${resource}/${subresource}`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const message = `${subject} is forbidden: ${who} ${verb} resource ${JSON.stringify(target)} in API group ${JSON.stringify(group)} ${scope}`;
  throw new ApiError(403, 'Forbidden', message, {
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  });
}
