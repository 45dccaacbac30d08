import { setTimeout as delay } from 'node:timers/promises';
import { moment, type Fault } from './fault.ts';
import { MODULE } from './stage.ts';

/** Faults of the hub and of the way there. */
export const HUB_FAULTS: readonly Fault[] = [
  {
    name: 'hub away',
    weight: 3,
    strike: async ({ hub }, random, during) => {
      hub.faults.refuseConnections = 1_000_000;
      hub.dropLink(...MODULE, random.pick(['close', 'reset']));
      during();
      await moment(random);
      hub.faults.refuseConnections = 0;
    },
  },
  {
    name: 'link cut',
    weight: 3,
    strike: async ({ hub }, random, during) => {
      hub.dropLink(...MODULE, random.pick(['close', 'reset']));
      during();
      await delay(random.integer(30));
      hub.dropLink(...MODULE, random.pick(['close', 'reset']));
    },
  },
  {
    name: 'everybody reconnects',
    weight: 1,
    strike: (stage, _, during) => {
      during();
      stage.hub.reconnectAll();
      return Promise.resolve();
    },
  },
  {
    name: 'tokens expire',
    weight: 1,
    strike: (stage, _, during) => {
      stage.hub.expireTokens();
      during();
      return Promise.resolve();
    },
  },
  {
    name: 'lost twin answers',
    weight: 3,
    strike: async ({ hub }, random, during) => {
      hub.faults.loseTwinResponses = 1 + random.integer(3);
      during();
      await moment(random);
    },
  },
  {
    name: 'slow twin answers',
    weight: 1,
    strike: async ({ hub }, random, during) => {
      hub.faults.delayTwinResponsesMs = 10 + random.integer(200);
      during();
      await moment(random);
    },
  },
  {
    name: 'throttled twin',
    weight: 2,
    strike: async ({ hub }, random, during) => {
      hub.faults.throttleTwinRequests = 1 + random.integer(3);
      during();
      await moment(random);
    },
  },
  {
    name: 'edgeHub refuses without a word',
    weight: 2,
    strike: async ({ hub }, random, during) => {
      hub.faults.errorProfile = 'edgeHub';
      hub.faults.throttleTwinRequests = 1 + random.integer(2);
      during();
      await moment(random);
    },
  },
  {
    // Nothing tells of a lost change but the next one, a new connection, or a look at the whole twin, which the module takes every quarter of an hour.
    name: 'desired change lost',
    weight: 3,
    strike: async ({ hub, sendWish, wish }, random, during) => {
      hub.faults.skipDesiredNotifications = 1;
      during();
      await moment(random);
      const mended = random.integer(20);
      if (mended < 10) hub.reconnectAll();
      else if (mended < 19) {
        wish.revision += 1;
        sendWish();
      }
    },
  },
  {
    name: 'desired changes twice',
    weight: 2,
    strike: (stage, _, during) => {
      stage.hub.faults.duplicateDesiredNotifications = 5;
      during();
      return Promise.resolve();
    },
  },
  {
    name: 'desired changes out of order',
    weight: 2,
    strike: (stage, _, during) => {
      stage.hub.faults.reorderDesiredNotifications = 1;
      during();
      return Promise.resolve();
    },
  },
];
