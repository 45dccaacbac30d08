import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { openApiSession, type ApiSession } from '../../behaviour/api-session.ts';
import { eventually } from '../../support/eventually.ts';
import { startProgram, type BackgroundProgram } from './background-program.ts';
import { writeControlPlaneFiles, type ControlPlaneFiles } from './control-plane-files.ts';
import { freePort } from './free-port.ts';
import { kubeconfigText } from './kubeconfig-text.ts';
import type { ControlPlanePrograms } from './locate-control-plane.ts';
import type { Subject } from './test-authority.ts';

/** What may differ between control planes. */
export interface ControlPlaneOptions {
  /** Range of cluster IPs; Azure Stack Edge's own when absent. */
  readonly clusterIpRange?: string;
  /** Further flags of kube-apiserver. */
  readonly apiServerFlags?: readonly string[];
  /** Endpoint of the Service `default/kubernetes`; nobody answers there unless a data path forwards it. */
  readonly advertiseAddress?: string;
}

const CLUSTER_IPS = '172.28.0.0/16';
// The first address of the range, which the API server takes for its own Service.
const API_SERVICE_NAMES = [
  '172.28.0.1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];
const ADVERTISED = '192.0.2.1';
// Without a kubelet no node renews its lease; the other controllers left out need one, or a cloud.
const CONTROLLERS = [
  '*',
  '-nodelifecycle',
  '-nodeipam',
  '-ttl',
  '-attachdetach',
  '-cronjob',
  '-horizontalpodautoscaling',
];
// Sockets in the folder, where the programs run: no ports, and nobody else on the machine can open them. etcd insists on a name like host:port.
const CLIENT_SOCKET = 'etcd:2379';
const PEER_SOCKET = 'etcd:2380';
const START_MS = 60_000;

/**
 * etcd, kube-apiserver (TLS, RBAC, signed ServiceAccount tokens) and, where there is one, kube-controller-manager, on loopback, with everything they
 * write in one temporary folder. They end with this process, whatever happens to it.
 */
export class ControlPlane {
  /** URL of the API server. */
  readonly url: string;
  readonly port: number;
  readonly files: ControlPlaneFiles;
  /** A session of the administrator (group system:masters). */
  readonly admin: ApiSession;
  readonly adminKubeconfig: string;
  readonly hasControllers: boolean;
  readonly #programs: ControlPlanePrograms;
  readonly #options: ControlPlaneOptions;
  #etcd: BackgroundProgram | undefined;
  #apiServer: BackgroundProgram | undefined;
  #controllerManager: BackgroundProgram | undefined;

  private constructor(parts: {
    port: number;
    files: ControlPlaneFiles;
    admin: ApiSession;
    adminKubeconfig: string;
    programs: ControlPlanePrograms;
    options: ControlPlaneOptions;
  }) {
    this.port = parts.port;
    this.url = `https://127.0.0.1:${parts.port}`;
    this.files = parts.files;
    this.admin = parts.admin;
    this.adminKubeconfig = parts.adminKubeconfig;
    this.hasControllers = parts.programs.controllerManager !== undefined;
    this.#programs = parts.programs;
    this.#options = parts.options;
  }

  /** Starts all programs and waits until the API serves and its bootstrap objects are there; on failure nothing is left behind. */
  static async start(programs: ControlPlanePrograms, options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const port = await freePort();
    const url = `https://127.0.0.1:${port}`;
    const files = await writeControlPlaneFiles(url, ['127.0.0.1', 'localhost', ...API_SERVICE_NAMES]);
    const user = await files.authority.issue({ user: 'test-admin', groups: ['system:masters'] });
    const adminKubeconfig = kubeconfigText({ server: url, ca: files.authority.ca, user });
    const admin = await openApiSession(adminKubeconfig);
    const plane = new ControlPlane({ port, files, admin, adminKubeconfig, programs, options });
    try {
      plane.#startEtcd();
      await plane.startApiServer();
      await plane.#startControllerManager();
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** The kubeconfig of a user with a client certificate; RBAC decides what it may do. */
  async userKubeconfig(subject: Omit<Subject, 'names'>): Promise<string> {
    const { authority } = this.files;
    return kubeconfigText({ server: this.url, ca: authority.ca, user: await authority.issue(subject) });
  }

  /** The kubeconfig of a ServiceAccount that exists, with a token bound to it for an hour. */
  async serviceAccountKubeconfig(namespace: string, name: string): Promise<string> {
    const { status } = await this.admin.ask<{ status: { token: string } }>({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
    });
    return kubeconfigText({ server: this.url, ca: this.files.authority.ca, user: { token: status.token } });
  }

  /** Starts the API server again after {@link stopApiServer}, at the same address, and waits until it serves. */
  async startApiServer(): Promise<void> {
    this.#apiServer = this.#run(this.#programs.apiServer, this.#apiServerFlags());
    await this.#waitFor(this.#apiServer, 'the API server is ready', async () => {
      const { status } = await this.admin.send({ path: '/readyz' });
      return status === 200;
    });
  }

  /** Ends the API server; SIGKILL models a crash. */
  async stopApiServer(signal?: NodeJS.Signals): Promise<void> {
    await this.#apiServer?.stop(signal);
  }

  /** Makes etcd forget every revision but the newest, as its periodic compaction does: older lists and watches are then Expired. */
  async compact(): Promise<void> {
    const { header } = await this.#askEtcd<{ header: { revision: string } }>('/v3/kv/range', { key: 'AA==' });
    await this.#askEtcd('/v3/kv/compaction', { revision: header.revision, physical: true });
  }

  /** Stops all programs and removes the folder. */
  async stop(): Promise<void> {
    this.admin.close();
    await this.#controllerManager?.stop('SIGKILL');
    // A clean stop of the API server waits a minute for open watches; there is nothing here worth the wait.
    await this.#apiServer?.stop('SIGKILL');
    await this.#etcd?.stop('SIGKILL');
    await rm(this.files.folder, { recursive: true, force: true });
  }

  #startEtcd(): void {
    this.#etcd = this.#run(this.#programs.etcd, [
      `--data-dir=${this.files.path('etcd')}`,
      `--listen-client-urls=unix://${CLIENT_SOCKET}`,
      `--advertise-client-urls=unix://${CLIENT_SOCKET}`,
      `--listen-peer-urls=unix://${PEER_SOCKET}`,
      `--initial-advertise-peer-urls=unix://${PEER_SOCKET}`,
      `--initial-cluster=default=unix://${PEER_SOCKET}`,
    ]);
  }

  async #startControllerManager(): Promise<void> {
    const { controllerManager } = this.#programs;
    if (controllerManager === undefined) return;
    const program = this.#run(controllerManager, this.#controllerManagerFlags());
    this.#controllerManager = program;
    await this.#waitFor(program, 'the controllers work', async () => {
      const { status } = await this.admin.send({ path: '/api/v1/namespaces/default/serviceaccounts/default' });
      return status === 200;
    });
  }

  #apiServerFlags(): string[] {
    const path = (name: string) => this.files.path(name);
    const { clusterIpRange = CLUSTER_IPS, advertiseAddress = ADVERTISED, apiServerFlags = [] } = this.#options;
    return [
      `--etcd-servers=unix://${CLIENT_SOCKET}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${this.port}`,
      `--advertise-address=${advertiseAddress}`,
      `--tls-cert-file=${path('apiserver.crt')}`,
      `--tls-private-key-file=${path('apiserver.key')}`,
      `--client-ca-file=${path('ca.crt')}`,
      '--authorization-mode=Node,RBAC',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-signing-key-file=${path('service-account.key')}`,
      `--service-account-key-file=${path('service-account.key')}`,
      `--service-cluster-ip-range=${clusterIpRange}`,
      ...apiServerFlags,
    ];
  }

  #controllerManagerFlags(): string[] {
    const path = (name: string) => this.files.path(name);
    return [
      `--kubeconfig=${path('controller-manager.kubeconfig')}`,
      '--port=0',
      '--secure-port=0',
      '--leader-elect=false',
      '--use-service-account-credentials=true',
      `--controllers=${CONTROLLERS.join(',')}`,
      `--service-account-private-key-file=${path('service-account.key')}`,
      `--root-ca-file=${path('ca.crt')}`,
    ];
  }

  #run(file: string, parameters: readonly string[]): BackgroundProgram {
    const name = file.slice(file.lastIndexOf('/') + 1);
    return startProgram(file, parameters, { logFile: this.files.path(`${name}.log`), folder: this.files.folder });
  }

  async #waitFor(program: BackgroundProgram, what: string, ask: () => Promise<boolean>): Promise<void> {
    try {
      await eventually(
        what,
        async () => {
          const end = program.ended() ?? this.#etcd?.ended();
          // Until the server listens, every request fails.
          return end === undefined ? ask().catch(() => false) : true;
        },
        START_MS,
      );
    } catch (cause) {
      throw new Error(`${what}: not within ${START_MS} ms\n${program.lastLines()}`, { cause });
    }
    const end = program.ended() ?? this.#etcd?.ended();
    if (end !== undefined)
      throw new Error(
        `${what}: never, because a program ended (${end})\n${program.lastLines()}\n${this.#etcd?.lastLines() ?? ''}`,
      );
  }

  #askEtcd<T>(path: string, body: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: this.files.path(CLIENT_SOCKET), path, method: 'POST' }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new Error(`etcd answers ${response.statusCode ?? 0} to ${path}: ${text}`));
        });
      });
      sent.on('error', reject).end(JSON.stringify(body));
    });
  }
}
