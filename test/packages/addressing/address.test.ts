import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { addressAt, compareAddresses, formatAddress, parseAddress } from '@iotedge-networking/addressing';
import { anyAddress } from './arbitraries.ts';

describe('[unit] address', () => {
  const accepted: [text: string, canonical: string][] = [
    ['0.0.0.0', '0.0.0.0'],
    ['10.128.44.240', '10.128.44.240'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['fd00:0:0:1::5', 'fd00:0:0:1::5'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['::ffff:a00:1', '::ffff:10.0.0.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ];
  for (const [text, canonical] of accepted) {
    it(`reads ${text} and prints ${canonical}`, () => {
      const address = parseAddress(text);
      assert.ok(address);
      assert.equal(formatAddress(address), canonical);
    });
  }

  const refused = [
    ...[
      '',
      ' ',
      '10.0.0',
      '10.0.0.0.0',
      '10.0.0.256',
      '10.0.0.01',
      '010.0.0.1',
      '10.0.0.',
      '10.0.0.1 ',
      '+1.0.0.0',
      '1e1.0.0.0',
    ],
    ...[
      ':',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      'g::',
      '12345::',
      'fe80::1%eth0',
    ],
    ...[
      '::1.2.3',
      '::1.2.3.4:5',
      '1.2.3.4::',
      '1:2:3:4:5:6:7:1.2.3.4',
      ':1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:',
      '::x',
      'x::1',
    ],
  ];
  for (const text of refused) {
    it(`refuses "${text}"`, () => assert.equal(parseAddress(text), undefined));
  }

  it('keeps IPv4 and IPv6 addresses of the same number apart', () => {
    assert.ok(compareAddresses(addressAt(4, 1n), addressAt(6, 1n)) < 0);
    assert.ok(compareAddresses(addressAt(6, 2n), addressAt(6, 1n)) > 0);
  });

  it('orders by family, then by number', () => {
    const texts = ['::1', '10.0.0.2', '::', '9.255.255.255', '10.0.0.2'];
    const sorted = texts.map((text) => parseAddress(text)!).sort(compareAddresses);
    assert.deepEqual(sorted.map(formatAddress), ['9.255.255.255', '10.0.0.2', '10.0.0.2', '::', '::1']);
  });

  it('throws for a number outside the family', () => {
    assert.throws(() => addressAt(4, 1n << 32n), /4294967296 is not an IPv4 address: expected 0 to 4294967295/);
    assert.throws(() => addressAt(6, -1n), RangeError);
    assert.equal(formatAddress(addressAt(6, (1n << 128n) - 1n)), 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
  });

  it('reads back what it prints', () => {
    fc.assert(fc.property(anyAddress, (address) => assert.deepEqual(parseAddress(formatAddress(address)), address)));
  });

  it('accepts what node accepts, apart from zone ids', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcf:.')), maxLength: 24 }),
    );
    fc.assert(fc.property(text, (candidate) => assert.equal(parseAddress(candidate)?.family ?? 0, isIP(candidate))));
  });
});
