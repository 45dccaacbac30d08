import assert from 'node:assert/strict';
import { createPacer } from '../../../../packages/deployment/src/apply/pacer.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const never = new AbortController().signal;

describe('[unit] pacing of requests', () => {
  async function times(count: number, rate: { requests: number; seconds: number }): Promise<readonly number[]> {
    const clock = createVirtualClock(0);
    const pacer = createPacer(rate, clock);
    return Promise.all(Array.from({ length: count }, () => pacer.turn(never).then(() => clock.now())));
  }

  const CASES: readonly { requests: number; seconds: number; atOnce: number; apart: number }[] = [
    { requests: 20, seconds: 60, atOnce: 18, apart: 3062 },
    { requests: 50, seconds: 1, atOnce: 45, apart: 21 },
    { requests: 1, seconds: 10, atOnce: 1, apart: 10205 },
  ];
  for (const { requests, seconds, atOnce, apart } of CASES)
    it(`${requests} in ${seconds} s: ${atOnce} at once, then one every ${apart} ms`, async () => {
      const seen = await times(atOnce + 2, { requests, seconds });
      assert.deepEqual(
        seen.slice(0, atOnce),
        Array.from({ length: atOnce }, () => 0),
      );
      assert.equal(seen[atOnce], apart);
      assert.ok(Math.abs((seen[atOnce + 1] ?? 0) - 2 * apart) <= 1);
    });

  it('takes up again after a hold as fast as the bucket has filled meanwhile', async () => {
    const clock = createVirtualClock(0);
    const pacer = createPacer({ requests: 20, seconds: 60 }, clock);
    await pacer.turn(never);
    pacer.hold(10_000);
    const seen = await Promise.all(Array.from({ length: 5 }, () => pacer.turn(never).then(() => clock.now())));
    assert.deepEqual(seen.slice(0, 3), [10_000, 10_000, 10_000]);
    assert.ok((seen[3] ?? 0) > 10_000 && (seen[4] ?? 0) > (seen[3] ?? 0), seen.join());
  });

  it('lets everybody go when the user wants to stop', async () => {
    const clock = createVirtualClock(0);
    const stop = new AbortController();
    const pacer = createPacer({ requests: 1, seconds: 3600 }, clock);
    const turns = Promise.all([1, 2, 3].map(() => pacer.turn(stop.signal)));
    stop.abort();
    await turns;
    assert.equal(clock.now(), 0);
  });
});
