import type { DesiredInput, DeviceNetwork, Network } from '@iotedge-networking/contract';
import { chunkCreateOptions } from '@iotedge-networking/edge-agent';
import { planApps } from './app-plan.ts';
import { createOptionsOf } from './create-options.ts';
import { desiredOf } from './desired.ts';
import { networkingCreateOptions } from './networking-create-options.ts';
import type { JsonObject } from './sorted-json.ts';

/** Image and createOptions pieces of a module. */
export type ModuleSettings = Readonly<Record<string, string>>;

/** One module of a deployment, as edgeAgent schema 1.1 takes it. */
export interface ManifestModule {
  readonly type: 'docker';
  readonly status: 'running';
  readonly restartPolicy: 'always';
  readonly settings: ModuleSettings;
  readonly env?: Readonly<Record<string, { readonly value: string | number | boolean }>>;
}

/** Desired properties of $edgeAgent, schema 1.1. */
export interface EdgeAgentDesired {
  readonly schemaVersion: '1.1';
  readonly runtime: { readonly type: 'docker'; readonly settings: Readonly<Record<string, string>> };
  readonly systemModules: {
    readonly edgeAgent: { readonly type: 'docker'; readonly settings: ModuleSettings };
    readonly edgeHub: ManifestModule;
  };
  readonly modules: Readonly<Record<string, ManifestModule>>;
}

/** Desired properties of $edgeHub, schema 1.1: routes are objects. */
export interface EdgeHubDesired {
  readonly schemaVersion: '1.1';
  readonly routes: Readonly<Record<string, { readonly route: string }>>;
  readonly storeAndForwardConfiguration: { readonly timeToLiveSecs: number };
}

/** The modules and twins of a deployment, as "Set modules" takes them. */
export interface Manifest {
  readonly modulesContent: {
    readonly $edgeAgent: { readonly 'properties.desired': EdgeAgentDesired };
    readonly $edgeHub: { readonly 'properties.desired': EdgeHubDesired };
    readonly [module: string]: { readonly 'properties.desired': EdgeAgentDesired | EdgeHubDesired | DesiredInput };
  };
}

const EDGE_AGENT_IMAGE = 'mcr.microsoft.com/azureiotedge-agent:1.5';
const EDGE_HUB_IMAGE = 'mcr.microsoft.com/azureiotedge-hub:1.5';

/** The host ports of edgeHub that downstream devices use: HTTPS, AMQP and MQTT. */
const EDGE_HUB_PORTS: readonly number[] = [443, 5671, 8883];

/** The deployment of one device: runtime, applications, and the networking module with its desired properties. Equal input gives equal output. */
export function generateManifest(network: Network, device: DeviceNetwork): Manifest {
  return {
    modulesContent: {
      $edgeAgent: { 'properties.desired': edgeAgentDesired(network, device) },
      $edgeHub: { 'properties.desired': edgeHubDesired(network.module.name) },
      [network.module.name]: { 'properties.desired': desiredOf(network, device) },
    },
  };
}

function edgeAgentDesired(network: Network, device: DeviceNetwork): EdgeAgentDesired {
  const networking = runningModule(network.module, networkingCreateOptions(network));
  const modules = planApps(network, device).flatMap((plan) => {
    const module = runningModule(plan.app, createOptionsOf(plan));
    return plan.modules.map((name) => [name, module] as const);
  });
  return {
    schemaVersion: '1.1',
    runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25', loggingOptions: '' } },
    systemModules: {
      edgeAgent: { type: 'docker', settings: settingsOf(EDGE_AGENT_IMAGE, {}) },
      edgeHub: runningModule({ image: EDGE_HUB_IMAGE, env: {} }, edgeHubCreateOptions()),
    },
    modules: Object.fromEntries([...modules, [network.module.name, networking] as const]),
  };
}

function runningModule(
  { image, env }: { readonly image: string; readonly env: Readonly<Record<string, string | number | boolean>> },
  createOptions: JsonObject,
): ManifestModule {
  const names = Object.keys(env).sort();
  return {
    type: 'docker',
    status: 'running',
    restartPolicy: 'always',
    settings: settingsOf(image, createOptions),
    ...(names.length > 0 ? { env: Object.fromEntries(names.map((name) => [name, { value: env[name] ?? '' }])) } : {}),
  };
}

function settingsOf(image: string, createOptions: JsonObject): ModuleSettings {
  return { image, ...chunkCreateOptions(JSON.stringify(createOptions)) };
}

function edgeHubCreateOptions(): JsonObject {
  const bindings = EDGE_HUB_PORTS.map((port) => [`${port}/tcp`, [{ HostPort: String(port) }]]);
  return { HostConfig: { PortBindings: Object.fromEntries(bindings) as JsonObject } };
}

function edgeHubDesired(module: string): EdgeHubDesired {
  const route = `FROM /messages/modules/${module}/outputs/networkEvents INTO $upstream`;
  return {
    schemaVersion: '1.1',
    routes: { networkEventsToUpstream: { route } },
    storeAndForwardConfiguration: { timeToLiveSecs: 7200 },
  };
}
