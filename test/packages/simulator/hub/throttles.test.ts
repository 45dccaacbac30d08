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

describe('[unit] throttles of a hub of a size', () => {
  it('grow with the units, count costs, and keep the time they are told', () => {
    let now = 0;
    const hubClock = () => new Date('2026-01-01');
    const throttle = createThrottle({ tier: 'S1', units: 2, clock: () => new Date(now) }, hubClock);
    for (let index = 0; index < 40; index++) throttle('Configurations');
    assert.throws(() => throttle('Configurations'), { status: 429 });
    throttle('DirectMethods', 80);
    assert.throws(() => throttle('DirectMethods', 2), { status: 429 });
    now += 1500;
    throttle('Configurations');
    throttle('DirectMethods', 80);
    assert.throws(() => throttle('Configurations'));
  });
});
