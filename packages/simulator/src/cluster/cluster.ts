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
import type { ControlPlaneClient } from './local-client.ts';
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
  /** First and last node port, 30000 and 32767 by default: more than about 2,700 LoadBalancer ports need more. */
  readonly nodePortRange?: readonly [first: number, last: number];
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
  const settings = settingsOf(options);
  const controlPlane = await startControlPlane(options, settings);
  const { environment } = controlPlane;
  const adminToken = options.adminToken ?? randomBytes(16).toString('hex');
  const tokens = authenticator(adminToken);
  const { state, ...faults } = apiFaults(() => environment.store.compact());
  const { tls, podLogs } = options;
  const server = await restartableServer(options.port ?? 0, (port) =>
    startApiServer({
      ...{ controlPlane, tls, podLogs, port, host: settings.host, authenticator: tokens, faults: state },
      authorize: authorizerOf(options, controlPlane),
    }),
  );
  const client = controlPlane.client('simulator');
  installSystemObjects({ options, settings, controlPlane, client, port: server.port });
  const stopState = keepState(options, controlPlane);
  const issueToken = (namespace: string, name: string): string => tokens.issueToken(namespace, name);
  const stopControllers = startControllers(controlPlane, {
    serviceAccounts: { ca: tls.ca, issueToken },
    onError: settings.onError,
  });
  const url = `https://${settings.host}:${server.port}`;
  return {
    ...{ url, port: server.port, client, controlPlane, faults },
    kubeconfig: (account) => kubeconfigOf({ url, ca: tls.ca, issueToken, adminToken }, account),
    serviceAccountToken: issueToken,
    stopApiServer: server.stop,
    startApiServer: server.start,
    close: async () => {
      stopControllers();
      await server.stop();
      stopState();
    },
  };
}

interface Settings {
  readonly clusterIpSubnet: string;
  readonly podSubnet: string;
  readonly host: string;
  /** Where pods reach the API server. */
  readonly apiAddress: string;
  readonly scheduler: Scheduler;
  readonly onError: (component: string, error: unknown) => void;
}

function settingsOf(options: ClusterOptions): Settings {
  const podSubnet = options.podSubnet ?? '172.27.0.0/16';
  return {
    clusterIpSubnet: options.clusterIpSubnet ?? '172.28.0.0/16',
    podSubnet,
    host: options.host ?? '127.0.0.1',
    // Without nodes, as a bare control plane, the gateway of the pod network stands for the machine.
    apiAddress: options.nodes[0]?.ip ?? addressOfSubnet(podSubnet, 1),
    scheduler: options.scheduler ?? systemScheduler,
    onError: options.onError ?? (() => undefined),
  };
}

function startControlPlane(options: ClusterOptions, settings: Settings): Promise<ControlPlane> {
  const { clusterIpSubnet, podSubnet, apiAddress, scheduler, onError } = settings;
  return createControlPlane({
    version: options.serverVersion,
    clusterIpSubnets: [clusterIpSubnet],
    nodePortRange: options.nodePortRange,
    allowLoopbackEndpoints: [clusterIpSubnet, podSubnet, apiAddress].some((text) => text.startsWith('127.')),
    snapshot: options.stateDir === undefined ? undefined : readStateFile(options.stateDir),
    scheduler,
    historyLimit: options.historyLimit,
    onListenerError: (error) => onError('store', error),
  });
}

interface RestartableServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** A server that comes back on the port it had. */
async function restartableServer(
  port: number,
  serve: (port: number) => Promise<ApiServer>,
): Promise<RestartableServer> {
  let running: ApiServer | undefined = await serve(port);
  const { port: own } = running;
  return {
    port: own,
    stop: async () => {
      const stopping = running;
      running = undefined;
      await stopping?.close();
    },
    start: async () => {
      running ??= await serve(own);
    },
  };
}

interface SystemObjects {
  readonly options: ClusterOptions;
  readonly settings: Settings;
  readonly controlPlane: ControlPlane;
  readonly client: ControlPlaneClient;
  readonly port: number;
}

/** What is in every cluster from its first moment. */
function installSystemObjects({ options, settings, controlPlane, client, port }: SystemObjects): void {
  const { clusterIpSubnet, podSubnet, apiAddress, scheduler } = settings;
  ensureSystemNamespaces({ client });
  installRoles(client);
  installNodes({ client, scheduler, nodes: options.nodes, podSubnet, serverVersion: controlPlane.version });
  installApiService({ client, clusterIpSubnet, address: apiAddress, port });
}

function keepState(
  { stateDir, scheduler = systemScheduler }: ClusterOptions,
  { environment }: ControlPlane,
): () => void {
  if (stateDir === undefined) return () => undefined;
  return keepStateFile({ store: environment.store, stateDir, scheduler });
}

function authorizerOf(options: ClusterOptions, controlPlane: ControlPlane): Authorizer {
  const { authorization = 'rbac' } = options;
  if (authorization === 'rbac') return rbacAuthorizer(controlPlane.environment.store);
  return authorization === 'always-allow' ? allowAuthenticated : authorization;
}

interface Credentials {
  readonly url: string;
  readonly ca: string;
  readonly issueToken: (namespace: string, name: string) => string;
  readonly adminToken: string;
}

function kubeconfigOf({ url, ca, issueToken, adminToken }: Credentials, account: string | undefined): string {
  if (account === undefined) return kubeconfigText({ server: url, ca, user: 'kubernetes-admin', token: adminToken });
  const [namespace = 'default', name = 'default'] = account.split('/');
  return kubeconfigText({ server: url, ca, user: name, token: issueToken(namespace, name), namespace });
}
