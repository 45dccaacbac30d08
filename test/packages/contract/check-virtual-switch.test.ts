import assert from 'node:assert/strict';
import { checkVirtualSwitch } from '@iotedge-networking/contract';

describe('[unit] checkVirtualSwitch', () => {
  const cases: readonly [string, number | undefined, readonly number[], readonly string[]][] = [
    ['nothing given', undefined, [], []],
    ['the edges of what is allowed', 1400, [0, 4094], []],
    ['an MTU too small', 1399, [], ['N15 mtu']],
    ['an MTU too large', 1501, [], ['N15 mtu']],
    ['an MTU that is no whole number', 1450.5, [], ['N15 mtu']],
    ['VLANs out of range', 1500, [-1, 4095, 1.5], ['N15 vlanIds[0]', 'N15 vlanIds[1]', 'N15 vlanIds[2]']],
    ['a VLAN twice', 1500, [7, 8, 7], ['N15 vlanIds[2]']],
  ];
  for (const [name, mtu, vlanIds, expected] of cases)
    it(name, () =>
      assert.deepEqual(
        checkVirtualSwitch({ mtu, vlanIds }).map(({ code, path }) => `${code} ${path}`),
        expected,
      ),
    );
});
