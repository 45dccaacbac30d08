import { randomBytes } from 'node:crypto';
import { installApiService } from './addons/install-api-service.ts';
import { installNodes } from './addons/install-nodes.ts';
import type { NodeOptions } from './addons/install-nodes.ts';
import { addressOfSubnet } from './admission/cluster-ip-allocator.ts';
import { installRoles } from './addons/install-roles.ts';
import { startApiServer } from './api/api-server.ts';
import type { ApiServer, ServerTls } from './api/api-server.ts';
import type { PodLogSource } from './api/api-context.ts';
import { authenticator } from './api/authenticate.ts';
import type { Authenticator } from './api/authenticate.ts';
import { allowAuthenticated } from './api/authorize.ts';
import type { Authorizer } from './api/authorize.ts';
import { apiFaults } from './api/faults.ts';
import type { ApiFaults } from './api/faults.ts';
import { kubeconfigText } from './api/kubeconfig.ts';
import { rbacAuthorizer } from './api/rbac-authorizer.ts';
import { createControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { ensureSystemNamespaces } from './controllers/namespace-controller.ts';
import { startControllers } from './controllers/start-controllers.ts';
import type { ObjectClient } from './object-client.ts';
import { keepStateFile, readStateFile } from './storage/state-file.ts';
import { systemScheduler } from './timing/scheduler.ts';
import type { Scheduler } from './timing/scheduler.ts';

/** What a simulated cluster is made of. */
export interface ClusterOptions {
  readonly tls: ServerTls;
  readonly nodes: readonly NodeOptions[];
  /** 0 or nothing takes a free port. */
  readonly port?: number;
  readonly host?: string;
  readonly clusterIpSubnet?: string;
  readonly podSubnet?: string;
  /** Keeps the objects in this directory across restarts. */
  readonly stateDir?: string;
  readonly serverVersion?: string;
  readonly adminToken?: string;
  /** `rbac` (default) decides by the stored roles, `always-allow` lets every token do everything. */
  readonly authorization?: 'rbac' | 'always-allow' | Authorizer;
  readonly scheduler?: Scheduler;
  /** Answers `kubectl logs`. */
  readonly podLogs?: PodLogSource;
  readonly historyLimit?: number;
  readonly onError?: (component: string, error: unknown) => void;
}

/** A running cluster: API server, storage and controllers. */
export interface Cluster {
  readonly url: string;
  readonly port: number;
  readonly client: ObjectClient;
  readonly controlPlane: ControlPlane;
  readonly faults: ApiFaults;
  /** The kubeconfig of the administrator, or of a ServiceAccount given as `namespace/name`. */
  kubeconfig(serviceAccount?: string): string;
  /** A token of a ServiceAccount, as a pod finds it in /var/run/secrets/kubernetes.io/serviceaccount/token. */
  serviceAccountToken(namespace: string, name: string): string;
  /** Takes the API server off the network, as a crash does: every connection is cut. The controllers go on. */
  stopApiServer(): Promise<void>;
  /** Puts the API server back on its port. */
  startApiServer(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a cluster: the composition of storage, API server and controllers. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const clusterIpSubnet = options.clusterIpSubnet ?? '172.28.0.0/16';
  const podSubnet = options.podSubnet ?? '172.27.0.0/16';
  const scheduler = options.scheduler ?? systemScheduler;
  const host = options.host ?? '127.0.0.1';
  // Without nodes, as a bare control plane, the gateway of the pod network stands for the machine.
  const apiAddress = options.nodes[0]?.ip ?? addressOfSubnet(podSubnet, 1);
  const onError = options.onError ?? (() => undefined);
  const controlPlane = await createControlPlane({
    version: options.serverVersion,
    clusterIpSubnets: [clusterIpSubnet],
    allowLoopbackEndpoints: [clusterIpSubnet, podSubnet, apiAddress].some((text) => text.startsWith('127.')),
    snapshot: options.stateDir === undefined ? undefined : readStateFile(options.stateDir),
    scheduler,
    historyLimit: options.historyLimit,
    onListenerError: (error) => onError('store', error),
  });
  const { environment } = controlPlane;
  const adminToken = options.adminToken ?? randomBytes(16).toString('hex');
  const tokens = authenticator(adminToken);
  const { state, ...faults } = apiFaults(() => environment.store.compact());
  const serve = (port: number): Promise<ApiServer> =>
    startApiServer({
      controlPlane,
      tls: options.tls,
      authenticator: tokens,
      authorize: authorizerOf(options, controlPlane),
      faults: state,
      host,
      port,
      podLogs: options.podLogs,
    });
  let server: ApiServer | undefined = await serve(options.port ?? 0);
  const { port } = server;
  const url = `https://${host}:${port}`;
  const client = controlPlane.client('simulator');
  ensureSystemNamespaces({ client });
  installRoles(client);
  installNodes({ client, scheduler, nodes: options.nodes, podSubnet, serverVersion: controlPlane.version });
  installApiService({ client, clusterIpSubnet, address: apiAddress, port });
  const stopState =
    options.stateDir === undefined
      ? undefined
      : keepStateFile({ store: environment.store, stateDir: options.stateDir, scheduler });
  const stopControllers = startControllers(controlPlane, {
    serviceAccounts: { ca: options.tls.ca, issueToken: (namespace, name) => tokens.issueToken(namespace, name) },
    onError,
  });
  return {
    url,
    port,
    client,
    controlPlane,
    faults,
    kubeconfig: (account) => kubeconfigOf({ url, ca: options.tls.ca, tokens, adminToken }, account),
    serviceAccountToken: (namespace, name) => tokens.issueToken(namespace, name),
    stopApiServer: async () => {
      const running = server;
      server = undefined;
      await running?.close();
    },
    startApiServer: async () => {
      server ??= await serve(port);
    },
    close: async () => {
      stopControllers();
      await server?.close();
      stopState?.();
    },
  };
}

function authorizerOf(options: ClusterOptions, controlPlane: ControlPlane): Authorizer {
  const { authorization = 'rbac' } = options;
  if (authorization === 'rbac') return rbacAuthorizer(controlPlane.environment.store);
  return authorization === 'always-allow' ? allowAuthenticated : authorization;
}

interface Credentials {
  readonly url: string;
  readonly ca: string;
  readonly tokens: Authenticator;
  readonly adminToken: string;
}

function kubeconfigOf({ url, ca, tokens, adminToken }: Credentials, account: string | undefined): string {
  if (account === undefined) return kubeconfigText({ server: url, ca, user: 'kubernetes-admin', token: adminToken });
  const [namespace = 'default', name = 'default'] = account.split('/');
  return kubeconfigText({ server: url, ca, user: name, token: tokens.issueToken(namespace, name), namespace });
}
