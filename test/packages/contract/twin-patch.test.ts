import assert from 'node:assert/strict';
import { applyTwinPatch, diffTwin, isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import fc from 'fast-check';

const { tree } = fc.letrec<{ tree: TwinObject; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 })),
  tree: fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('tree')), {
    maxKeys: 4,
  }),
}));

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('[unit] applyTwinPatch and diffTwin', () => {
  const cases: readonly [string, TwinObject, TwinObject, TwinObject][] = [
    ['null removes a key', { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ['objects merge', { a: { x: 1 } }, { a: { y: 2 } }, { a: { x: 1, y: 2 } }],
    ['arrays are replaced whole', { a: [1, 2, 3] }, { a: [9] }, { a: [9] }],
    ['an object replaces a plain value', { a: 1 }, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    ['removing what is absent changes nothing', { a: 1 }, { z: null }, { a: 1 }],
    [
      'a key named __proto__ is a key like any other',
      {},
      plain(JSON.parse('{"__proto__":{"x":1}}')) as TwinObject,
      plain(JSON.parse('{"__proto__":{"x":1}}')) as TwinObject,
    ],
  ];
  for (const [title, document, patch, expected] of cases)
    it(title, () => assert.deepEqual(plain(applyTwinPatch(document, patch)), plain(expected)));

  it('says nothing when nothing differs', () =>
    assert.equal(diffTwin({ a: { b: [1] } }, { a: { b: [1] } }), undefined));
  it('names only what differs, and null for what vanished', () =>
    assert.deepEqual(diffTwin({ a: 1, b: { c: 1, d: 2 }, e: 5 }, { a: 1, b: { c: 3, d: 2 }, f: 6 }), {
      b: { c: 3 },
      e: null,
      f: 6,
    }));
  it('turns any document into any other', () =>
    fc.assert(
      fc.property(tree, tree, (from, to) =>
        assert.deepEqual(plain(applyTwinPatch(from, diffTwin(from, to) ?? {})), plain(to)),
      ),
    ));
  it('knows objects from lists and null', () =>
    assert.deepEqual([{}, [], null, 1].map(isTwinObject), [true, false, false, false]));
});
