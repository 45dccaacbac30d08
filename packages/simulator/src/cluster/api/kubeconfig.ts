import { stringify } from 'yaml';

/** What a kubeconfig names. */
export interface KubeconfigOptions {
  readonly server: string;
  /** The certificate authority of the server, PEM. */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
  readonly cluster?: string;
  readonly namespace?: string;
}

/** Writes a kubeconfig with one cluster, one user and one context. */
export function kubeconfigText(options: KubeconfigOptions): string {
  const cluster = options.cluster ?? 'simulator';
  const name = `${options.user}@${cluster}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster,
        cluster: { server: options.server, 'certificate-authority-data': Buffer.from(options.ca).toString('base64') },
      },
    ],
    users: [{ name: options.user, user: { token: options.token } }],
    contexts: [{ name, context: { cluster, user: options.user, namespace: options.namespace ?? 'default' } }],
    'current-context': name,
    preferences: {},
  });
}
