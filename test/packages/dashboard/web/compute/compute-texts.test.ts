import assert from 'node:assert/strict';
import { lookUp, SERVICE_CHANGES } from '../../../../../packages/dashboard/src/web/compute/change-texts.ts';
import { rangeStrip } from '../../../../../packages/dashboard/src/web/compute/range-strip.ts';
import { ruleText } from '../../../../../packages/dashboard/src/web/compute/rule-texts.ts';
import { readSwitch, switchLines } from '../../../../../packages/dashboard/src/web/compute/virtual-switch.ts';
import { sampleDevice } from '../sample-device.ts';

const { computeNetwork } = sampleDevice();

describe('[unit] keys of texts', () => {
  it('of a rule', () => assert.deepEqual([ruleText('N07'), ruleText('shape')], ['rule.N07', undefined]));
  it('of a change', () => {
    assert.equal(lookUp(SERVICE_CHANGES, 'address-lost'), 'change.address-lost');
    assert.equal(lookUp(SERVICE_CHANGES, 'toString'), undefined);
  });
});

describe('[unit] rangeStrip', () => {
  it('places the ranges side by side', () => {
    const strip = rangeStrip({
      ...computeNetwork,
      nodeIps: '10.0.0.10-10.0.0.11',
      externalServiceIps: { a: ['10.0.0.20-10.0.0.21'] },
    });
    assert.deepEqual([strip?.first, strip?.last], ['10.0.0.9', '10.0.0.22']);
    assert.deepEqual(
      strip?.stretches.map(({ kind, name, start, length }) => [kind, name, start * 14, length * 14]),
      [
        ['nodes', '', 1, 2],
        ['pool', 'a', 11, 2],
      ],
    );
  });
  it('marks what two have in common', () => {
    const strip = rangeStrip({
      ...computeNetwork,
      nodeIps: '0.0.0.0-0.0.0.9',
      externalServiceIps: { a: ['0.0.0.8-0.0.0.20'] },
    });
    assert.equal(strip?.stretches.at(-1)?.kind, 'clash');
    assert.equal(strip.first, '0.0.0.0');
  });
  it('ends with the last address there is', () =>
    assert.equal(
      rangeStrip({ ...computeNetwork, nodeIps: '255.255.255.0/24', externalServiceIps: {} })?.last,
      '255.255.255.255',
    ));
  it('is nothing without IPv4 ranges', () =>
    assert.equal(
      rangeStrip({ ...computeNetwork, nodeIps: undefined, externalServiceIps: { a: ['fd00::/64', 'x'] } }),
      undefined,
    ));
});

describe('[unit] the virtual switch', () => {
  it('is read from texts', () => {
    assert.deepEqual(readSwitch('', ''), { mtu: undefined, vlanIds: [] });
    assert.deepEqual(readSwitch(' 1500 ', '0, 7;x'), { mtu: 1500, vlanIds: [0, 7, -1] });
  });
  it('has a line for each virtual network', () => {
    assert.match(
      switchLines({ vlanIds: [7] }, { subnet: '10.0.0.0/24', gateway: '10.0.0.1' })[0] ?? '',
      /-VlanId 7 .*10\.0\.0\.0\/24 .*10\.0\.0\.1$/,
    );
    assert.match(switchLines({ vlanIds: [7] }, { subnet: '', gateway: '' })[0] ?? '', /<address\/prefix> .*<gateway>$/);
  });
});
