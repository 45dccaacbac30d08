import { setTimeout as delay } from 'node:timers/promises';
import { twinSize, TWIN_LIMITS } from '@iotedge-networking/contract';
import { bundleNetworking, NETWORKING_BUNDLE } from '../../scripts/bundle-networking.ts';
import { locateControlPlane } from '../control-plane/support/locate-control-plane.ts';
import { FollowedCollection } from '../control-plane/networking-module/followed-collection.ts';
import { MetalLbController } from '../control-plane/networking-module/metallb-controller.ts';
import { eventually } from '../support/eventually.ts';
import { BenchControlPlane, METALLB, NAMESPACE, POOL } from './bench-control-plane.ts';
import { awaitReport, startMeasuredModule, type MeasuredModule } from './measured-module.ts';
import { median } from './quantile.ts';
import { createAll, ServiceFloor } from './service-floor.ts';

/** What is measured of the module against a real kube-apiserver. Times in milliseconds, sizes in bytes. */
export interface ControlPlaneFigures {
  readonly fullDocument: {
    readonly services: number;
    /** From the desired patch until all Services exist. */
    readonly madeMs: number;
    /** Processor time of the module for it. */
    readonly madeProcessorMs: number;
    /** The same objects by bare keep-alive requests, just before, at the concurrency that was best. */
    readonly floorMs: number;
    readonly floorConcurrency: number;
    /** The median of the rounds; the figures above are of its round. */
    readonly ratio: number;
    /** Of each round, in order. */
    readonly ratios: readonly number[];
  };
  /** From the last address that MetalLB wrote until the twin holds every address. */
  readonly lastAddressToTwinMs: number;
  readonly residentBytesWith2000Services: number;
  /** Share of one core over a minute in which nothing happens, in percent. */
  readonly processorAtRestPercent: number;
  /** One port of one entry changed: what was sent to the twin for it, on average. */
  readonly perChange: { readonly patches: number; readonly bytes: number; readonly changes: number };
}

const MANY = 2000;
const ROUNDS = 7;
const CHANGES = 10;
const REST_MS = 60_000;
/** The module tidies its memory after its last piece of work; that is no rest yet. */
const AFTER_WORK_MS = 15_000;
const BETWEEN_CHANGES_MS = 2_000;

/** Measures the module's bundle against a control plane of its own; says why when there are no programs to start one from. */
export async function controlPlaneFigures(
  say: (line: string) => void,
): Promise<ControlPlaneFigures | { readonly skipped: string }> {
  const source = locateControlPlane(process.env);
  if (source.kind !== 'programs')
    return { skipped: source.kind === 'none' ? source.reason : 'KUBECONFIG names a cluster; a bench needs its own' };
  await bundleNetworking();
  say('starting a control plane');
  const bench = await BenchControlPlane.start(source.programs);
  try {
    return await measure(bench, say);
  } finally {
    await bench.close();
  }
}

async function measure(bench: BenchControlPlane, say: (line: string) => void): Promise<ControlPlaneFigures> {
  const entries = fullDocument();
  say(`${Object.keys(entries).length} Services by bare requests: the best concurrency`);
  // Where the module makes them, too: whoever watches there costs both the same.
  const batch = { body: MODEL, names: Object.keys(entries), namespace: NAMESPACE };
  const floor = await ServiceFloor.find(bench.plane.admin, batch);
  const rounds: Round[] = [];
  for (let round = 1; round < ROUNDS; round += 1)
    rounds.push(await oneRound(bench, { entries, floor, round, say }, closing));
  return oneRound(bench, { entries, floor, round: ROUNDS, say }, async (module, last) => {
    const services = Object.keys(entries).length;
    const fullDocument = { services, floorConcurrency: floor.concurrency, ...typicalOf([...rounds, last]) };
    say('MetalLB assigns the addresses');
    const lastAddressToTwinMs = await assignAll(bench, fullDocument.services);
    say(`${CHANGES} changes of one port each`);
    const perChange = await changeOneByOne(bench);
    say(`${MANY} Services, then a minute of rest`);
    const atRest = await restWithMany(bench, module, fullDocument.services);
    return { fullDocument, lastAddressToTwinMs, perChange, ...atRest };
  });
}

const closing = (_: MeasuredModule, round: Round): Promise<Round> => Promise.resolve(round);

interface Round {
  readonly madeMs: number;
  readonly madeProcessorMs: number;
  readonly floorMs: number;
  readonly ratio: number;
}

interface RoundInput {
  readonly entries: Record<string, object>;
  readonly floor: ServiceFloor;
  readonly round: number;
  readonly say: (line: string) => void;
}

