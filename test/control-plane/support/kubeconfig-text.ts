import type { Credentials } from './test-authority.ts';

/** One way to reach one API server. */
export interface ApiAccess {
  readonly server: string;
  /** The server's authority, PEM. */
  readonly ca: string;
  readonly user: Credentials | { readonly token: string };
}

/** A kubeconfig as text (JSON, which is YAML too); nothing in it refers to a file. */
export function kubeconfigText({ server, ca, user }: ApiAccess): string {
  const credentials =
    'token' in user
      ? { token: user.token }
      : { 'client-certificate-data': base64(user.cert), 'client-key-data': base64(user.key) };
  const name = 'control-plane';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name, user: credentials }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
