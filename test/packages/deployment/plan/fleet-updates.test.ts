import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  resolveNetwork,
  type NetworkFile,
  type Reported,
  type ReportedService,
} from '../../../../packages/contract/src/index.ts';
import type { DeployedDevice } from '../../../../packages/deployment/src/plan/current-state.ts';
import { planUpdate, updateMaker } from '../../../../packages/deployment/src/plan/plan-update.ts';
import { appliedDevice, sha256, withOthers } from './applied-device.ts';

const app = (parts: object = {}): object => ({ image: 'nginx:1', expose: 'external', ports: { http: 80 }, ...parts });

const FILE = { apiVersion: 'iotedge-networking/v1', name: 'shop' };

const APPS = { web: app(), api: app({ replicas: 2 }), log: app({ expose: 'internal' }) };

/** What a new version of the file says about the applications. */
const NEXT = {
  anotherImage: { ...APPS, web: app({ image: 'nginx:2' }) },
  oneMore: { ...APPS, zoo: app() },
  handedOver: { ...APPS, web: app({ replicas: 2 }) },
  pinned: { ...APPS, web: app({ image: 'nginx:2', address: '10.1.1.14' }) },
  internal: { ...APPS, web: app({ expose: 'internal' }) },
};

const web =
  (parts: Partial<ReportedService>) =>
  (reported: Reported): Reported => ({
    ...reported,
    services: { iotedge: { ...reported.services.iotedge, web: { ...found(reported), ...parts } } },
  });

function found({ services }: Reported): ReportedService {
  const service = services.iotedge?.web;
  assert.ok(service);
  return service;
}

/** How a report may differ from what was planned; `net` is where the device has its pool. */
const REPORTS: Readonly<Record<string, (net: number) => (reported: Reported) => Reported>> = {
  asPlanned: () => (reported) => reported,
  pending: () => web({ ips: '', state: 'Pending' }),
  elsewhere: (net) => web({ ips: `10.1.${net}.14` }),
  outside: () => web({ ips: '10.9.9.9' }),
  otherClusterIp: (net) => web({ clusterIp: `172.28.${net}.9` }),
  cutShort: () => web({ ips: undefined }),
  withoutBalancer: () => (reported) => ({ ...reported, loadBalancer: { ...reported.loadBalancer, kind: 'none' } }),
  newer: () => (reported) => ({ ...reported, loadBalancer: { kind: 'metallb', dialect: 'crd', version: '0.14.9' } }),
  crowded: (net) => (reported) =>
    withOthers(reported, {
      'default/other': { type: 'LoadBalancer', ips: `10.1.${net}.13`, ports: '80/TCP', state: 'Ready', reason: '' },
    }),
};

/** What a device had before. */
const BEFORE = { same: APPS, fewer: { web: app(), log: app({ expose: 'internal' }) } };

/** What the file says of the applications of one device. */
const OWN = { nothing: {}, hidden: { web: { expose: 'internal' } } };

const device = fc.record({
  net: fc.integer({ min: 1, max: 2 }),
  before: fc.constantFrom(...(Object.keys(BEFORE) as (keyof typeof BEFORE)[])),
  had: fc.constantFrom(4, 10),
  gets: fc.constantFrom(4, 10),
  moved: fc.boolean(),
  own: fc.constantFrom(...(Object.keys(OWN) as (keyof typeof OWN)[])),
  report: fc.constantFrom(...Object.keys(REPORTS)),
});

/** It already has the address that is pinned, in its own net. */
const DEVICE = {
  ...{ net: 1, before: 'same' as const, had: 10 as const, gets: 10 as const, moved: false },
  ...{ own: 'nothing' as const, report: 'elsewhere' },
};

describe('[unit] updates of a fleet', function () {
  this.timeout(30_000);

  const entry = (index: number, net: number, [from, size]: readonly [number, number]) => ({
    id: `d-${index}`,
    computeNetwork: {
      nodeIps: '10.9.0.1-10.9.0.2',
      externalServiceIps: `10.1.${net}.${from}-10.1.${net}.${from + size - 1}`,
    },
  });

  for (const [what, apps] of Object.entries(NEXT))
    it(`are those of the single devices, wherever their pools lie and whatever they report (${what})`, () => {
      fc.assert(
        fc.property(fc.array(device, { minLength: 3, maxLength: 8 }), (devices) => {
          const deployed = devices.map(({ net, before, had, report }, index): DeployedDevice => {
            const applied = appliedDevice({ apps: BEFORE[before], devices: [entry(index, net, [10, had])] });
            assert.ok(applied.reported);
            return { ...applied, reported: REPORTS[report]?.(net)(applied.reported) };
          });
          const next = devices.map(({ net, gets, moved, own }, index) => ({
            ...entry(index, net, [moved ? 11 : 10, gets]),
            apps: OWN[own],
          }));
          const network = resolveNetwork({ ...FILE, apps, devices: next } as NetworkFile);
          const updateOf = updateMaker(network, { sha256 });
          for (const [index, one] of network.devices.entries()) {
            const known = deployed[index];
            assert.ok(known);
            assert.deepEqual(updateOf(one, known), planUpdate(network, one, known, { sha256 }));
          }
        }),
        { numRuns: 25, examples: [[[DEVICE, { ...DEVICE, net: 2 }, { ...DEVICE, own: 'hidden' as const }]]] },
      );
    });
});
