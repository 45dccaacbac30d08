import assert from 'node:assert/strict';
import { podAddressPool } from '../../../../packages/simulator/src/node/pod-address-pool.ts';

describe('[unit] pod address pool', () => {
  it('gives each node addresses from blocks of its own', () => {
    const pool = podAddressPool('172.27.0.0/16');
    assert.deepEqual(
      [pool.allocate('a'), pool.allocate('b'), pool.allocate('a')],
      ['172.27.0.1', '172.27.0.64', '172.27.0.2'],
    );
    assert.deepEqual(pool.blocks(), [
      { cidr: '172.27.0.0/26', node: 'a' },
      { cidr: '172.27.0.64/26', node: 'b' },
    ]);
  });

  it('takes a further block when one is full, and says so when nothing is left', () => {
    const pool = podAddressPool('10.0.0.0/25');
    const all = Array.from({ length: 127 }, () => pool.allocate('a'));
    assert.equal(new Set(all).size, 127);
    assert.equal(all.includes(undefined), false);
    assert.equal(pool.allocate('a'), undefined);
    assert.equal(pool.allocate('b'), undefined);
  });

  it('takes from another node rather than leave a pod without address', () => {
    const pool = podAddressPool('10.0.0.0/26');
    pool.allocate('a');
    assert.equal(pool.allocate('b'), '10.0.0.2');
  });

  it('does not reuse an address at once', () => {
    const pool = podAddressPool('172.27.0.0/16');
    const first = pool.allocate('a') ?? '';
    pool.release(first);
    assert.notEqual(pool.allocate('a'), first);
  });

  it('keeps addresses that pods already have, inside the subnet and once', () => {
    const pool = podAddressPool('172.27.0.0/16');
    assert.equal(pool.reserve('a', '172.27.0.1'), true);
    assert.equal(pool.reserve('a', '172.27.0.1'), false);
    assert.equal(pool.reserve('a', '10.0.0.1'), false);
    assert.equal(pool.reserve('a', 'web'), false);
    assert.equal(pool.allocate('a'), '172.27.0.2');
    pool.release('nonsense');
    pool.release('10.0.0.1');
  });

  it('refuses what is no usable subnet', () => {
    for (const subnet of ['172.27.0.0', '172.27.0.0/27', 'fd00::/64', 'pods'])
      assert.throws(() => podAddressPool(subnet), /at least 64 addresses/);
  });
});
