import assert from 'node:assert/strict';
import { twinSize, utf8Length } from '@iotedge-networking/contract';
import fc from 'fast-check';

describe('[unit] twinSize', () => {
  const cases: readonly [string, unknown, number][] = [
    ['keys and strings count their UTF-8 bytes', { ab: 'cd' }, 4],
    ['numbers count 8', { a: 12345 }, 9],
    ['booleans count 4', { a: true }, 5],
    ['objects count by their content', { a: { b: 'c' } }, 3],
    ['lists count by their content', { a: ['b', 'c', 1] }, 11],
    ['null counts only its key', { abc: null }, 3],
    ['control characters are free', { a: 'b\n\tc' }, 3],
    ['$version and $metadata of the root are free', { $version: 7, $metadata: { x: 'y' }, a: 'b' }, 2],
    ['letters beyond ASCII count their bytes', { é: '計算😀' }, 12],
    ['a plain value counts itself', 'abc', 3],
    ['nothing counts nothing', null, 0],
  ];
  for (const [title, value, expected] of cases) it(title, () => assert.equal(twinSize(value), expected));

  it('measures UTF-8 as an encoder does', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(utf8Length(text), Buffer.byteLength(text))),
    ));
});
