import { objectsAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ControllerContext } from './controller-context.ts';
import { keyFromText, keyText } from './lister.ts';
import { refs } from './refs.ts';
import { startController } from './start-controller.ts';
import { randomSuffix } from '../admission/names.ts';

/** What pods need to trust the API server and to be somebody. */
export interface ServiceAccountOptions {
  /** The certificate authority of the API server, PEM. */
  readonly ca: string;
  /** Makes a token of a ServiceAccount. */
  readonly issueToken: (namespace: string, name: string) => string;
}

/** Gives each namespace its `default` ServiceAccount and the authority's certificate; before 1.24 also each ServiceAccount its token Secret. */
export function startServiceAccountController(context: ControllerContext, options: ServiceAccountOptions): () => void {
  const namespaces = context.lister(refs.namespaces);
  const accounts = context.lister(refs.serviceAccounts);
  const configMaps = context.lister(refs.configMaps);
  const { client, environment } = context;
  const endDefaults = startController(context, {
    name: 'serviceaccount-controller',
    sources: [
      { lister: namespaces, keys: ({ object }) => [object.metadata.name] },
      { lister: accounts, keys: ({ type, object }) => (type === 'DELETED' ? [object.metadata.namespace ?? ''] : []) },
      { lister: configMaps, keys: ({ type, object }) => (type === 'DELETED' ? [object.metadata.namespace ?? ''] : []) },
    ],
    reconcile: (namespace) => {
      const owner = namespaces.get({ name: namespace });
      if (owner === undefined || owner.metadata.deletionTimestamp !== undefined) return;
      if (accounts.get({ namespace, name: 'default' }) === undefined) {
        client.create(refs.serviceAccounts, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default', namespace },
        });
      }
      // Since 1.20; what a Pod mounts as ca.crt.
      if (configMaps.get({ namespace, name: 'kube-root-ca.crt' }) === undefined) {
        const metadata = { name: 'kube-root-ca.crt', namespace };
        client.create(refs.configMaps, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata,
          data: { 'ca.crt': options.ca },
        });
      }
    },
  });
  if (environment.features.minor >= 24) return endDefaults;
  const endTokens = startController(context, {
    name: 'tokens-controller',
    sources: [{ lister: accounts, keys: ({ object }) => [keyText(object.metadata)] }],
    reconcile: (key) => {
      const account = accounts.get(keyFromText(key));
      if (account !== undefined && objectsAt(account, 'secrets').length === 0) giveToken(context, options, account);
    },
  });
  return () => {
    endDefaults();
    endTokens();
  };
}

function giveToken(
  { client, environment }: ControllerContext,
  options: ServiceAccountOptions,
  account: KubeObject,
): void {
  const { name, namespace = '', uid = '' } = account.metadata;
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  const secret = client.create(refs.secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `${name}-token-${randomSuffix(environment.random)}`,
      namespace,
      annotations: { 'kubernetes.io/service-account.name': name, 'kubernetes.io/service-account.uid': uid },
      ownerReferences: [{ apiVersion: 'v1', kind: 'ServiceAccount', name, uid }],
    },
    type: 'kubernetes.io/service-account-token',
    data: {
      'ca.crt': encoded(options.ca),
      namespace: encoded(namespace),
      token: encoded(options.issueToken(namespace, name)),
    },
  });
  client.patch(refs.serviceAccounts, account.metadata, {
    kind: 'merge',
    body: { secrets: [{ name: secret.metadata.name }] },
  });
}
