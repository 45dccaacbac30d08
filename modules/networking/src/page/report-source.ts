import { encodeTwinKey, type Desired, type Profile, type Reported } from '@iotedge-networking/contract';
import {
  deviceViewOf,
  fleetRowOf,
  pathViewOf,
  type DashboardSource,
  type DeviceFacts,
  type DeviceView,
  type SourceNews,
} from '@iotedge-networking/dashboard';
import type { PodBehind } from '../report/pods-behind.ts';

/** What the module knows of its own device. */
export interface OwnDevice {
  readonly id: string;
  readonly module: string;
  readonly desired: () => Desired | undefined;
  readonly report: () => Reported | undefined;
  readonly pods: (namespace: string, name: string) => readonly PodBehind[];
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

/** A source of the page with one device, read-only. */
export interface ReportSource extends DashboardSource {
  /** The report or the desired properties may have changed. */
  refresh(): void;
}

/** The page of a device over the report of its own networking module: there is no hub between, so it works while the hub is away. */
export function createReportSource(own: OwnDevice): ReportSource {
  const listeners = new Set<(news: SourceNews) => void>();
  const since = own.now();
  let shown = '';
  const view = (): DeviceView => deviceViewOf(factsOf(own));
  return {
    kind: 'device',
    name: own.id,
    state: () => ({ state: own.report() === undefined ? 'connecting' : 'connected', since }),
    fleet: () => [fleetRowOf(factsOf(own))],
    device: (id) => Promise.resolve(id === own.id ? view() : undefined),
    path: (id, { namespace, name }) => {
      const report = own.report();
      const service = report?.services[encodeTwinKey(namespace)]?.[encodeTwinKey(name)];
      if (id !== own.id || report === undefined || service === undefined) return Promise.resolve(undefined);
      const pods = own.pods(namespace, name);
      const input = { key: `${namespace}/${name}`, service, nodes: report.nodes, pods, source: 'module' as const };
      return Promise.resolve(pathViewOf(input));
    },
    watch: () => () => undefined,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: () => {
      if (listeners.size === 0) return;
      const device = view();
      if (device.revision === shown) return;
      shown = device.revision;
      for (const listener of listeners) {
        listener({ kind: 'fleet', changed: [fleetRowOf(factsOf(own))], removed: [] });
        listener({ kind: 'device', id: own.id, device });
      }
    },
  };
}

function factsOf({ id, module, desired, report }: OwnDevice): DeviceFacts {
  const [wanted, reported] = [desired(), report()];
  return {
    ...{ id, module, profile: profileOf(reported) },
    ...(wanted === undefined ? {} : { desired: wanted }),
    ...(reported === undefined ? {} : { reported, desiredVersion: reported.desired.version }),
  };
}

/** Nothing tells a module the name of its profile; the managed device has MetalLB with the ConfigMap. */
function profileOf(reported: Reported | undefined): Profile {
  return reported?.loadBalancer.dialect === 'crd' ? 'kubernetes' : 'ase-k8s';
}