/** The floor without a module, then the same Services by a module that has just started; `then` goes on with that module. */
async function oneRound<T>(
  bench: BenchControlPlane,
  { entries, floor, round, say }: RoundInput,
  then: (module: MeasuredModule, round: Round) => Promise<T>,
): Promise<T> {
  const names = Object.keys(entries);
  await bench.clear();
  say(`round ${round} of ${ROUNDS}: ${names.length} Services by bare requests`);
  const floorMs = await floor.measure();
  const module = startMeasuredModule(bench, NETWORKING_BUNDLE);
  try {
    await awaitReport(bench, ({ desired }) => desired.version === bench.desiredVersion && desired.state === 'applied');
    say(`round ${round} of ${ROUNDS}: the same by the module`);
    const before = await module.processorSeconds();
    const started = performance.now();
    bench.desire(entries);
    await bench.servicesAre(names.length);
    const madeMs = performance.now() - started;
    const madeProcessorMs = ((await module.processorSeconds()) - before) * 1000;
    return await then(module, { madeMs, madeProcessorMs, floorMs, ratio: madeMs / floorMs });
  } finally {
    await module.stop();
  }
}

function typicalOf(rounds: readonly Round[]): Round & { readonly ratios: readonly number[] } {
  const ratios = rounds.map(({ ratio }) => ratio);
  const typical = rounds.find(({ ratio }) => ratio === median(ratios));
  if (typical === undefined) throw new Error('nothing was measured');
  return { ...typical, ratios };
}

const entry = (port: number) => ({ expose: 'external', ports: { http: `${port}:8080/TCP` }, backends: 'selector:a=b' });

/** As many entries as fit into the desired section of a twin. */
function fullDocument(): Record<string, object> {
  const entries: Record<string, object> = {};
  const spare = 512;
  for (let size = 0; size < TWIN_LIMITS.sectionBytes - spare;) {
    const name = `s${String(Object.keys(entries).length).padStart(3, '0')}`;
    entries[name] = entry(80);
    size += twinSize({ [name]: entry(80) });
  }
  return entries;
}

/** What the module sends for one entry. */
const MODEL = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    labels: {
      'app.kubernetes.io/managed-by': 'iotedge-networking',
      'app.kubernetes.io/instance': 'bench-001-measured',
    },
  },
  spec: {
    type: 'LoadBalancer',
    selector: { a: 'b' },
    externalTrafficPolicy: 'Cluster',
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
  },
};

async function assignAll(bench: BenchControlPlane, count: number): Promise<number> {
  let lastAt = 0;
  const served = new Set<string>();
  const api = bench.plane.admin;
  const watched = new FollowedCollection(api, `/api/v1/namespaces/${NAMESPACE}/services`, (key) => {
    const ingress = (watched.objects.get(key)?.status as { loadBalancer?: { ingress?: unknown } } | undefined)
      ?.loadBalancer;
    if (ingress?.ingress === undefined || served.has(key)) return;
    served.add(key);
    lastAt = performance.now();
  });
  await watched.start();
  bench.metalLb = await MetalLbController.start(api, METALLB);
  await eventually('every Service has an address', () => served.size === count, 120_000);
  const isRight = ({ pools }: { pools: Record<string, { used: number }> }) => pools[POOL.name]?.used === count;
  await awaitReport(bench, isRight, 60_000);
  const took = performance.now() - lastAt;
  await watched.stop();
  return took;
}

async function changeOneByOne(bench: BenchControlPlane): Promise<ControlPlaneFigures['perChange']> {
  const before = await bench.quiet();
  for (let index = 0; index < CHANGES; index += 1) {
    bench.desire({ s000: { ports: { http: `${9000 + index}:8080/TCP` } } });
    await awaitReport(bench, ({ desired }) => desired.version === bench.desiredVersion && desired.state === 'applied');
    await delay(BETWEEN_CHANGES_MS);
  }
  const after = await bench.quiet();
  return {
    patches: (after.patches - before.patches) / CHANGES,
    bytes: (after.bytes - before.bytes) / CHANGES,
    changes: CHANGES,
  };
}

async function restWithMany(
  bench: BenchControlPlane,
  module: MeasuredModule,
  present: number,
): Promise<Pick<ControlPlaneFigures, 'residentBytesWith2000Services' | 'processorAtRestPercent'>> {
  const names = Array.from({ length: MANY - present }, (_, index) => `other-${index}`);
  const spec = { type: 'LoadBalancer', selector: { a: 'b' }, ports: [{ port: 80 }] };
  await createAll(bench.plane.admin, { names, body: { spec }, namespace: NAMESPACE, concurrency: 8 });
  await awaitReport(bench, ({ pools }) => pools[POOL.name]?.used === MANY, 240_000);
  await bench.controllersAreDone(MANY);
  await bench.quiet();
  await delay(AFTER_WORK_MS);
  const before = await module.processorSeconds();
  await delay(REST_MS);
  const spent = (await module.processorSeconds()) - before;
  return {
    residentBytesWith2000Services: await module.memory(),
    processorAtRestPercent: (spent / (REST_MS / 1000)) * 100,
  };
}
