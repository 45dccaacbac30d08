import type { TwinObject } from '@iotedge-networking/contract';
import type { SeededDevice } from './hub.ts';
import type { HubStore } from './hub-store.ts';
import { createDevice, createModule } from './identities.ts';
import { replaceSection, type TwinSection } from './twin-section.ts';

/** Creates many devices quickly: what they share as one object is worked out once and kept once. */
export function seedDevices(store: HubStore, devices: readonly SeededDevice[]): void {
  const sections = new WeakMap<TwinObject, TwinSection>();
  const now = store.now();
  const sectionOf = (empty: TwinSection, values: TwinObject | undefined): TwinSection => {
    if (values === undefined) return empty;
    const section = sections.get(values) ?? replaceSection(empty, values, now);
    sections.set(values, section);
    return section;
  };
  for (const { deviceId, tags = {}, modules } of devices) {
    const device = createDevice(store, deviceId, { capabilities: { iotEdge: true } });
    store.put({ ...device, twin: { ...device.twin, tags } });
    for (const [moduleId, { desired, reported, connected = false }] of Object.entries(modules)) {
      const address = { deviceId, moduleId };
      const module = store.find(address) ?? createModule(store, address, { managedBy: 'IotEdge' });
      const { twin } = module;
      store.put({
        ...module,
        connected,
        lastActivityTime: connected ? now.toISOString() : module.lastActivityTime,
        twin: { ...twin, desired: sectionOf(twin.desired, desired), reported: sectionOf(twin.reported, reported) },
      });
    }
  }
}
