import assert from 'node:assert/strict';
import { grant, refill, spend, tokenInMs } from '../../../../modules/networking/src/report/token-bucket.ts';

const RULE = { burst: 3, intervalMs: 1000 };

describe('[unit] the token bucket', () => {
  it('refills one token per interval, up to the burst', () => {
    assert.deepEqual(refill({ tokens: 0, at: 0 }, RULE, 1500), { tokens: 1.5, at: 1500 });
    assert.deepEqual(refill({ tokens: 2, at: 0 }, RULE, 9000), { tokens: 3, at: 9000 });
  });

  it('keeps granted tokens beyond the burst, up to twice the burst', () => {
    const granted = grant({ tokens: 3, at: 0 }, RULE, 2);
    assert.equal(granted.tokens, 5);
    assert.equal(refill(granted, RULE, 5000).tokens, 5);
    assert.equal(grant(granted, RULE, 9).tokens, 6);
  });

  it('says how long a token takes', () => {
    assert.equal(tokenInMs({ tokens: 1, at: 0 }, RULE), 0);
    assert.equal(tokenInMs(spend({ tokens: 1.25, at: 0 }, 1), RULE), 750);
  });

  it('leaves a reserve, if it ever holds one', () => {
    assert.equal(tokenInMs({ tokens: 2, at: 0 }, RULE, 1), 0);
    assert.equal(tokenInMs({ tokens: 1.25, at: 0 }, RULE, 1), 750);
    assert.equal(tokenInMs({ tokens: 1, at: 0 }, { ...RULE, burst: 1 }, 1), 0);
  });
});
