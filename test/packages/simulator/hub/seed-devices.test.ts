import assert from 'node:assert/strict';
import { HubStore, SYSTEM_SOURCES } from '../../../../packages/simulator/src/hub/hub-store.ts';
import { seedDevices } from '../../../../packages/simulator/src/hub/seed-devices.ts';

describe('[unit] seeding a fleet', () => {
  it('makes edge devices with tags, module twins at version 2 and connections', () => {
    const store = new HubStore(SYSTEM_SOURCES);
    const desired = { a: { b: 1 } };
    seedDevices(
      store,
      ['one', 'two'].map((deviceId) => ({
        deviceId,
        tags: { role: 'store' },
        modules: { $edgeAgent: { desired }, networking: { desired, reported: { c: 2 }, connected: true } },
      })),
    );
    assert.deepEqual(
      store.devices().map(({ deviceId, capabilities, twin }) => [deviceId, capabilities.iotEdge, twin.tags]),
      [
        ['one', true, { role: 'store' }],
        ['two', true, { role: 'store' }],
      ],
    );
    assert.deepEqual(
      store.modules('two').map(({ moduleId }) => moduleId),
      ['$edgeAgent', '$edgeHub', 'networking'],
    );
    const { twin, connected, managedBy } = store.get({ deviceId: 'two', moduleId: 'networking' });
    assert.deepEqual([twin.desired.values, twin.desired.version, twin.reported.values], [desired, 2, { c: 2 }]);
    assert.deepEqual([connected, managedBy], [true, 'IotEdge']);
    assert.equal(store.get({ deviceId: 'one', moduleId: '$edgeAgent' }).twin.desired.metadata.$lastUpdatedVersion, 2);
  });
});
