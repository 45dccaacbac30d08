import type { Network } from '@iotedge-networking/contract';
import type { DeploymentSplit } from './fleet-split.ts';
import { EVENTS_ROUTE, eventsRoute } from './manifest.ts';
import type { JsonObject } from './sorted-json.ts';
import { conditionWithout } from './target-condition.ts';

/** A configuration as IoT Hub stores it, without what the hub adds. */
export interface HubConfiguration {
  readonly id: string;
  readonly schemaVersion: '2.0';
  readonly labels: Readonly<Record<string, string>>;
  readonly content: { readonly modulesContent: JsonObject } | { readonly moduleContent: JsonObject };
  readonly targetCondition: string;
  readonly priority: number;
  readonly metrics: { readonly queries: Readonly<Record<string, string>> };
}

/** Which of the three documents a configuration is. */
export type ConfigurationKind = 'at-scale' | 'layered' | 'module-configuration';

/** All three live in one name space of the hub, so their ids differ. */
const SUFFIX: Readonly<Record<ConfigurationKind, string>> = {
  'at-scale': '',
  layered: '-layer',
  'module-configuration': '-services',
};

/** The configuration of one kind for one deployment of network.yaml. See {@link splitFleet} for what goes where. */
export function hubConfiguration(network: Network, split: DeploymentSplit, kind: ConfigurationKind): HubConfiguration {
  const id = `${split.id}${SUFFIX[kind]}`;
  const module = network.module.name;
  const perModule = kind === 'module-configuration';
  return {
    id,
    schemaVersion: '2.0',
    labels: { network: network.name, ...split.labels },
    content: contentOf(network, split, kind),
    targetCondition: conditionOf(split, { kind, module }),
    priority: split.priority,
    metrics: { queries: metricQueries(module, perModule ? id : undefined) },
  };
}

/** Of several bases the highest priority wins, but layers and module configurations all apply: these leave out devices that are governed otherwise. */
function conditionOf(
  { targetCondition, excluded }: DeploymentSplit,
  { kind, module }: { readonly kind: ConfigurationKind; readonly module: string },
): string {
  if (kind === 'at-scale') return targetCondition;
  const condition = conditionWithout(targetCondition, excluded);
  return kind === 'layered' ? condition : modulesCondition(module, condition);
}

function contentOf(network: Network, split: DeploymentSplit, kind: ConfigurationKind): HubConfiguration['content'] {
  if (kind === 'module-configuration') return { moduleContent: atPaths(split.shared) };
  if (kind === 'layered') return { modulesContent: layer(network, split) };
  const { agent, hub } = split;
  return { modulesContent: { $edgeAgent: { 'properties.desired': agent }, $edgeHub: { 'properties.desired': hub } } };
}

/** A layer adds module by module and route by route. The route is a string, because the schema of the base's $edgeHub is not known. */
function layer({ module }: Network, { agent, shared }: DeploymentSplit): JsonObject {
  const modules = Object.entries(agent.modules).map(([name, entry]) => [`modules.${name}`, entry] as const);
  return {
    $edgeAgent: atPaths(Object.fromEntries(modules)),
    $edgeHub: atPaths({ [`routes.${EVENTS_ROUTE}`]: eventsRoute(module.name) }),
    [module.name]: atPaths(shared),
  };
}

function atPaths(values: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([path, value]) => [`properties.desired.${path}`, value]));
}

/** Module configurations select module twins, so `tags` there are those of the module twin. */
function modulesCondition(module: string, targetCondition: string): string {
  const all = `from devices.modules where moduleId = '${module}'`;
  return targetCondition.trim() === '*' ? all : `${all} and (${targetCondition})`;
}

/** What the networking modules report, counted by the hub; five queries are the most it takes. With an id, only modules that have this configuration. */
function metricQueries(module: string, id: string | undefined): Readonly<Record<string, string>> {
  const having = id === undefined ? '' : ` AND configurations.[[${id}]].status = 'Applied'`;
  const where = (condition: string): string =>
    `SELECT deviceId FROM devices.modules WHERE moduleId = '${module}' AND ${condition}${having}`;
  return {
    reported: where('is_defined(properties.reported.desired.state)'),
    applied: where("properties.reported.desired.state = 'applied'"),
    refused: where("properties.reported.desired.state IN ['rejected', 'failed']"),
    poolExhausted: where('properties.reported.summary.poolFree = 0'),
  };
}
