import { failed, made } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import type { CreateOptions } from './create-options.ts';
import { agentVersionOf, isAtLeast } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import { isRecord, moduleIdOf } from './module-input.ts';
import type { ModuleInput } from './module-input.ts';

/** One environment variable of a container. */
export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

const LOG_LEVEL = 'RuntimeLogLevel';

/** Reads `env` of a module entry. A value that is no text, number or boolean is a failure of stage parse. */
export function readEnvironment(module: ModuleInput): Attempt<readonly EnvVar[]> {
  const variables: EnvVar[] = [];
  for (const [name, entry] of Object.entries(module.env ?? {})) {
    const value = isRecord(entry) ? valueText(entry['value']) : undefined;
    if (value === undefined) {
      const message = `The variable ${name} is not an object with a value.`;
      return failed({ code: 'env-wrong-type', stage: 'parse', at: ['env', name], message });
    }
    variables.push({ name, value });
  }
  return made(variables);
}

function valueText(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/**
 * The environment of a module's container: the manifest's, then that of createOptions, then the agent's. Names can repeat. The
 * order of the manifest's part is not fixed in the agent (section 5 of the reference); here it is the manifest's.
 */
export function moduleEnvironment(
  module: ModuleInput,
  fromManifest: readonly EnvVar[],
  options: CreateOptions,
  settings: DeviceSettings,
): readonly EnvVar[] {
  const own = [...fromManifest, ...options.env.flatMap(parseVariable)];
  const moduleId = moduleIdOf(module.name);
  const generation = settings.generationIds?.[module.name];
  return [
    ...own,
    { name: 'IOTEDGE_IOTHUBHOSTNAME', value: settings.hubName },
    { name: 'IOTEDGE_AUTHSCHEME', value: 'sasToken' },
    ...(own.some(({ name }) => name === LOG_LEVEL) ? [] : [{ name: LOG_LEVEL, value: 'Information' }]),
    { name: 'IOTEDGE_WORKLOADURI', value: 'http://localhost:35001/' },
    ...(generation === undefined ? [] : [{ name: 'IOTEDGE_MODULEGENERATIONID', value: generation }]),
    { name: 'IOTEDGE_DEVICEID', value: settings.deviceId },
    { name: 'IOTEDGE_MODULEID', value: moduleId },
    { name: 'IOTEDGE_APIVERSION', value: '2019-01-30' },
    ...(moduleId === '$edgeAgent' ? agentEnvironment(settings) : []),
    ...gatewayEnvironment(moduleId, settings),
  ];
}

function gatewayEnvironment(moduleId: string, settings: DeviceSettings): readonly EnvVar[] {
  const host = { name: 'EdgeDeviceHostName', value: settings.edgeHostname ?? settings.deviceId };
  if (moduleId.startsWith('$')) return [host];
  const gateway = { name: 'IOTEDGE_GATEWAYHOSTNAME', value: 'edgehub' };
  return isAtLeast(agentVersionOf(settings), 'beta14') ? [host, gateway] : [gateway];
}

function agentEnvironment(settings: DeviceSettings): readonly EnvVar[] {
  return [
    { name: 'Mode', value: 'kubernetes' },
    { name: 'IOTEDGE_MANAGEMENTURI', value: 'http://localhost:35000/' },
    { name: 'NetworkId', value: 'azure-iot-edge' },
    { name: 'K8sNamespace', value: settings.namespace },
    { name: 'PortMappingServiceType', value: settings.defaultServiceType },
  ];
}

/** `NAME=value`; an entry without a name or without `=` is left out, as the agent does. */
function parseVariable(text: string | null): readonly EnvVar[] {
  const split = (text ?? '').indexOf('=');
  return text === null || split <= 0 ? [] : [{ name: text.slice(0, split), value: text.slice(split + 1) }];
}
