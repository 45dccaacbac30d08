import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chunkCreateOptions, joinCreateOptions } from '@iotedge-networking/edge-agent';

const joined = (settings: Readonly<Record<string, unknown>>): string => {
  const result = joinCreateOptions(settings);
  return result.ok ? result.text : `refused at ${result.key}: ${result.message}`;
};

describe('[unit] pieces of create options', () => {
  it('a text of 512 characters stays whole', () => {
    assert.deepEqual(Object.keys(chunkCreateOptions('x'.repeat(512))), ['createOptions']);
    assert.deepEqual(chunkCreateOptions(''), { createOptions: '' });
  });

  it('a longer text is cut after every 512 characters, numbered with two digits', () => {
    const pieces = chunkCreateOptions('x'.repeat(1025));
    assert.deepEqual(
      Object.entries(pieces).map(([key, piece]) => `${key} ${piece.length}`),
      ['createOptions 512', 'createOptions01 512', 'createOptions02 1'],
    );
  });

  it('a surrogate pair is never cut', () => {
    const pieces = Object.values(chunkCreateOptions(`${'x'.repeat(511)}😀yy`));
    assert.deepEqual(pieces, ['x'.repeat(511), '😀yy']);
  });

  it('more than 100 pieces do not exist', () => {
    assert.throws(() => chunkCreateOptions('x'.repeat(512 * 100 + 1)), RangeError);
  });

  it('joining what was cut gives the text back', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.repeat(60));
    fc.assert(fc.property(anyText, (text) => joined(chunkCreateOptions(text)) === text));
  });

  const tables: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['any case and order', { CREATEOPTIONS01: 'b', createoptions: 'a', image: 'i' }, 'ab'],
    ['no leading zero', { createOptions: 'a', createOptions1: 'b' }, 'ab'],
    ['nothing at all', { image: 'i' }, ''],
    [
      'other JSON values',
      { createOptions: null, createOptions01: true, createOptions02: false, createOptions03: { a: 1 } },
      'TrueFalse{"a":1}',
    ],
    [
      'a gap',
      { createOptions: 'a', createOptions02: 'b' },
      'refused at createOptions02: Expected createOptions01 and found createOptions02.',
    ],
    [
      'no first piece',
      { createOptions01: 'b' },
      'refused at createOptions01: Expected createOptions and found createOptions01.',
    ],
    [
      'two spellings',
      { createOptions: 'a', CreateOptions: 'b' },
      'refused at CreateOptions: Expected createOptions01 and found CreateOptions.',
    ],
  ];
  for (const [title, settings, text] of tables) {
    it(`${title}: ${text}`, () => assert.equal(joined(settings), text));
  }
});
