import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LoadBalancerModel, readResources, wouldAccept } from '@iotedge-networking/metallb';
import { median } from './quantile.ts';
import type { LoadBalancerService, MetalLbConfig } from '@iotedge-networking/metallb';

/** What one kind of work costs per Service, small and large, and by how much the cost of one grew. */
export interface GrowthFigure {
  readonly work: string;
  readonly microsecondsAt1000: number;
  readonly microsecondsAt10000: number;
  readonly microsecondsAt100000: number;
  /** What one Service costs at 100,000, as a multiple of what it costs at 1,000. */
  readonly growth: number;
  /** The whole work at 100,000. */
  readonly secondsAt100000: number;
}

/** Prepares, and gives the part that is measured, which gives what it made. */
type Work = (count: number) => () => unknown;

const wide = poolOf('10.16.0.0/12');
const upperHalf = poolOf('10.24.0.0/13');

const works: Readonly<Record<string, Work>> = {
  'allocate one by one': (count) => {
    const model = new LoadBalancerModel({ config: wide });
    return () => applyAll(model, count);
  },
  'ask before each write': (count) => {
    const model = filled(count);
    return () => {
      for (let index = 0; index < count; index += 1)
        wouldAccept(model, serviceAt(index, { loadBalancerIP: '192.0.2.1' }));
    };
  },
  'release all, in the order of arrival': (count) => {
    const model = filled(count);
    return () => {
      for (let index = 0; index < count; index += 1) model.remove(`d/s${index}`);
    };
  },
  'release and take again, scattered': (count) => {
    const model = filled(count);
    return () => {
      for (let index = 0; index < count; index += 1) {
        const place = (index * 7919) % count;
        model.remove(`d/s${place}`);
        model.apply(serviceAt(place));
      }
    };
  },
  'move all to a smaller pool': (count) => {
    const model = filled(count);
    return () => {
      const outcome = model.setConfig(upperHalf);
      assert.equal(outcome.changes.length, count);
      return outcome;
    };
  },
  'restart the controller': (count) => {
    const model = filled(count);
    return () => assert.equal(model.restart().changes.length, 0);
  },
  'share by one key, one port, so that nobody fits': (count) => {
    const model = new LoadBalancerModel({ config: wide });
    return () => applyAll(model, count, () => sharing(80));
  },
  'share by one key, ten ports in turn': (count) => {
    const model = new LoadBalancerModel({ config: wide });
    return () => applyAll(model, count, (index) => sharing(index % 10));
  },
  'share by one key, every port once': (count) => {
    const model = new LoadBalancerModel({ config: wide });
    return () => applyAll(model, count, (index) => sharing(index));
  },
};

/**
 * Measures every kind of work at 1,000, 10,000 and 100,000 Services. Each figure is the cost of one and the same number of Services in
 * memory: a hundred models of 1,000, ten of 10,000, one of 100,000. A lone model of 1,000 would fit into the processor's cache and the
 * youngest generation of the heap; what is to be seen is how the work grows with the Services of a cluster, not how memory does.
 */
export function measureGrowth(names: readonly string[] = Object.keys(works)): GrowthFigure[] {
  return names.map((work) => {
    const prepare = works[work];
    assert.ok(prepare, `no such work: ${work}`);
    costOf(prepare, 1000);
    const rounds = Array.from({ length: 5 }, () => [1000, 10_000, POPULATION].map((count) => costOf(prepare, count)));
    const [small = 0, middle = 0, large = 0] = [0, 1, 2].map((size) => median(rounds.map((round) => round[size] ?? 0)));
    return {
      ...{ work, microsecondsAt1000: small, microsecondsAt10000: middle, microsecondsAt100000: large },
      ...{ growth: large / small, secondsAt100000: (large * POPULATION) / 1e6 },
    };
  });
}

/** Services in memory in every measurement. */
const POPULATION = 100_000;

/** Microseconds of processor time per Service in user and system mode, on all threads: the collection of garbage counts, other programs do not. */
function costOf(prepare: Work, count: number): number {
  const runs = Array.from({ length: POPULATION / count }, () => prepare(count));
  // The garbage of the preparation is not the work's; shorter works than its collection would show little else.
  collectGarbage();
  const before = process.cpuUsage();
  const made = runs.map((run) => run());
  const { user, system } = process.cpuUsage(before);
  assert.equal(made.length, runs.length);
  return (user + system) / POPULATION;
}

const collectGarbage = exposedCollector();

/** V8's collector, which Node does not expose of itself. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function poolOf(addresses: string): MetalLbConfig {
  const result = readResources({ pools: [{ metadata: { name: 'p' }, spec: { addresses: [addresses] } }] });
  assert.ok(result.ok);
  return result.value;
}

function serviceAt(index: number, parts: Partial<LoadBalancerService> = {}): LoadBalancerService {
  return { namespace: 'd', name: `s${index}`, clusterIPs: ['10.96.0.10'], ports: [{ port: 80 }], ...parts };
}

function sharing(port: number): Partial<LoadBalancerService> {
  return { annotations: { 'metallb.io/allow-shared-ip': 'k' }, ports: [{ port }] };
}

function applyAll(
  model: LoadBalancerModel,
  count: number,
  parts?: (index: number) => Partial<LoadBalancerService>,
): void {
  for (let index = 0; index < count; index += 1) model.apply(serviceAt(index, parts?.(index)));
}

function filled(count: number): LoadBalancerModel {
  const model = new LoadBalancerModel({ config: wide });
  applyAll(model, count);
  return model;
}
