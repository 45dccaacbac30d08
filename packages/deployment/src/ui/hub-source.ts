import { SourceError, type DashboardSource, type SourceKind } from '@iotedge-networking/dashboard';
import { HubError } from '../commands/hub-gateway.ts';
import { createChangeDesk } from './change-desk.ts';
import { DeviceCache } from './device-cache.ts';
import { readPath } from './read-path.ts';
import { SourceWatch } from './source-watch.ts';
import type { UiContext } from './ui-context.ts';

/** A source of the page that follows a hub. */
export interface HubSource extends DashboardSource {
  /** Begins to ask the hub. */
  start(): void;
  close(): Promise<void>;
}

/** The devices of a hub as the page shows and changes them. */
export function createHubSource(context: UiContext, kind: SourceKind = 'hub'): HubSource {
  const { session, network } = context;
  const cache = new DeviceCache(network);
  const watch = new SourceWatch(context, cache);
  const device: DashboardSource['device'] = async (id) => {
    try {
      await watch.read(id);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      if (cache.view(id) === undefined) throw new SourceError('away', error.message);
    }
    return cache.view(id);
  };
  return {
    kind,
    name: session.hub.hostName,
    ...(network === undefined ? {} : { networkFile: network.file }),
    state: () => watch.state,
    fleet: () => cache.rows(),
    device,
    path: async (id, place) => {
      if (cache.twin(id) === undefined) await device(id);
      const twin = cache.twin(id);
      return twin === undefined ? undefined : readPath(context, { device: id, ...place }, twin);
    },
    watch: (id) => watch.watch(id),
    subscribe: (listener) => cache.subscribe(listener),
    changes: createChangeDesk(context, device),
    start: () => watch.start(),
    close: () => watch.close(),
  };
}
