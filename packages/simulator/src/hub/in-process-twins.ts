import { applyConfigurationContent } from './apply-content.ts';
import { evaluateConfigurations } from './evaluate-configurations.ts';
import type { Hub } from './hub.ts';
import type { HubStore } from './hub-store.ts';
import { createDevice, createModule, deleteIdentity } from './identities.ts';
import { newAuthentication } from './identity-input.ts';
import { seedDevices } from './seed-devices.ts';
import { patchReported, patchTwin } from './twins.ts';

type InProcessTwins = Pick<
  Hub,
  | 'applyConfigurationContent'
  | 'desired'
  | 'ensureDevice'
  | 'ensureModule'
  | 'evaluateConfigurations'
  | 'identity'
  | 'modules'
  | 'patchDesired'
  | 'patchReported'
  | 'primaryKey'
  | 'removeModule'
  | 'reported'
  | 'seedDevices'
>;

/** The part of a hub's in-process calls that deals with identities and twins. */
export function inProcessTwins(store: HubStore): InProcessTwins {
  return {
    ensureDevice: ({ deviceId, iotEdge = false, tags }) => {
      const device = store.find({ deviceId }) ?? createDevice(store, deviceId, { capabilities: { iotEdge } });
      return tags === undefined ? device : patchTwin(store, { deviceId }, { body: { tags }, ifMatch: '*' });
    },
    seedDevices: (devices) => seedDevices(store, devices),
    ensureModule: (deviceId, moduleId, managedBy) =>
      store.find({ deviceId, moduleId }) ?? createModule(store, { deviceId, moduleId }, { managedBy }),
    removeModule: (deviceId, moduleId) => {
      if (store.find({ deviceId, moduleId }) !== undefined) deleteIdentity(store, { deviceId, moduleId }, '*');
    },
    identity: (deviceId, moduleId) => store.find({ deviceId, moduleId }),
    modules: (deviceId) => store.modules(deviceId),
    primaryKey: (deviceId, moduleId) => primaryKey(store, deviceId, moduleId),
    desired: (deviceId, moduleId) => {
      const { values, version } = store.get({ deviceId, moduleId }).twin.desired;
      return { ...values, $version: version };
    },
    reported: (deviceId, moduleId) => {
      const { values, version } = store.get({ deviceId, moduleId }).twin.reported;
      return { ...values, $version: version };
    },
    patchReported: (deviceId, moduleId, patch) => patchReported(store, { deviceId, moduleId }, patch),
    patchDesired: (deviceId, moduleId, desired) =>
      void patchTwin(store, { deviceId, moduleId }, { body: { properties: { desired } }, ifMatch: '*' }),
    applyConfigurationContent: (deviceId, content) => applyConfigurationContent(store, deviceId, content),
    evaluateConfigurations: () => evaluateConfigurations(store),
  };
}

function primaryKey(store: HubStore, deviceId: string, moduleId: string | undefined): string {
  const identity = store.get({ deviceId, moduleId });
  const { primaryKey: key } = identity.authentication.symmetricKey;
  if (key !== null) return key;
  const authentication = newAuthentication(store.sources.newKey);
  store.put({ ...identity, authentication, etag: store.newEtag() });
  store.events.emit('identity', { deviceId, moduleId, change: 'updated' });
  return authentication.symmetricKey.primaryKey ?? '';
}
