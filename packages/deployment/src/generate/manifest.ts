import type { DesiredInput, DeviceNetwork, Network } from '@iotedge-networking/contract';
import { chunkCreateOptions } from '@iotedge-networking/edge-agent';
import { planApps, type AppPlan } from './app-plan.ts';
import { createOptionsOf } from './create-options.ts';
import { desiredMaker } from './desired.ts';
import { networkingCreateOptions } from './networking-create-options.ts';
import { remember } from './remember.ts';
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
  readonly runtime: {
    readonly type: 'docker';
    readonly settings: {
      readonly minDockerVersion: string;
      readonly loggingOptions: string;
      readonly registryCredentials?: Network['registryCredentials'];
    };
  };
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

/** The host ports of edgeHub that downstream devices use: HTTPS, AMQP and MQTT. */
const EDGE_HUB_PORTS: readonly number[] = [443, 5671, 8883];

/** The deployment of one device: runtime, applications, and the networking module with its desired properties. Equal input gives equal output. */
export function generateManifest(network: Network, device: DeviceNetwork): Manifest {
  return manifestMaker(network)(device);
}

/** {@link generateManifest} for many devices of one network: what they have in common is made once, and is the same object in all manifests. */
export function manifestMaker(network: Network): (device: DeviceNetwork) => Manifest {
  const agentDesired = remember(agentMaker(network));
  const desired = desiredMaker(network);
  const hub = { 'properties.desired': edgeHubDesired(network) };
  return (device) => ({
    modulesContent: {
      $edgeAgent: { 'properties.desired': agentDesired(device.apps) },
      $edgeHub: hub,
      [network.module.name]: { 'properties.desired': desired(device) },
    },
  });
}

/** Makes the desired properties of $edgeAgent for sets of applications, which may differ in one application and share the others. */
export function agentMaker(network: Network): (apps: DeviceNetwork['apps']) => EdgeAgentDesired {
  const { registryCredentials } = network;
  const credentials = Object.keys(registryCredentials).length > 0 ? { registryCredentials } : {};
  const runtime = {
    type: 'docker' as const,
    settings: { minDockerVersion: 'v1.25', loggingOptions: '', ...credentials },
  };
  const systemModules = {
    edgeAgent: { type: 'docker' as const, settings: settingsOf(network.runtime.edgeAgent, {}) },
    edgeHub: runningModule({ image: network.runtime.edgeHub, env: {} }, edgeHubCreateOptions()),
  };
  const networking = runningModule(network.module, networkingCreateOptions(network));
  const moduleOf = remember((plan: AppPlan) => runningModule(plan.app, createOptionsOf(plan)));
  return (apps) => {
    const modules = planApps(network, { apps }).flatMap((plan) => {
      const module = moduleOf(plan);
      return plan.modules.map((name) => [name, module] as const);
    });
    return {
      schemaVersion: '1.1',
      runtime,
      systemModules,
      modules: Object.fromEntries([...modules, [network.module.name, networking] as const]),
    };
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

/** Name of the route by which the events of the networking module reach the cloud. */
export const EVENTS_ROUTE = 'networkEventsToUpstream';

/** Desired properties of $edgeHub: the route for the events of the networking module. */
export function edgeHubDesired({ module }: Pick<Network, 'module'>): EdgeHubDesired {
  return {
    schemaVersion: '1.1',
    routes: { [EVENTS_ROUTE]: { route: eventsRoute(module.name) } },
    storeAndForwardConfiguration: { timeToLiveSecs: 7200 },
  };
}

/** The route as a string, which every version of edgeHub reads. */
export function eventsRoute(module: string): string {
  return `FROM /messages/modules/${module}/outputs/networkEvents INTO $upstream`;
}
