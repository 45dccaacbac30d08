import { deviceLabel, MODULE_LABEL as moduleLabel, translateDeployment } from '@iotedge-networking/edge-agent';
import type { DeviceSettings, ModuleInput } from '@iotedge-networking/edge-agent';
import type { ObjectClient } from '../cluster/object-client.ts';
import type { ImageTableEntry } from '../node/image-table.ts';
import { agentReport } from './agent-report.ts';
import { applyBatches } from './apply-batches.ts';
import { applied } from './desired-status.ts';
import type { DesiredStatus } from './desired-status.ts';
import type { DeviceHub } from './device-hub.ts';
import { devicePods } from './device-pods.ts';
import type { DevicePods } from './device-pods.ts';
import { startEdgeHubModule } from './edge-hub-module.ts';
import { edgeImages } from './edge-images.ts';
import { systemModuleIds, updateIdentities } from './module-identities.ts';
import { moduleState } from './module-state.ts';
import type { ModuleState } from './module-state.ts';
import { readAgentDesired } from './read-agent-desired.ts';
import type { AgentDesired } from './read-agent-desired.ts';
import { createSystemObjects } from './system-objects.ts';
import { twinReporter } from './twin-reporter.ts';
import { startWorkloadApi } from './workload-api.ts';
import type { WorkloadApi } from './workload-api.ts';

/** What the IoT Edge runtime of a device is started with. */
export interface EdgeRuntimeOptions {
  readonly hub: DeviceHub;
  readonly client: ObjectClient;
  readonly deviceId: string;
  /** Default: iotedge. */
  readonly namespace?: string;
  /** `ase-k8s` publishes modules with port bindings as LoadBalancer, the generic chart as ClusterIP. Default: ase-k8s. */
  readonly profile?: 'ase-k8s' | 'kubernetes';
  /** The certificate authority of the hub's server certificate, PEM. The certificate must also name `edgehub`. */
  readonly trustBundle: string;
  /** Where modules reach the hub on this machine. */
  readonly hubPorts: { readonly mqtt: number; readonly https?: number };
  /** How often a deployment is looked at again (after a refusal, or when somebody deleted an object). Default: 180 s, as edgeAgent. */
  readonly replayMs?: number;
}

/** The running IoT Edge runtime of a device. */
export interface EdgeRuntime {
  /** Rows of the image table that the kubelet needs for this device's system containers. */
  readonly images: readonly ImageTableEntry[];
  readonly workloadPort: number;
  /** Looks at the deployment again now. */
  reconcile(): void;
  close(): Promise<void>;
}

const agentId = '$edgeAgent';
const reportDelayMs = 100;
const defaultReplayMs = 180_000;

/**
 * Plays the security daemon, edgeAgent and edgeHub of one device whose IoT Edge runs on Kubernetes: serves the workload API, turns
 * `$edgeAgent`'s desired properties into objects of the cluster, and reports how the modules fare. The modules themselves are pods like others.
 */
export async function startEdgeRuntime(options: EdgeRuntimeOptions): Promise<EdgeRuntime> {
  const { hub, client, deviceId, namespace = 'iotedge', trustBundle, hubPorts } = options;
  createSystemObjects(client, namespace, trustBundle);
  const agent = new Agent(options, namespace);
  const workload: WorkloadApi = await startWorkloadApi({
    trustBundle,
    identityOf: (moduleId) => {
      const identity = hub.identity(deviceId, moduleId);
      return identity && { generationId: identity.generationId, key: hub.primaryKey(deviceId, moduleId) };
    },
    callerAt: (address) => agent.moduleAt(address),
    moduleIds: () => hub.modules(deviceId).map(({ moduleId }) => moduleId ?? ''),
  });
  const endEdgeHub = startEdgeHubModule(hub, deviceId);
  agent.start();
  return {
    images: edgeImages({ workload: workload.port, ...hubPorts }),
    workloadPort: workload.port,
    reconcile: () => agent.reconcile(),
    async close() {
      agent.close();
      endEdgeHub();
      await workload.close();
    },
  };
}

/** edgeAgent: follows its desired properties and reports. */
class Agent {
  readonly #options: EdgeRuntimeOptions;
  readonly #namespace: string;
  readonly #pods: DevicePods;
  readonly #report: ReturnType<typeof twinReporter>;
  readonly #ends: (() => void)[] = [];
  #reportTimer: NodeJS.Timeout | undefined;
  #pending: NodeJS.Immediate | undefined;
  #desired: AgentDesired | undefined;
  #desiredVersion = 0;
  #status: DesiredStatus = { code: 406, description: '' };

