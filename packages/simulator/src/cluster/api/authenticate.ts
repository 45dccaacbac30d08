import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { unauthorized } from '../api-error.ts';

/** Who sends a request. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Knows bearer tokens. */
export interface Authenticator {
  /** The user of a request: anonymous without a token. Throws 401 for a token nobody has. */
  userOf(request: IncomingMessage): User;
  /** Makes a token of a ServiceAccount. */
  issueToken(namespace: string, name: string): string;
  /** Takes a token back: whoever still uses it gets 401. */
  revokeToken(token: string): void;
}

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The user of the administrator's token. */
export const administrator: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** The user that a ServiceAccount is. */
export function serviceAccountUser(namespace: string, name: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** Makes an authenticator that knows the administrator's token and those it issues itself. */
export function authenticator(adminToken: string): Authenticator {
  const users = new Map<string, User>([[adminToken, administrator]]);
  return {
    userOf: (request) => {
      const header = request.headers.authorization;
      if (header === undefined) return anonymous;
      const token = /^bearer\s+(\S+)$/i.exec(header)?.[1];
      const user = token === undefined ? undefined : users.get(token);
      if (user === undefined) throw unauthorized();
      return user;
    },
    issueToken: (namespace, name) => {
      // Shaped like a JSON web token, because clients look into it; the last part is a secret, not a signature.
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = {
        iss: 'https://kubernetes.default.svc.cluster.local',
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      const token = `${part({ alg: 'RS256', kid: 'simulator' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
      users.set(token, serviceAccountUser(namespace, name));
      return token;
    },
    revokeToken: (token) => void users.delete(token),
  };
}
