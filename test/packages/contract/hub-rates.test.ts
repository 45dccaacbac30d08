import assert from 'node:assert/strict';
import { hubRates, type HubOperation, type HubTier } from '../../../packages/contract/src/index.ts';

describe('[unit] rates of an IoT Hub', () => {
  const CASES: readonly [HubTier, number, HubOperation, requests: number, seconds: number][] = [
    ['S1', 1, 'TwinReads', 100, 1],
    ['S1', 20, 'TwinReads', 100, 1],
    ['S2', 1, 'TwinReads', 100, 1],
    ['S2', 20, 'TwinReads', 200, 1],
    ['S3', 2, 'TwinReads', 1000, 1],
    ['free', 1, 'TwinUpdates', 50, 1],
    ['S2', 20, 'TwinUpdates', 100, 1],
    ['S3', 1, 'TwinUpdates', 250, 1],
    ['S1', 2, 'Configurations', 40, 60],
    ['S3', 1, 'Configurations', 20, 60],
    ['S2', 2, 'IdentityRegistry', 200, 60],
    ['S3', 1, 'IdentityRegistry', 5000, 60],
    ['S1', 1, 'Queries', 20, 60],
    ['S3', 2, 'Queries', 2000, 60],
    ['S1', 3, 'Jobs', 300, 60],
    ['S3', 1, 'Jobs', 5000, 60],
    ['S1', 9, 'JobDeviceOperations', 10, 1],
    ['S2', 20, 'JobDeviceOperations', 20, 1],
    ['S3', 2, 'JobDeviceOperations', 100, 1],
    ['S1', 1, 'NewConnections', 100, 1],
    ['S1', 10, 'NewConnections', 120, 1],
    ['S2', 2, 'NewConnections', 240, 1],
    ['S3', 1, 'NewConnections', 6000, 1],
    ['S1', 1, 'DirectMethods', 40, 1],
    ['S2', 1, 'DirectMethods', 120, 1],
    ['S3', 1, 'DirectMethods', 6144, 1],
  ];
  for (const [tier, units, operation, requests, seconds] of CASES)
    it(`${operation} of ${units} units ${tier}: ${requests} in ${seconds} s`, () =>
      assert.deepEqual(hubRates(tier, units)[operation], { requests, seconds }));
});
