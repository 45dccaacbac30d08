import type { ModuleInput } from '@iotedge-networking/edge-agent';
import type { DeviceHub } from './device-hub.ts';

/** The module ids of the system modules, by their names in a deployment. */
export const systemModuleIds: Readonly<Record<string, string>> = { edgeAgent: '$edgeAgent', edgeHub: '$edgeHub' };

const manager = 'IotEdge';

/**
 * Creates identities for new modules and removes those that edgeAgent manages and that are not wanted any more. Returns the generation of each
 * wanted module, by its name in the deployment.
 */
export function updateIdentities(
  hub: DeviceHub,
  deviceId: string,
  modules: readonly ModuleInput[],
): Record<string, string> {
  const generations: Record<string, string> = {};
  for (const { name, system } of modules) {
    const moduleId = (system === true ? systemModuleIds[name] : undefined) ?? name;
    generations[name] = hub.ensureModule(deviceId, moduleId, manager).generationId;
  }
  const wanted = new Set(modules.map(({ name }) => name));
  for (const { moduleId, managedBy } of hub.modules(deviceId)) {
    if (moduleId === undefined || moduleId.startsWith('$') || managedBy !== manager || wanted.has(moduleId)) continue;
    hub.removeModule(deviceId, moduleId);
  }
  return generations;
}
