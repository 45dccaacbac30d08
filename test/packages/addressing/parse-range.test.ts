import assert from 'node:assert/strict';
import { formatRange, parseRange } from '@iotedge-networking/addressing';

describe('[unit] parse range', () => {
  const accepted: [text: string, range: string, hostBits?: true][] = [
    ['10.0.0.1-10.0.0.3', '10.0.0.1-10.0.0.3'],
    [' 10.0.0.1 - 10.0.0.3 ', '10.0.0.1-10.0.0.3'],
    ['10.0.0.1-10.0.0.1', '10.0.0.1-10.0.0.1'],
    ['10.0.0.0/30', '10.0.0.0-10.0.0.3'],
    ['10.0.0.77/24', '10.0.0.0-10.0.0.255', true],
    ['10.0.0.9', '10.0.0.9-10.0.0.9'],
    ['fd00::/126', 'fd00::-fd00::3'],
    ['fd00::1-fd00::2', 'fd00::1-fd00::2'],
    ['0.0.0.0/0', '0.0.0.0-255.255.255.255'],
  ];
  for (const [text, expected, hostBits] of accepted) {
    it(`reads "${text}" as ${expected}${hostBits ? ', telling of host bits' : ''}`, () => {
      const parsed = parseRange(text);
      assert.ok(parsed.ok);
      assert.equal(formatRange(parsed.range), expected);
      assert.equal(parsed.hostBits, hostBits);
    });
  }

  const refused: [text: string, problem: string][] = [
    ['  ', 'the range is empty: write first-last, address/prefix or one address'],
    ['10.0.0.240-250', '"250" in "10.0.0.240-250" is not an address: write both ends in full'],
    ['x-10.0.0.1', '"x" in "x-10.0.0.1" is not an address: write both ends in full'],
    [
      '10.0.0.1-10.0.0.2-10.0.0.3',
      '"10.0.0.2-10.0.0.3" in "10.0.0.1-10.0.0.2-10.0.0.3" is not an address: write both ends in full',
    ],
    ['10.0.0.1-fd00::1', '"10.0.0.1-fd00::1" mixes IPv4 and IPv6: write one range for each'],
    ['10.0.0.9-10.0.0.1', '"10.0.0.9-10.0.0.1" ends before it starts: write 10.0.0.1-10.0.0.9'],
    ['10.0.0.0/33', '"10.0.0.0/33" is not a network: write address/prefix, such as 10.0.0.0/24 or fd00::/120'],
    ['10.0.0', '"10.0.0" is not an address: write first-last, address/prefix or one address'],
  ];
  for (const [text, problem] of refused) {
    it(`refuses "${text}"`, () => assert.deepEqual(parseRange(text), { ok: false, problem }));
  }
});
