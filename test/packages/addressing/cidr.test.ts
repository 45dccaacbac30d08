import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  cidrToRange,
  formatCidr,
  parseCidr,
  parseRange,
  rangeSize,
  rangeToCidrs,
} from '@iotedge-networking/addressing';
import { anyRange } from './arbitraries.ts';

describe('[unit] cidr', () => {
  const accepted: [text: string, canonical: string][] = [
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.128.44.77/24', '10.128.44.0/24'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['fd00:0::1/64', 'fd00::/64'],
    ['::/128', '::/128'],
  ];
  for (const [text, canonical] of accepted) {
    it(`reads ${text} as ${canonical}`, () => assert.equal(formatCidr(parseCidr(text)!), canonical));
  }

  for (const text of [
    '',
    '/',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '::/129',
    '10.0/8',
    ' ::/0',
  ]) {
    it(`refuses "${text}"`, () => assert.equal(parseCidr(text), undefined));
  }

  const ranges: [text: string, cidrs: string[]][] = [
    ['10.128.44.240-10.128.44.250', ['10.128.44.240/29', '10.128.44.248/31', '10.128.44.250/32']],
    ['10.128.44.254-10.128.45.1', ['10.128.44.254/31', '10.128.45.0/31']],
    ['0.0.0.0-255.255.255.255', ['0.0.0.0/0']],
    ['::-::', ['::/128']],
    ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
  ];
  for (const [text, cidrs] of ranges) {
    it(`cuts ${text} into ${cidrs.join(' ')}`, () => {
      const parsed = parseRange(text);
      assert.ok(parsed.ok);
      assert.deepEqual(rangeToCidrs(parsed.range).map(formatCidr), cidrs);
    });
  }

  it('cuts a range into ascending networks that meet end to end and cannot be joined', () => {
    fc.assert(
      fc.property(anyRange, (range) => {
        const cidrs = rangeToCidrs(range);
        const parts = cidrs.map(cidrToRange);
        assert.equal(parts[0]?.first, range.first);
        assert.equal(parts.at(-1)?.last, range.last);
        for (const [index, part] of parts.slice(1).entries()) {
          assert.equal(parts[index]!.last + 1n, part.first);
          const joined = rangeSize(parts[index]!) * 2n;
          const joinable = cidrs[index]!.prefix === cidrs[index + 1]!.prefix && parts[index]!.first % joined === 0n;
          assert.ok(!joinable);
        }
      }),
    );
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(anyRange, (range) => {
        for (const cidr of rangeToCidrs(range)) assert.deepEqual(parseCidr(formatCidr(cidr)), cidr);
      }),
    );
  });
});
