import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatAddress,
  formatRange,
  iterateRange,
  parseAddress,
  parseRange,
  rangeContains,
  rangeIntersection,
  rangeSize,
  rangesOverlap,
} from '@iotedge-networking/addressing';
import type { AddressRange } from '@iotedge-networking/addressing';
import { anyRange, smallRange } from './arbitraries.ts';

const range = (text: string): AddressRange => {
  const parsed = parseRange(text);
  assert.ok(parsed.ok);
  return parsed.range;
};

describe('[unit] address range', () => {
  it('prints first-last, also for one address', () => {
    assert.equal(formatRange(range('10.0.0.1-10.0.0.3')), '10.0.0.1-10.0.0.3');
    assert.equal(formatRange(range('fd00::5')), 'fd00::5-fd00::5');
  });

  it('counts its addresses', () => {
    assert.equal(rangeSize(range('10.0.0.0/8')), 1n << 24n);
    assert.equal(rangeSize(range('::/0')), 1n << 128n);
  });

  it('contains addresses and ranges of its family only', () => {
    const outer = range('10.0.0.1-10.0.0.9');
    assert.ok(rangeContains(outer, parseAddress('10.0.0.9')!));
    assert.ok(!rangeContains(outer, parseAddress('10.0.0.10')!));
    assert.ok(rangeContains(outer, range('10.0.0.1-10.0.0.9')));
    assert.ok(!rangeContains(outer, range('10.0.0.0-10.0.0.1')));
    assert.ok(!rangeContains(range('::/0'), parseAddress('0.0.0.1')!));
  });

  it('lists its addresses ascending', () => {
    assert.deepEqual([...iterateRange(range('10.0.0.254-10.0.1.1'))].map(formatAddress), [
      '10.0.0.254',
      '10.0.0.255',
      '10.0.1.0',
      '10.0.1.1',
    ]);
  });

  it('reads back what it prints', () => {
    fc.assert(fc.property(anyRange, (any) => assert.deepEqual(parseRange(formatRange(any)), { ok: true, range: any })));
  });

  it('overlaps exactly when there is an intersection, which lies in both', () => {
    fc.assert(
      fc.property(smallRange, smallRange, (a, b) => {
        const common = rangeIntersection(a, b);
        assert.equal(common !== undefined, rangesOverlap(a, b));
        assert.deepEqual(common, rangeIntersection(b, a));
        if (common !== undefined) assert.ok(rangeContains(a, common) && rangeContains(b, common));
      }),
    );
  });
});