  constructor(options: EdgeRuntimeOptions, namespace: string) {
    this.#options = options;
    this.#namespace = namespace;
    this.#pods = devicePods(options.client, namespace, () => this.#reportSoon());
    this.#report = twinReporter(options.hub, { deviceId: options.deviceId, moduleId: agentId });
  }

  start(): void {
    const { hub, deviceId, replayMs = defaultReplayMs } = this.#options;
    const replay = setInterval(() => this.reconcile(), replayMs);
    this.#ends.push(
      () => clearInterval(replay),
      hub.attach(deviceId, agentId, (method) => answerMethod(method)),
      hub.on('desired', (change) => {
        if (change.deviceId === deviceId && change.moduleId === agentId) this.#reconcileSoon();
      }),
    );
    this.reconcile();
  }

  close(): void {
    clearTimeout(this.#reportTimer);
    clearImmediate(this.#pending);
    for (const end of this.#ends) end();
    this.#pods.close();
  }

  /** The id of the module whose pod has this address. */
  moduleAt(address: string): string | undefined {
    const label = this.#pods.moduleAt(address);
    if (label === undefined) return undefined;
    const { hub, deviceId } = this.#options;
    const pod = (moduleId: string): string | undefined => this.#pods.podOf(moduleId)?.metadata.labels?.[moduleLabel];
    return (
      hub.modules(deviceId).find(({ moduleId }) => moduleId !== undefined && pod(moduleId) === label)?.moduleId ?? label
    );
  }

  /** After the hub has written all twins of a deployment. */
  #reconcileSoon(): void {
    this.#pending ??= setImmediate(() => {
      this.#pending = undefined;
      this.reconcile();
    });
  }

  reconcile(): void {
    const { hub, deviceId } = this.#options;
    const document = hub.desired(deviceId, agentId);
    this.#desiredVersion = Number(document['$version'] ?? 0);
    const read = readAgentDesired(document);
    // What runs stays as it is when a document cannot be read: it changes nothing on the device.
    if (read.ok) this.#desired = read.desired;
    this.#status = read.ok ? this.#attempt(read.desired.modules) : read.status;
    this.#reportSoon();
  }

  #attempt(modules: readonly ModuleInput[]): DesiredStatus {
    try {
      return this.#apply(modules);
    } catch (error) {
      return { code: 500, description: error instanceof Error ? error.message : String(error) };
    }
  }

  #apply(modules: readonly ModuleInput[]): DesiredStatus {
    const { hub, client, deviceId } = this.#options;
    const generationIds = updateIdentities(hub, deviceId, modules);
    const translation = translateDeployment(modules, this.#settings(generationIds));
    const { failure, batches, hubStatus } = translation;
    const place = { client, namespace: this.#namespace, deviceLabel: deviceLabel(deviceId) ?? '' };
    const refusals = applyBatches(batches, place);
    if (failure !== null) {
      const module = failure.module === null ? '' : `Module ${failure.module}: `;
      return { code: hubStatus ?? 500, description: `${module}${failure.message}` };
    }
    return refusals.length === 0 ? applied : { code: 500, description: refusals.join('\n') };
  }

  #settings(generationIds: Readonly<Record<string, string>>): DeviceSettings {
    const { hub, deviceId, profile = 'ase-k8s' } = this.#options;
    return {
      hubName: hub.hostName,
      deviceId,
      namespace: this.#namespace,
      defaultServiceType: profile === 'ase-k8s' ? 'LoadBalancer' : 'ClusterIP',
      generationIds,
    };
  }

  #reportSoon(): void {
    this.#reportTimer ??= setTimeout(() => {
      this.#reportTimer = undefined;
      const { hub, deviceId } = this.#options;
      if (hub.identity(deviceId, agentId) === undefined) return;
      const facts = { desiredVersion: this.#desiredVersion, status: this.#status, desired: this.#desired };
      this.#report(agentReport({ ...facts, stateOf: (name) => this.#stateOf(name) }));
    }, reportDelayMs);
  }

  #stateOf(name: string): ModuleState {
    const input = this.#desired?.modules.find((module) => module.name === name);
    const pod = this.#pods.podOf(systemModuleIds[name] ?? name);
    const container = pod?.metadata.labels?.[moduleLabel] ?? '';
    return moduleState(pod, container, input?.status?.toLowerCase() === 'stopped');
  }
}

function answerMethod(method: string): { status: number; payload: unknown } {
  if (method === 'ping') return { status: 200, payload: null };
  return { status: 404, payload: { message: `edgeAgent on Kubernetes has no method ${method}` } };
}
