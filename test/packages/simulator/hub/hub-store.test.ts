import assert from 'node:assert/strict';
import { HubStore, SYSTEM_SOURCES } from '../../../../packages/simulator/src/hub/hub-store.ts';
import { createDevice, createModule } from '../../../../packages/simulator/src/hub/identities.ts';

describe('[unit] the store of the hub', () => {
  const names = (store: HubStore): readonly string[] =>
    [...store.devices(), ...store.allModules()].map(({ deviceId, moduleId = '' }) => `${deviceId}/${moduleId}`);

  it('lists what there is after every change', () => {
    const store = new HubStore(SYSTEM_SOURCES);
    assert.deepEqual(names(store), []);
    createDevice(store, 'a', {});
    assert.deepEqual(names(store), ['a/']);
    createModule(store, { deviceId: 'a', moduleId: 'm' }, {});
    createDevice(store, 'b', {});
    assert.deepEqual(names(store), ['a/', 'b/', 'a/m']);
    const device = store.get({ deviceId: 'b' });
    store.put({ ...device, connected: true });
    assert.deepEqual(
      store.devices().map(({ connected }) => connected),
      [false, true],
    );
    store.remove({ deviceId: 'a', moduleId: 'm' });
    assert.deepEqual(names(store), ['a/', 'b/']);
    store.remove({ deviceId: 'a' });
    assert.deepEqual(names(store), ['b/']);
  });
});
