import type { TwinObject } from '@iotedge-networking/contract';
import { desiredAfter, listedModules, readModulesContent, type ModulesContent } from './configuration-content.ts';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import { createModule } from './identities.ts';
import { checkModuleId } from './identity-input.ts';
import { requireObject } from './json-input.ts';
import { checkDesired, replaceDesired } from './twins.ts';

/**
 * POST /devices/{id}/applyConfigurationContent: makes the module identities that are missing and replaces the desired properties of every
 * module listed. Nothing is written when any part of the content is refused.
 */
export function applyConfigurationContent(store: HubStore, deviceId: string, body: unknown): void {
  const device = store.get({ deviceId });
  if (!device.capabilities.iotEdge)
    throw new HubError('ArgumentInvalid', `device '${deviceId}' is not an IoT Edge device`);
  const content = readModulesContent(requireObject(body, 'the body')['modulesContent'], 'InvalidConfigurationContent');
  applyModules(store, deviceId, content);
  // Whatever deployment was in force does not describe the device any more, so the next evaluation writes it again.
  store.put({ ...store.get({ deviceId }), deployment: undefined });
  store.events.emit('identity', { deviceId, change: 'updated' });
}

/** Writes the content of one or several stacked deployments onto a device. */
export function applyModules(store: HubStore, deviceId: string, content: ModulesContent): void {
  const writes = [...content].map(([moduleId, section]): [string, TwinObject] => {
    const current = store.find({ deviceId, moduleId })?.twin.desired.values ?? {};
    return [moduleId, desiredAfter(current, section)];
  });
  for (const [, desired] of writes) checkDesired(desired);
  const listed = writes
    .filter(([moduleId]) => moduleId === '$edgeAgent')
    .flatMap(([, desired]) => listedModules(desired));
  const missing = [...new Set([...listed, ...content.keys()])].filter(
    (moduleId) => store.find({ deviceId, moduleId }) === undefined,
  );
  for (const moduleId of missing) checkModuleId(moduleId);
  for (const moduleId of missing) createModule(store, { deviceId, moduleId }, { managedBy: 'IotEdge' });
  // The agent comes last: it starts modules, and their twins should be in place by then.
  const inOrder = writes.toSorted(([a], [b]) => Number(a.startsWith('$')) - Number(b.startsWith('$')));
  for (const [moduleId, desired] of inOrder) replaceDesired(store, { deviceId, moduleId }, desired);
}
