import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addressSet,
  formatAddress,
  formatRange,
  parseAddress,
  parseRange,
  rangeContains,
} from '@iotedge-networking/addressing';
import type { Address, AddressSet } from '@iotedge-networking/addressing';
import { smallRange } from './arbitraries.ts';

const setOf = (...texts: string[]): AddressSet =>
  addressSet(
    texts.map((text) => {
      const parsed = parseRange(text);
      assert.ok(parsed.ok);
      return parsed.range;
    }),
  );

const print = (set: AddressSet): string[] => set.ranges.map(formatRange);

const universe: Address[] = ([4, 6] as const).flatMap((family) =>
  Array.from({ length: 75 }, (_, value) => ({ family, value: BigInt(value) })),
);

describe('[unit] address set', () => {
  it('joins ranges that overlap or touch and sorts IPv4 first', () => {
    assert.deepEqual(print(setOf('fd00::1', '10.0.0.4-10.0.0.9', '10.0.0.1-10.0.0.3', '10.0.0.2', '10.0.0.11')), [
      '10.0.0.1-10.0.0.9',
      '10.0.0.11-10.0.0.11',
      'fd00::1-fd00::1',
    ]);
  });

  it('counts and lists addresses', () => {
    const set = setOf('10.0.0.254-10.0.1.0', '::1');
    assert.equal(set.count, 4n);
    assert.deepEqual([...set.iterate()].map(formatAddress), ['10.0.0.254', '10.0.0.255', '10.0.1.0', '::1']);
  });

  it('takes the middle out of a range', () => {
    assert.deepEqual(print(setOf('10.0.0.1-10.0.0.9').difference(setOf('10.0.0.4-10.0.0.5'))), [
      '10.0.0.1-10.0.0.3',
      '10.0.0.6-10.0.0.9',
    ]);
  });

  it('knows its members at both ends and none when empty', () => {
    const set = setOf('10.0.0.1-10.0.0.3', '10.0.0.8');
    const members = ['10.0.0.0', '10.0.0.1', '10.0.0.3', '10.0.0.4', '10.0.0.8', '10.0.0.9', '::1'];
    const has = (of: AddressSet): string[] => members.filter((text) => of.has(parseAddress(text)!));
    assert.deepEqual(has(set), ['10.0.0.1', '10.0.0.3', '10.0.0.8']);
    assert.deepEqual(has(setOf()), []);
  });

  it('agrees with membership for every operation', () => {
    const ranges = fc.array(smallRange, { maxLength: 8 });
    fc.assert(
      fc.property(ranges, ranges, (left, right) => {
        const [a, b] = [addressSet(left), addressSet(right)];
        const [union, intersection, difference] = [a.union(b), a.intersection(b), a.difference(b)];
        for (const address of universe) {
          const inA = left.some((range) => rangeContains(range, address));
          const inB = right.some((range) => rangeContains(range, address));
          assert.equal(a.has(address), inA);
          assert.equal(union.has(address), inA || inB);
          assert.equal(intersection.has(address), inA && inB);
          assert.equal(difference.has(address), inA && !inB);
        }
        assert.equal(union.count + intersection.count, a.count + b.count);
        assert.equal(difference.count + intersection.count, a.count);
        assert.deepEqual(addressSet(union.ranges).ranges, union.ranges);
        for (const set of [union, intersection, difference])
          assert.deepEqual(addressSet(set.ranges).ranges, set.ranges);
      }),
    );
  });
});
