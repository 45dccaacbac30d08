import type { DeviceNetwork, Network } from '@iotedge-networking/contract';
import { planApps, type AppPlan } from './app-plan.ts';
import { createOptionsOf } from './create-options.ts';
import { generateManifest, type ManifestModule } from './manifest.ts';
import { networkingCreateOptions } from './networking-create-options.ts';
import { isJsonObject, mergeObjects, sortKeys, type JsonObject } from './sorted-json.ts';

/** A folder that holds the source of a module: `module.json` and the Dockerfiles it names. */
export interface ModuleFolder {
  /** Name of the folder; an application or the networking module of the same name is built from it. */
  readonly name: string;
  /** Folder that holds it, relative to the template; `modules` is where the tools look by themselves. */
  readonly parent: string;
  /** Platforms of its `module.json`, such as `amd64` and `amd64.debug`. */
  readonly platforms: readonly string[];
}

/** What a template depends on besides network.yaml. */
export interface TemplateOptions {
  readonly folders: readonly ModuleFolder[];
  readonly debug: boolean;
}

/** A template, and the variables it leaves to `.env` with the values of the device. */
export interface DeploymentTemplate {
  readonly template: JsonObject;
  readonly variables: Readonly<Record<string, string>>;
}

/** Port of the Node inspector inside a container. */
const INSPECTOR = 9229;

/**
 * The deployment as a template of VS Code and iotedgedev, schema 4.0.0: images of local modules as `${MODULES.<folder>}`, create options as objects, which the tools turn
 * into text and cut, and what is one device's own as `$NAME`, to be given in `.env`. One placeholder per line, since the tools find no more. With `debug`, modules
 * whose folder has a debug platform take that image and open the port of the Node inspector: 9229, 9230 and so on.
 */
export function deploymentTemplate(
  network: Network,
  device: DeviceNetwork,
  options: TemplateOptions,
): DeploymentTemplate {
  const { $edgeAgent, $edgeHub, ...twins } = generateManifest(network, device).modulesContent;
  const agent = $edgeAgent['properties.desired'];
  const variables = new Map<string, string>();
  const modules = templateModules(network, device, options);
  const template = {
    '$schema-template': '4.0.0',
    modulesContent: {
      $edgeAgent: { 'properties.desired': { ...agent, systemModules: systemModules(agent.systemModules), modules } },
      // Template schema 4.0 is made of $edgeAgent 1.1 and $edgeHub 1.2, which differs from 1.1 in what may be left out.
      $edgeHub: { 'properties.desired': { ...$edgeHub['properties.desired'], schemaVersion: '1.2' } },
      ...twins,
    },
  };
  return {
    template: withVariables(template, ownValues(device), variables) as JsonObject,
    variables: Object.fromEntries(variables),
  };
}

/** Create options of the runtime as objects, like those of all modules. */
function systemModules(
  modules: Readonly<Record<string, { readonly settings: Readonly<Record<string, string>> }>>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(modules).map(([name, module]) => {
      const { image = '', createOptions = '{}' } = module.settings;
      return [name, { ...module, settings: { image, createOptions: JSON.parse(createOptions) as unknown } }];
    }),
  );
}

function templateModules(network: Network, device: DeviceNetwork, options: TemplateOptions): JsonObject {
  const { modules } = generateManifest(network, device).modulesContent.$edgeAgent['properties.desired'];
  const plans = planApps(network, device);
  let inspected = 0;
  const made = Object.entries(modules).map(([name, module]) => {
    const plan = plans.find((one) => one.modules.includes(name));
    const folder = options.folders.find((one) => one.name === (plan?.app.name ?? network.module.name));
    const debugged = options.debug && folder?.platforms.some((platform) => platform.endsWith('.debug')) === true;
    const created = plan === undefined ? networkingCreateOptions(network) : createOptionsOf(plan);
    const port = debugged && plan !== undefined && hasOwnPorts(plan) ? INSPECTOR + inspected++ : undefined;
    const createOptions = port === undefined ? created : withInspector(network, plan, { created, port });
    return [name, { ...module, settings: { image: imageOf(module, folder, debugged), createOptions } }] as const;
  });
  return Object.fromEntries(made);
}

function imageOf(module: ManifestModule, folder: ModuleFolder | undefined, debug: boolean): string {
  if (folder === undefined) return module.settings.image ?? '';
  const suffix = debug ? '.debug' : '';
  if (folder.parent === 'modules') return `\${MODULES.${folder.name}${suffix}}`;
  return `\${MODULEDIR<${folder.parent}/${folder.name}>${suffix}}`;
}

/** Where the networking module makes the Service, a port of a module would make edgeAgent put another one of the same name beside it. */
function hasOwnPorts({ serviceMaker }: AppPlan): boolean {
  return serviceMaker !== 'module';
}

function withInspector(
  { profile }: Network,
  plan: AppPlan | undefined,
  { created, port }: { readonly created: JsonObject; readonly port: number },
): JsonObject {
  const key = `${INSPECTOR}/tcp`;
  const ports = { ExposedPorts: { [key]: {} }, HostConfig: { PortBindings: { [key]: [{ HostPort: String(port) }] } } };
  const hidden = plan?.serviceMaker === 'nobody' && profile !== 'vm';
  const service = hidden ? { 'k8s-experimental': { serviceOptions: { type: 'ClusterIP' } } } : {};
  return sortKeys(mergeObjects(created, service, ports)) as JsonObject;
}

/** Names of variables by the values of a device that other devices do not share. */
function ownValues({ computeNetwork, apps, services }: DeviceNetwork): ReadonlyMap<string, string> {
  const pools = Object.entries(computeNetwork.externalServiceIps).map(
    ([pool, ranges]) =>
      [
        ranges.join(','),
        pool === 'default' ? 'EXTERNAL_SERVICE_IPS' : `EXTERNAL_SERVICE_IPS_${variable(pool)}`,
      ] as const,
  );
  const pins = [...services, ...apps].flatMap(({ name, address }) =>
    address === undefined ? [] : [[address, `ADDRESS_${variable(name)}`] as const],
  );
  const { nodeIps } = computeNetwork;
  return new Map([...pins, ...pools, ...(nodeIps === undefined ? [] : [[nodeIps, 'NODE_IPS'] as const])]);
}

function variable(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/** The places whose values are ranges and pinned addresses, wherever they stand in the manifest. */
const OWN_KEYS = new Set(['nodeIps', 'externalServiceIps', 'address', 'loadBalancerIP']);

function withVariables(
  value: unknown,
  names: ReadonlyMap<string, string>,
  used: Map<string, string>,
  own = false,
): unknown {
  if (typeof value === 'string') {
    const name = own ? names.get(value) : undefined;
    if (name === undefined) return value;
    used.set(name, value);
    return `$${name}`;
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      return [key, withVariables(inner, names, used, own || OWN_KEYS.has(key))];
    }),
  );
}
