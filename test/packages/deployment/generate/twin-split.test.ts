import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  isJsonObject,
  mergeObjects,
  type JsonObject,
} from '../../../../packages/deployment/src/generate/sorted-json.ts';
import { splitTwins } from '../../../../packages/deployment/src/generate/twin-split.ts';

function atPath(path: string, value: unknown): JsonObject {
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? value : atPath(rest.join('.'), value) };
}

const expand = (shared: JsonObject): JsonObject =>
  mergeObjects(...Object.entries(shared).map(([path, value]) => atPath(path, value)));

/** Every path of an object, leaves and objects alike. */
function pathsIn(value: unknown, prefix = ''): readonly string[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${prefix}${key}`, ...pathsIn(inner, `${prefix}${key}.`)]);
}

describe('[unit] split of twins', () => {
  const CASES: readonly {
    why: string;
    twins: readonly JsonObject[];
    own?: readonly string[];
    shared: JsonObject;
    rest: readonly JsonObject[];
  }[] = [
    {
      why: 'one twin is shared, part by part',
      twins: [{ a: 1, b: { c: 2 } }],
      shared: { a: 1, b: { c: 2 } },
      rest: [{}],
    },
    {
      why: 'what differs is own, and its neighbours are shared by path',
      twins: [
        { a: 1, b: { c: 2, d: 3, e: { f: 4 } } },
        { a: 1, b: { c: 2, d: 4, e: { f: 4 } } },
      ],
      shared: { a: 1, 'b.c': 2, 'b.e': { f: 4 } },
      rest: [{ b: { d: 3 } }, { b: { d: 4 } }],
    },
    {
      why: 'what only one has is own',
      twins: [{ a: { x: 1 } }, { a: { x: 1, y: 2 }, b: 1 }],
      shared: { 'a.x': 1 },
      rest: [{}, { a: { y: 2 }, b: 1 }],
    },
    {
      why: 'what is said to be own stays own though all have it',
      twins: [
        { a: { x: 1, y: 2 }, b: 1 },
        { a: { x: 1, y: 2 }, b: 1 },
      ],
      own: ['a.x', 'b'],
      shared: { 'a.y': 2 },
      rest: [
        { a: { x: 1 }, b: 1 },
        { a: { x: 1 }, b: 1 },
      ],
    },
    {
      why: 'a whole branch may be own',
      twins: [{ a: { x: 1 }, b: 2 }],
      own: ['a'],
      shared: { b: 2 },
      rest: [{ a: { x: 1 } }],
    },
    {
      why: 'lists are compared as a whole',
      twins: [{ a: [1, 2] }, { a: [1, 2] }],
      shared: { a: [1, 2] },
      rest: [{}, {}],
    },
    { why: 'nothing in common', twins: [{ a: 1 }, { b: 1 }], shared: {}, rest: [{ a: 1 }, { b: 1 }] },
    { why: 'no twin at all', twins: [], shared: {}, rest: [] },
  ];
  for (const { why, twins, own = [], shared, rest } of CASES)
    it(why, () => {
      const split = splitTwins(twins, (path) => own.includes(path));
      assert.deepEqual([split.shared, twins.map(split.ownOf)], [shared, rest]);
    });

  const key = fc.constantFrom('a', 'b', 'c');
  const leaf = fc.constantFrom(1, 2, 'x', true);
  const settings = { minKeys: 1, noNullPrototype: true };
  const branch = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, settings)), settings);
  const twin = fc.dictionary(key, fc.oneof(leaf, branch), { noNullPrototype: true });
  const ownPaths = fc.subarray(['a', 'b', 'a.b', 'b.a', 'b.c.a']);

  it('loses nothing, and neither part ever writes into the other', () => {
    fc.assert(
      fc.property(fc.array(twin, { minLength: 1, maxLength: 5 }), ownPaths, (twins, own) => {
        const split = splitTwins(twins, (path) => own.includes(path));
        const shared = Object.keys(split.shared);
        for (const one of twins) {
          const rest = split.ownOf(one);
          assert.deepEqual(mergeObjects(expand(split.shared), rest), one);
          const leaves = pathsIn(rest);
          for (const path of shared)
            assert.ok(
              !leaves.some((other) => other === path || other.startsWith(`${path}.`)),
              `${path} in ${leaves.join()}`,
            );
        }
        for (const path of own)
          assert.ok(
            !shared.some((one) => one === path || path.startsWith(`${one}.`)) ||
              !twins.some((one) => pathsIn(one).includes(path)),
          );
      }),
    );
  });
});
