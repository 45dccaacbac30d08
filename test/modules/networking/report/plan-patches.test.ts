import assert from 'node:assert/strict';
import { applyTwinPatch, type TwinObject } from '@iotedge-networking/contract';
import fc from 'fast-check';
import { adoptReadBack, planPatches } from '../../../../modules/networking/src/report/plan-patches.ts';

const leaf = fc.oneof(fc.string({ maxLength: 30 }), fc.integer(), fc.boolean());
const section = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'services'),
  fc.oneof(
    leaf,
    fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.oneof(leaf, fc.dictionary(fc.constantFrom('p', 'q'), leaf))),
  ),
) as fc.Arbitrary<TwinObject>;

/** JSON without the prototypes that the generator varies. */
const plain = (value: TwinObject): TwinObject => JSON.parse(JSON.stringify(value)) as TwinObject;

describe('[unit] planPatches', () => {
  it('plans nothing where nothing differs', () => {
    assert.deepEqual(planPatches({ a: { b: 1 } }, { a: { b: 1 } }), []);
  });

  it('plans one minimal patch, with null for what vanished', () => {
    assert.deepEqual(planPatches({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1, c: 4 } }), [{ a: { c: 4 }, d: null }]);
  });

  it('cuts a large patch between Services, removals first, and never within one', () => {
    const service = { ips: 'x'.repeat(40), state: 'Ready' };
    const services = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`s${index}`, service]));
    const patches = planPatches({ services: { ns: { old: service } } }, { services: { ns: services }, empty: {} }, 200);
    assert.ok(patches.length > 2);
    assert.equal(JSON.stringify(patches[0]).includes('"old":null'), true);
    for (const patch of patches) {
      assert.ok(JSON.stringify(patch).length <= 200);
      const { ns = {} } = (patch.services ?? {}) as { readonly ns?: Record<string, unknown> };
      for (const one of Object.values(ns)) if (one !== null) assert.deepEqual(one, service);
    }
  });

  it('applied one after another, the patches turn one section into the other, whatever the limit', () => {
    fc.assert(
      fc.property(section, section, fc.integer({ min: 1, max: 300 }), (before, after, limit) => {
        const patches = planPatches(plain(before), plain(after), limit);
        assert.deepEqual(patches.reduce(applyTwinPatch, plain(before)), plain(after));
      }),
    );
  });
});

describe('[unit] adoptReadBack', () => {
  it('takes what was read, without system keys, and keeps our spelling of the same moment', () => {
    const ours = { a: { since: '2026-01-01T00:00:00.000Z', other: '2026-01-01T00:00:00.000Z', text: '5' }, gone: 1 };
    const read = {
      a: { since: '2026-01-01T00:00:00Z', other: '2026-01-02T00:00:00Z', text: '6' },
      more: {},
      $version: 4,
    };
    assert.deepEqual(adoptReadBack(ours, read), {
      a: { since: '2026-01-01T00:00:00.000Z', other: '2026-01-02T00:00:00Z', text: '6' },
      more: {},
    });
  });
});
