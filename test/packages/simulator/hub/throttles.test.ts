import assert from 'node:assert/strict';
import { createThrottle } from '../../../../packages/simulator/src/hub/throttles.ts';

describe('[unit] throttles of the hub', () => {
  it('let one period’s worth through at once, then what the rate gives', () => {
    let now = 0;
    const throttle = createThrottle('S1', () => new Date(now));
    for (let index = 0; index < 100; index++) throttle('IdentityRegistry');
    assert.throws(() => throttle('IdentityRegistry'), {
      status: 429,
      retryAfterSeconds: 10,
      message: /IdentityRegistry/,
    });
    throttle('Queries');
    now += 600;
    throttle('IdentityRegistry');
    assert.throws(() => throttle('IdentityRegistry'), { name: 'ThrottlingBacklogTimeout' });
    now += 3_600_000;
    for (let index = 0; index < 100; index++) throttle('IdentityRegistry');
    assert.throws(() => throttle('IdentityRegistry'));
  });

  it('count nothing when they are off', () => {
    const throttle = createThrottle('off', () => new Date(0));
    for (let index = 0; index < 1000; index++) throttle('Configurations');
  });
});
