import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parsePoolEntry } from '@iotedge-networking/metallb';
import { modelWith } from './builders.ts';

const networksOf = (text: string): string[] | string => {
  const entry = parsePoolEntry(text);
  return entry.ok ? entry.networks.map((network) => network.text) : entry.problem;
};

describe('[unit] pool entry', () => {
  const accepted: [text: string, networks: string[]][] = [
    ['10.0.0.240-10.0.0.250', ['10.0.0.240/29', '10.0.0.248/31', '10.0.0.250/32']],
    ['10.0.0.1 - 10.0.0.1', ['10.0.0.1/32']],
    ['10.0.0.77/24', ['10.0.0.0/24']],
    ['10.0.0.0/08', ['10.0.0.0/8']],
    ['fd00::5/120', ['fd00::/120']],
    ['fd00::1-fd00::2', ['fd00::1/128', 'fd00::2/128']],
    ['::ffff:10.0.0.0/120', ['10.0.0.0/24']],
    ['::ffff:10.0.0.1-10.0.0.2', ['10.0.0.1/32', '10.0.0.2/32']],
    ['::ffff:10.0.0.0/80', ['::/80']],
    ['10.0.0.1-fd00::1', []],
    ['::1-10.0.0.1', []],
  ];
  for (const [text, networks] of accepted) {
    it(`reads "${text}" as ${networks.join(' ') || 'nothing'}`, () => assert.deepEqual(networksOf(text), networks));
  }

  const refused: [text: string, problem: string][] = [
    ['10.0.0.9', 'invalid CIDR "10.0.0.9"'],
    ['', 'invalid CIDR ""'],
    [' 10.0.0.0/24', 'invalid CIDR " 10.0.0.0/24"'],
    ['10.0.0.0/33', 'invalid CIDR "10.0.0.0/33"'],
    ['10.0.0.0/', 'invalid CIDR "10.0.0.0/"'],
    ['010.0.0.0/24', 'invalid CIDR "010.0.0.0/24"'],
    ['10.0.0.240-250', 'invalid IP range "10.0.0.240-250": invalid end IP "250"'],
    ['x-10.0.0.1', 'invalid IP range "x-10.0.0.1": invalid start IP "x"'],
    ['10.0.0.2-10.0.0.1', 'invalid IP range "10.0.0.2-10.0.0.1": start IP "10.0.0.2" is after the end IP "10.0.0.1"'],
    ['fd00::1-10.0.0.1', 'invalid IP range "fd00::1-10.0.0.1": start IP "fd00::1" is after the end IP "10.0.0.1"'],
  ];
  for (const [text, problem] of refused) {
    it(`refuses "${text}"`, () => assert.equal(networksOf(text), problem));
  }

  it('reads an IPv4 address exactly when it is a dotted quad', () => {
    const text = fc.oneof(fc.ipV4(), fc.string({ unit: fc.constantFrom(...Array.from('01259.')), maxLength: 15 }));
    fc.assert(
      fc.property(text, (candidate) => {
        const octets = candidate.split('.');
        const isQuad =
          octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d*)$/.test(octet) && Number(octet) < 256);
        assert.equal(parsePoolEntry(`${candidate}/32`).ok, isQuad);
      }),
    );
  });
});

describe('[unit] pool capacity', () => {
  const endless = 2 ** 63;
  const counted: [title: string, addresses: string[], avoidBuggyIPs: boolean, available: [number, number]][] = [
    ['a /24 counts 256', ['10.0.0.0/24'], false, [256, 0]],
    ['a /24 without .0 and .255', ['10.0.0.0/24'], true, [254, 0]],
    ['a /16 loses two of every /24', ['10.0.0.0/16'], true, [65536 - 512, 0]],
    ['an upper half loses .255', ['10.0.0.128/25'], true, [127, 0]],
    ['a /26 in mid-octet loses nothing', ['10.0.0.64/26'], true, [64, 0]],
    ['a lone .0 counts minus one', ['10.0.0.0/32'], true, [-1, 0]],
    ['a mapped /112 loses only its first and last', ['::ffff:10.0.0.0/112'], true, [65534, 0]],
    ['IPv6 knows no buggy addresses', ['fd00::/120'], true, [0, 256]],
    ['a /67 is counted', ['fd00::/67'], false, [0, 2 ** 61]],
    ['a /66 is endless', ['fd00::/66'], false, [0, endless]],
    ['an endless network swallows what came before', ['fd01::/120', 'fd00::/64'], false, [0, endless]],
    ['what follows an endless network wraps around', ['fd00::/64', 'fd01::/120'], false, [0, -endless]],
  ];
  for (const [title, addresses, avoidBuggyIPs, available] of counted) {
    it(title, () => {
      const counters = modelWith({ p: { addresses, avoidBuggyIPs } }).counters('p');
      assert.deepEqual([counters?.availableIPv4, counters?.availableIPv6], available);
    });
  }
});
