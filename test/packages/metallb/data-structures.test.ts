import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LoadBalancerModel, wouldAccept } from '@iotedge-networking/metallb';
import type { LoadBalancerService } from '@iotedge-networking/metallb';
import { addressesOf, modelWith, pools, service } from './builders.ts';

const sharing = (key: string, ports: number[], parts: Partial<LoadBalancerService> = {}): LoadBalancerService =>
  service(key, {
    ports: ports.map((port) => ({ port })),
    annotations: { 'metallb.io/allow-shared-ip': 'k' },
    ...parts,
  });

/** The address MetalLB would choose. */
function chosen(model: LoadBalancerModel, candidate: LoadBalancerService): string | undefined {
  const verdict = wouldAccept(model, candidate);
  return verdict.accepted ? verdict.addresses[0] : undefined;
}

/** The first address, one by one, that MetalLB would let the Service have. */
function walked(model: LoadBalancerModel, candidate: LoadBalancerService): string | undefined {
  const addresses = Array.from({ length: 256 }, (_, last) => `10.0.0.${last}`);
  return addresses.find((loadBalancerIP) => wouldAccept(model, { ...candidate, loadBalancerIP }).accepted);
}

describe('[unit] long histories choose what a walk over every address would', () => {
  it('for sharing keys with many addresses, ports and departures', () => {
    const ports = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    const step = fc.record({ name: fc.nat(80), ports, leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 150, maxLength: 300 }), (steps) => {
        const model = modelWith({ p: ['10.0.0.0/24'] });
        for (const [index, { name, ports: wanted, leaves }] of steps.entries()) {
          if (leaves) model.remove(`d/${name}`);
          else model.apply(sharing(`d/${name}`, wanted));
          const stranger = sharing('d/stranger', wanted);
          if (index % 20 === 0) assert.equal(chosen(model, stranger), walked(model, stranger));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('for one set of ports on ever new addresses, all left again and taken again', () => {
    const model = modelWith({ p: ['10.0.0.0/24'] });
    const names = Array.from({ length: 200 }, (_, index) => `d/${index}`);
    for (const name of names) model.apply(sharing(name, [80]));
    assert.deepEqual(addressesOf(model, 'd/199'), ['10.0.0.199']);
    for (const name of names.slice(0, 190)) model.remove(name);
    model.apply(sharing('d/x', [443]));
    model.apply(sharing('d/y', [80, 443]));
    model.apply(sharing('d/z', [80]));
    assert.deepEqual(
      ['d/x', 'd/y', 'd/z'].flatMap((key) => addressesOf(model, key)),
      [...['10.0.0.0', '10.0.0.1', '10.0.0.0']],
    );
    for (let round = 0; round < 300; round += 1) {
      model.remove('d/z');
      model.apply(sharing('d/z', [80]));
    }
    assert.deepEqual(addressesOf(model, 'd/z'), ['10.0.0.0']);
  });

  it('for an address that joins a key below those already known', () => {
    const model = modelWith({ p: ['10.0.0.0/24'] });
    model.apply(sharing('d/high', [80], { loadBalancerIP: '10.0.0.9' }));
    model.apply(sharing('d/first', [80], { loadBalancerIP: '10.0.0.8' }));
    for (let last = 0; last < 8; last += 1) model.apply(service(`d/plain${last}`));
    model.apply(sharing('d/a', [80]));
    model.apply(sharing('d/b', [81]));
    assert.deepEqual([addressesOf(model, 'd/a'), addressesOf(model, 'd/b')], [['10.0.0.10'], ['10.0.0.8']]);
    model.remove('d/plain3');
    model.apply(sharing('d/low', [82], { loadBalancerIP: '10.0.0.3' }));
    model.apply(sharing('d/c', [81]));
    assert.deepEqual(addressesOf(model, 'd/c'), ['10.0.0.3']);
  });

  it('for releases in any order across entries', () => {
    const indexes = Array.from({ length: 24 }, (_, index) => index);
    fc.assert(
      fc.property(fc.shuffledSubarray(indexes), (order) => {
        const model = new LoadBalancerModel({ config: pools({ p: ['10.0.0.16/29', '10.0.0.0/29', '10.0.0.8/29'] }) });
        for (const index of indexes) model.apply(service(`d/${index}`));
        for (const index of order) model.remove(`d/${index}`);
        const places = order.map((_, index) => {
          model.apply(service(`d/again${index}`));
          return (Number(addressesOf(model, `d/again${index}`)[0]?.split('.')[3]) + 8) % 24;
        });
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
