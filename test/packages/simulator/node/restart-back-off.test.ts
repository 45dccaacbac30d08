import assert from 'node:assert/strict';
import { kubeletBackOff, restartDelay } from '../../../../packages/simulator/src/node/restart-back-off.ts';

describe('[unit] restart back-off', () => {
  const cases: [number, number][] = [
    [0, 0],
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [6, 300_000],
    [60, 300_000],
  ];
  for (const [failures, delay] of cases) {
    it(`after ${failures} failures in a row it is ${delay} ms`, () =>
      assert.equal(restartDelay(failures, kubeletBackOff), delay));
  }
});
