import { setTimeout as delay } from 'node:timers/promises';
import { moment, type Fault } from './fault.ts';
import { HUB_FAULTS } from './hub-faults.ts';

const KINDS = ['services', 'endpointslices', 'nodes', 'pods', undefined];

const nothing: Fault = {
  name: '',
  weight: 10,
  strike: (_, __, during) => {
    during();
    return Promise.resolve();
  },
};

/** Faults of the module's own process. */
const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9',
    weight: 2,
    strike: async ({ module }, _, during) => {
      await module.kill();
      during();
      module.start();
    },
  },
  {
    name: 'kill -9 in the middle',
    weight: 2,
    strike: async ({ module }, random, during) => {
      during();
      await delay(random.integer(40));
      await module.kill();
      module.start();
    },
  },
  {
    name: 'clock step',
    weight: 2,
    strike: async ({ module }, random, during) => {
      const hours = random.pick([-24 * 365, -2, -0.01, 0.01, 2, 24]);
      module.stepClock(hours * 3_600_000);
      during();
      await moment(random);
      module.stepClock(-hours * 3_600_000);
    },
  },
];

/** Faults of the Kubernetes API. */
const API_FAULTS: readonly Fault[] = [
  {
    name: 'API server restart',
    weight: 3,
    strike: async ({ cluster }, random, during) => {
      await cluster.stopApiServer();
      during();
      await moment(random);
      await cluster.startApiServer();
    },
  },
  {
    name: 'watches cut',
    weight: 3,
    strike: async ({ cluster }, random, during) => {
      cluster.faults.dropWatches();
      during();
      await delay(random.integer(10));
      cluster.faults.dropWatches();
    },
  },
  {
    name: 'watches half-open',
    weight: 1,
    strike: async ({ cluster }, random, during) => {
      cluster.faults.hangWatches(true);
      during();
      await moment(random);
      cluster.faults.hangWatches(false);
    },
  },
  {
    name: 'history gone (410)',
    weight: 3,
    strike: ({ cluster }, _, during) => {
      cluster.faults.dropWatches();
      during();
      cluster.faults.expireHistory();
      return Promise.resolve();
    },
  },
  {
    name: 'API answers errors',
    weight: 4,
    strike: async ({ cluster }, random, during) => {
      cluster.faults.failNext(1 + random.integer(8), random.pick([429, 500, 503]), { resource: random.pick(KINDS) });
      if (random.chance(0.5)) cluster.faults.dropWatches();
      during();
      await moment(random);
    },
  },
  {
    name: 'write conflicts',
    weight: 3,
    strike: async ({ cluster }, random, during) => {
      cluster.faults.failNext(1 + random.integer(5), 409, { verbs: ['create', 'patch', 'delete'] });
      during();
      await moment(random);
    },
  },
  {
    name: 'etcd without quorum',
    weight: 2,
    strike: async ({ cluster }, random, during) => {
      cluster.faults.refuseWrites(true);
      during();
      await moment(random);
      cluster.faults.refuseWrites(false);
    },
  },
  {
    name: 'slow API',
    weight: 2,
    strike: async ({ cluster }, random, during) => {
      cluster.faults.slowDown(random.pick([500, 3_000, 20_000]));
      during();
      await moment(random);
      cluster.faults.slowDown(0);
    },
  },
];

/** Faults of MetalLB; what it is told meanwhile it finds out later. */
const METALLB_FAULTS: readonly Fault[] = [
  {
    name: 'MetalLB restarts',
    weight: 3,
    strike: (stage, _, during) => {
      during();
      if (stage.metallb.running) stage.metallb.restart();
      return Promise.resolve();
    },
  },
  {
    name: 'MetalLB away for a while',
    weight: 2,
    strike: async ({ metallb }, random, during) => {
      const ran = metallb.running;
      metallb.stop();
      during();
      await moment(random);
      if (ran) metallb.start();
    },
  },
  {
    name: 'MetalLB stops, or starts again',
    weight: 1,
    strike: (stage, _, during) => {
      const { metallb } = stage;
      during();
      if (metallb.running) metallb.stop();
      else if (metallb.installed) metallb.start();
      return Promise.resolve();
    },
  },
  {
    name: 'MetalLB removed, or installed',
    weight: 2,
    strike: (stage, _, during) => {
      const { metallb } = stage;
      if (metallb.installed) metallb.remove();
      else metallb.install();
      during();
      return Promise.resolve();
    },
  },
];

/** Every fault, and the absence of one. */
export const FAULTS: readonly Fault[] = [nothing, ...PROCESS_FAULTS, ...API_FAULTS, ...METALLB_FAULTS, ...HUB_FAULTS];
