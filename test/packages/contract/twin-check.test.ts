import assert from 'node:assert/strict';
import { checkTwinSection, TWIN_LIMITS, TWIN_LIMITS_OLD_RUNTIME, type TwinLimits } from '@iotedge-networking/contract';

const nested = (levels: number): unknown => (levels === 0 ? 1 : { k: nested(levels - 1) });

describe('[unit] checkTwinSection', () => {
  const cases: readonly [string, unknown, readonly string[], TwinLimits?][] = [
    ['accepts a plain document', { a: { b: 'c', n: 1.5, f: true, gone: null }, list: [1, { x: 'y' }] }, []],
    ['accepts $version at the root', { $version: 3, $metadata: {}, a: 1 }, []],
    ['refuses what is no object', [1], ['not-an-object ']],
    ['refuses a key with a dot', { 'a.b': 1 }, ['bad-key a.b']],
    ['refuses $version below the root', { a: { $version: 1 } }, ['bad-key a.$version']],
    ['refuses white space in a key', { 'a b': 1 }, ['bad-key a b']],
    ['refuses an empty key', { '': 1 }, ['bad-key ']],
    ['refuses a key over 1 KB', { ['k'.repeat(1025)]: 1 }, [`key-too-long ${'k'.repeat(1025)}`]],
    ['refuses a text over 4 KB', { a: 'é'.repeat(2049) }, ['string-too-long a']],
    ['accepts ten levels', nested(10), []],
    ['refuses eleven levels', nested(11), [`too-deep ${Array(10).fill('k').join('.')}`]],
    ['refuses integers beyond 2^52', { a: 2 ** 52 }, ['integer-out-of-range a']],
    ['accepts large fractions', { a: 1.5e300 + 0.5, b: -4503599627370496 }, ['integer-out-of-range a']],
    ['refuses what is no number', { a: Number.NaN }, ['not-a-number a']],
    ['refuses null in a list', { a: [1, null] }, ['null-in-array a[1]']],
    ['refuses null in an object of a list', { a: [{ b: { c: null } }] }, ['null-in-array a[0].b.c']],
    ['refuses lists for old runtimes', { a: [1] }, ['array a'], TWIN_LIMITS_OLD_RUNTIME],
    [
      'refuses more than 32 KB in all',
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, 'x'.repeat(4000)])),
      ['section-too-large '],
    ],
  ];
  for (const [title, section, expected, limits = TWIN_LIMITS] of cases)
    it(title, () =>
      assert.deepEqual(
        checkTwinSection(section, limits).map((problem) => `${problem.code} ${problem.path}`),
        expected,
      ),
    );
});
