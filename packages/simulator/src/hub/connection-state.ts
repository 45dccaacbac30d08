import type { HubStore } from './hub-store.ts';
import type { TwinAddress } from './twin-address.ts';

/** Notes that a link came up or went away. Etags stay as they are, as in the service. */
export function setConnected(store: HubStore, { deviceId, moduleId }: TwinAddress, connected: boolean): void {
  const identity = store.find({ deviceId, moduleId });
  if (identity === undefined) return;
  const now = store.now().toISOString();
  store.put({ ...identity, connected, connectionStateUpdatedTime: now, lastActivityTime: now });
  store.events.emit('connection', { deviceId, moduleId, connected });
}
