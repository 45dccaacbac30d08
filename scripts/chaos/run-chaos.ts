import { setTimeout as delay } from 'node:timers/promises';
import { addressesOf } from './address-guard.ts';
import { WORKLOAD_CHANGES, type Change } from './changes.ts';
import type { Fault } from './fault.ts';
import { FAULTS } from './faults.ts';
import { Invariants } from './invariants.ts';
import { METALLB_RELEASES, type MetalLbRelease } from './metallb-site.ts';
import { seededRandom, type Random } from './random.ts';
import { REFS } from './refs.ts';
import { startStage, type Stage } from './stage.ts';
import { WISH_CHANGES } from './wish-changes.ts';

/** Lines of the module's log that a broken run shows. */
const TRACED_LINES = 60;

/** What a fault run is started with. */
export interface ChaosOptions {
  readonly seed: number;
  readonly steps: number;
  /** Seconds of the module's life in one second. */
  readonly speed: number;
  /** How long a step may take to settle, in seconds of this machine. */
  readonly patienceSeconds: number;
  readonly onStep: (step: ChaosStep) => void;
}

/** One step and what became of it. */
export interface ChaosStep {
  readonly number: number;
  /** The fault and the changes under it. */
  readonly what: string;
  /** Until everything was as it should be, in milliseconds. */
  readonly settledMs: number;
  /** Broken invariants; empty when all hold. */
  readonly broken: readonly string[];
}

/** What a whole run came to. */
export interface ChaosOutcome {
  readonly release: MetalLbRelease;
  readonly steps: number;
  readonly broken: readonly string[];
  readonly patches: number;
  /** The newest lines of the module's log, how addresses changed, and the Services as they stood, for a broken run. */
  readonly traces: readonly string[];
}

/** Plays seeded random faults against the module and checks after each step that nothing is lost and everything is as a fresh module would have it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosOutcome> {
  const random = seededRandom(options.seed);
  const release = random.pick(METALLB_RELEASES);
  const stage = await startStage(release, options.speed);
  const invariants = new Invariants(stage);
  const run = { stage, invariants, random, patienceMs: options.patienceSeconds * 1000 };
  let [number, broken, traces]: [number, readonly string[], readonly string[]] = [0, [], []];
  try {
    while (number <= options.steps && broken.length === 0) {
      const step = await playStep(run, number);
      ({ broken } = step);
      if (broken.length > 0) traces = tracesOf(stage);
      options.onStep(step);
      number += 1;
    }
  } finally {
    invariants.close();
    await stage.close();
  }
  return { release, steps: number - 1, broken, patches: invariants.patches, traces };
}

function tracesOf(stage: Stage): readonly string[] {
  return [...stage.module.lines.slice(-TRACED_LINES), ...stage.guard.history, ...describeServices(stage)];
}

/** One line for each Service of the device, with everything that asks for an address. */
function describeServices({ cluster, wish }: Stage): readonly string[] {
  const pools = [...wish.pools].map(([name, ranges]) => `${name} ${ranges}`).join(', ');
  const services = cluster.client.list(REFS.services).map((service) => {
    const { namespace = '', name, annotations = {} } = service.metadata;
    const { type, loadBalancerIP, externalTrafficPolicy } = service['spec'] as Readonly<Record<string, unknown>>;
    const wished = namespace === 'iotedge' ? wish.services.get(name) : undefined;
    const facts = { type, externalTrafficPolicy, loadBalancerIP, annotations, wished };
    return `${namespace}/${name} ${addressesOf(service) || 'no address'} ${JSON.stringify(facts)}`;
  });
  return [`pools: ${pools}`, ...services];
}

interface Run {
  readonly stage: Stage;
  readonly invariants: Invariants;
  readonly random: Random;
  readonly patienceMs: number;
}

/** Step 0 sets the stage. */
async function playStep(run: Run, number: number): Promise<ChaosStep> {
  const { stage, random } = run;
  stage.guard.nextStep();
  const startedAt = performance.now();
  const what = number === 0 ? setTheScene(stage) : await strike(stage, random);
  await stage.calm();
  const broken = await settle(run);
  return { number, what, settledMs: Math.round(performance.now() - startedAt), broken };
}

function setTheScene({ cluster, edgeModules, deploy, wish, sendWish }: Stage): string {
  const labels = { app: 'hmi' };
  cluster.client.create(REFS.deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'iotedge', name: 'hmi' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'hmi', image: 'example.org/hmi:1' }] } },
    },
  });
  for (const name of ['edge-web1', 'edge-web2', 'edge-web3']) edgeModules.set(name, { revision: 1 });
  edgeModules.set('plc', { revision: 1, published: 4840 });
  deploy();
  const ports = { http: '8080:80/TCP' };
  wish.services.set('shop', { expose: 'external', ports, backends: 'modules:edge-web1,edge-web2' });
  wish.services.set('hmi', { expose: 'external', ports, backends: 'selector:app=hmi', address: '10.126.75.210' });
  wish.services.set('plc', { expose: 'external' });
  sendWish();
  return 'the scene: two Services of the module, one adopted';
}

async function strike(stage: Stage, random: Random): Promise<string> {
  const fault: Fault = random.weighted(FAULTS);
  const count = random.pick([1, 1, 1, 2, 3]);
  const changes = Array.from({ length: count }, () => random.weighted<Change>([...WORKLOAD_CHANGES, ...WISH_CHANGES]));
  const done: string[] = [];
  await fault.strike(stage, random, () => {
    for (const change of changes) {
      const what = change.run(stage, random);
      if (what !== undefined) done.push(what);
    }
  });
  return [fault.name, done.join('; ')].filter((part) => part !== '').join(' · ') || 'nothing';
}

/** Waits until every invariant holds, twice in a row with nothing having moved between; gives what does not hold when patience ends. */
async function settle({ stage, invariants, patienceMs }: Run): Promise<readonly string[]> {
  const end = performance.now() + patienceMs;
  let calm = '';
  for (;;) {
    const broken = invariants.broken();
    if (broken.length > 0) return broken;
    const unsettled = invariants.unsettled();
    const found = unsettled.length > 0 ? unsettled : await invariants.differences().catch(causeOf);
    const now = found.length === 0 ? momentOf(stage) : '';
    if (now !== '' && now === calm) return invariants.broken();
    calm = now;
    if (performance.now() > end) return found.length === 0 ? ['the cluster does not come to rest'] : found;
    await delay(10);
  }
}

function causeOf(error: unknown): readonly string[] {
  return [error instanceof Error ? error.message : String(error)];
}

function momentOf({ cluster, hub }: Stage): string {
  const { resourceVersion } = cluster.controlPlane.environment.store;
  return `${resourceVersion} ${String(hub.reported('chaos-001', 'networking')['$version'])}`;
}
