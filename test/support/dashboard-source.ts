import type { Reported } from '@iotedge-networking/contract';
import {
  deviceViewOf,
  fleetRowOf,
  pathViewOf,
  type ApplyStep,
  type ChangeDesk,
  type DashboardSource,
  type DeviceFacts,
  type DeviceView,
  type SourceNews,
  type SourceState,
} from '@iotedge-networking/dashboard';

/** A source of the page that holds what a test puts in. */
export interface MemorySource extends DashboardSource {
  /** Adds or replaces a device and tells everybody. */
  put(facts: DeviceFacts): void;
  setState(state: SourceState): void;
  /** Devices that are watched now. */
  readonly watched: readonly string[];
}

/** A source without any hub behind it. */
export function memorySource(changes?: (source: MemorySource) => ChangeDesk): MemorySource {
  const devices = new Map<string, DeviceFacts>();
  const listeners = new Set<(news: SourceNews) => void>();
  const watched: string[] = [];
  let current: SourceState = { state: 'connected', since: '2026-01-01T00:00:00.000Z' };
  const tell = (news: SourceNews): void => {
    for (const listener of listeners) listener(news);
  };
  const viewOf = (id: string): DeviceView | undefined => {
    const facts = devices.get(id);
    return facts === undefined ? undefined : deviceViewOf(facts);
  };
  const source: MemorySource = {
    kind: 'simulator',
    name: 'memory',
    watched,
    state: () => current,
    fleet: () => [...devices.values()].map(fleetRowOf),
    device: (id) => Promise.resolve(viewOf(id)),
    path: (id, { namespace, name }) => {
      const reported = devices.get(id)?.reported;
      const service = reported?.services[namespace]?.[name];
      if (reported === undefined || service === undefined) return Promise.resolve(undefined);
      const { nodes } = reported;
      return Promise.resolve(pathViewOf({ key: `${namespace}/${name}`, service, nodes, pods: [], source: 'reported' }));
    },
    watch: (id) => {
      watched.push(id);
      return () => watched.splice(watched.indexOf(id), 1);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put: (facts) => {
      devices.set(facts.id, facts);
      tell({ kind: 'fleet', changed: [fleetRowOf(facts)], removed: [] });
      tell({ kind: 'device', id: facts.id, device: viewOf(facts.id) });
    },
    setState: (state) => {
      current = state;
      tell({ kind: 'source', state });
    },
  };
  return changes === undefined ? source : Object.assign(source, { changes: changes(source) });
}

/** A device as its networking module reports it: a web server at an external address and a database inside. */
export function sampleFacts(id: string, change: Partial<Reported> = {}): DeviceFacts {
  const reported: Reported = {
    schemaVersion: '1',
    module: { version: '1.0.0', startedAt: '2026-01-01T00:00:00Z' },
    desired: { version: 3, state: 'applied', problems: {} },
    loadBalancer: { kind: 'metallb', dialect: 'configmap', version: '0.12.1' },
    pools: { default: { ranges: '10.126.75.206-10.126.75.215', total: 10, used: 1 } },
    nodes: { 'k8s-1': { ip: '10.126.75.200', role: 'master', ready: true, inRange: true } },
    services: {
      iotedge: {
        webserver: {
          ...{ type: 'LoadBalancer', ips: '10.126.75.210', clusterIp: '172.28.3.4', ports: '8080/TCP', ready: '2/2' },
          ...{ node: 'k8s-1', pool: 'default', dns: 'webserver.iotedge.svc.cluster.local', state: 'Ready', reason: '' },
          owner: 'module',
        },
        database: {
          ...{ type: 'ClusterIP', ips: '', clusterIp: '172.28.3.5', ports: '5432/TCP', ready: '1/1' },
          ...{ dns: 'database.iotedge.svc.cluster.local', state: 'Ready', reason: '', owner: 'edgeAgent' },
        },
      },
    },
    addresses: { '10_126_75_210': 'iotedge/webserver' },
    summary: { services: 2, ready: 2, external: 1, poolFree: 9 },
    ...change,
  };
  return { id, module: 'networking', profile: 'ase-k8s', tags: { role: 'store' }, desiredVersion: 3, reported };
}

/** A desk that applies at once and says so in two lines. */
export function instantDesk(applied: string[]): ChangeDesk {
  const steps = async function* (what: string): AsyncGenerator<ApplyStep> {
    yield { kind: 'step', stage: 'twin', state: 'running', text: what, at: '2026-01-01T00:00:00.000Z' };
    await Promise.resolve();
    applied.push(what);
    yield { kind: 'end', ok: true, text: 'done', at: '2026-01-01T00:00:01.000Z', undo: 'e1' };
  };
  return {
    preview: () => Promise.resolve({ problems: [], applicable: true, changes: [], losers: [], powershell: [] }),
    apply: (id) => steps(`apply ${id}`),
    history: () => Promise.resolve({ entries: [] }),
    undo: (id, { entry }) => steps(`undo ${id} ${entry}`),
  };
}
