import assert from 'node:assert/strict';
import { resolveNetwork, type NetworkFile } from '@iotedge-networking/contract';
import fc from 'fast-check';
import { planDevice, planMaker } from '../../../../packages/deployment/src/plan/plan-device.ts';

const FLEET: NetworkFile = {
  apiVersion: 'iotedge-networking/v1',
  name: 'stores',
  apps: {
    web: { image: 'web:1', expose: 'external', ports: { http: 8080 } },
    api: { image: 'api:1', expose: 'external', ports: { http: 8081 }, replicas: 2 },
    log: { image: 'log:1', expose: 'internal', ports: { http: 8082 } },
  },
};

const networkOf = (file: Partial<NetworkFile>) => resolveNetwork({ ...FLEET, ...file });

const poolAt = (base: number, first: number, size: number): string =>
  `10.1.${base}.${first}-10.1.${base}.${first + size - 1}`;

const pool = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 6 }));

const device = fc.record({
  nodeIps: fc.constantFrom('10.9.0.1-10.9.0.2', '10.8.0.1-10.8.0.2', '10.8.0.1-10.8.0.4'),
  announce: fc.constantFrom('layer2' as const, 'bgp' as const),
  externalServiceIps: fc.oneof(
    pool.map((one) => poolAt(...one)),
    fc.array(pool, { minLength: 1, maxLength: 2 }).map((list) => list.map((one) => poolAt(...one))),
    fc.tuple(pool, pool).map(([one, two]) => ({ default: poolAt(...one), guests: poolAt(...two) })),
    fc.integer({ min: 1, max: 9 }).map((net) => ({ default: [poolAt(net, 4, 8), `fd00:${net}::10-fd00:${net}::20`] })),
  ),
});

describe('[unit] plans of a fleet', function () {
  this.timeout(20_000);

  const compare = (file: Partial<NetworkFile>, metallbVersion?: string) => {
    const network = networkOf(file);
    const planOf = planMaker(network, { metallbVersion });
    for (const one of network.devices) assert.deepEqual(planOf(one), planDevice(network, one, { metallbVersion }));
  };

  for (const version of ['0.12', '0.14.9', 'main'])
    it(`are those of the single devices, wherever their pools lie (MetalLB ${version})`, () => {
      fc.assert(
        fc.property(fc.array(device, { minLength: 2, maxLength: 5 }), (devices) =>
          compare({ devices: devices.map((computeNetwork, index) => ({ id: `d-${index}`, computeNetwork })) }, version),
        ),
        { numRuns: 20 },
      );
    });

  it('are those of the single devices where an address is asked for by name', () => {
    const web = { ...FLEET.apps?.web, image: 'web:1', address: '10.1.1.5' };
    const ranges = ['10.1.1.2-10.1.1.9', '10.1.1.2-10.1.1.9', '10.1.1.4-10.1.1.11', '10.1.2.2-10.1.2.9'];
    const devices = ranges.map((text, index) => ({ id: `d-${index}`, computeNetwork: { externalServiceIps: text } }));
    compare({ apps: { ...FLEET.apps, web }, devices });
  });

  it('are those of the single devices where applications, groups and ids differ', () => {
    compare({
      groups: {
        large: { apps: { web: { replicas: 3 } }, computeNetwork: { externalServiceIps: '10.1.3.2-10.1.3.9' } },
      },
      computeNetwork: { externalServiceIps: '10.1.1.2-10.1.1.9' },
      devices: [
        { id: 'a' },
        { id: 'b', group: 'large' },
        { id: 'c', apps: { web: { expose: 'none' } } },
        { id: 'odd id%'.replace(' ', '!') },
        { id: 'd', group: 'large', tags: { a: 1 } },
      ],
    });
  });
});
