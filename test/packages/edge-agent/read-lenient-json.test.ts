import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonFromNode, nodeFromJson, withoutRepeats } from '../../../packages/edge-agent/src/json-node.ts';
import { readLenientJson } from '../../../packages/edge-agent/src/read-lenient-json.ts';

/** The plain value of a text, or 'refused'. */
function read(text: string): unknown {
  const result = readLenientJson(text);
  if (!result.ok) return 'refused';
  return result.value === undefined ? 'nothing' : jsonFromNode(result.value);
}

function keys(text: string): readonly string[] {
  const result = readLenientJson(text);
  return result.ok && result.value?.kind === 'object' ? result.value.entries.map(({ key }) => key) : [];
}

describe('[unit] lenient JSON', () => {
  const accepted: readonly (readonly [string, unknown])[] = [
    [' { "a" : 1 } ', { a: 1 }],
    ['/* c */ {a:1} // end', { a: 1 }],
    ['{a:1}// end\r\n ', { a: 1 }],
    ['{a /* no */: 1}', 'refused'],
    ["{'a':'it\\'s'}", { a: "it's" }],
    ['{$x_1é: 1}', { $x_1é: 1 }],
    ['{"a":1,}', { a: 1 }],
    ['[1,]', [1]],
    ['[1,,2]', [1, null, 2]],
    ['{,}', 'refused'],
    ['{"a" 1}', 'refused'],
    ['{"a":1 "b":2}', 'refused'],
    ['[1 2]', 'refused'],
    ['{"a":1]', 'refused'],
    ['{"a":1', 'refused'],
    ['[1', 'refused'],
    ['"open', 'refused'],
    ['/* open', 'refused'],
    ['/x', 'refused'],
    ['{} {}', 'refused'],
    ['{}x', 'refused'],
    ['', 'nothing'],
    [' /* only a comment */ ', 'nothing'],
    ['"\\b\\t\\n\\f\\r\\\\\\"\\/\\u0041"', '\b\t\n\f\r\\"/A'],
    ['"\\x"', 'refused'],
    ['"\\u00g1"', 'refused'],
    ['"line\nbreak"', 'line\nbreak'],
    ['true', true],
    ['false', false],
    ['null', null],
    ['undefined', null],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    ['[Infinity]', ['Infinity']],
    ['nul', 'refused'],
    ['truex', 'refused'],
    ['toString', 'refused'],
    ['@', 'refused'],
    ['0', 0],
    ['-0.5e+2', -50],
    ['.5', 0.5],
    ['5.', 5],
    ['0e1', 0],
    ['0x1F', 31],
    ['017', 15],
    ['-017', -17],
    ['09', 'refused'],
    ['-', 'refused'],
    ['1.2.3', 'refused'],
    ['+5', 'refused'],
    ['5m', 'refused'],
    ['5//c', 5],
    ['\u0085{}\u00a0', {}],
    ['\ufeff{}', 'refused'],
  ];
  for (const [text, value] of accepted) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => assert.deepEqual(read(text), value));
  }

  it('keeps the order of integer-like keys and notes repeated ones', () => {
    assert.deepEqual(keys('{"443":1,"80":2,"443":3}'), ['443', '80', '443']);
    const result = readLenientJson('{"443":1,"80":2,"443":3}');
    assert.deepEqual(result.ok && result.repeatedKeys, ['443']);
  });

  it('says where it stopped', () => {
    const result = readLenientJson('{"a":x}');
    assert.deepEqual(result, { ok: false, message: 'An unexpected character at character 5.', offset: 5 });
  });

  it('refuses what nests too deeply instead of overflowing', () => {
    assert.equal(read('['.repeat(100_000)), 'refused');
    assert.equal(read('{"a":'.repeat(600)), 'refused');
  });

  it('agrees with JSON.parse on strict JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        assert.deepEqual(read(text), JSON.parse(text));
      }),
    );
  });

  it('never throws, whatever the text', () => {
    const anyText = fc.array(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', "'", '\\', '/', '*', '1', 'a', ' ', '-'),
    );
    fc.assert(fc.property(anyText, (pieces) => typeof readLenientJson(pieces.join('')).ok === 'boolean'));
  });

  it('turns plain values into nodes and back', () => {
    const value = { a: [1, 'x', true, null, undefined], b: { c: 2 } };
    assert.deepEqual(jsonFromNode(nodeFromJson(value)), { a: [1, 'x', true, null, null], b: { c: 2 } });
  });

  it('removes repeated keys at every depth: first place, last value', () => {
    const result = readLenientJson('[{"b":1,"a":{"x":1,"x":2},"b":3}]');
    assert.ok(result.ok && result.value !== undefined);
    const plain = withoutRepeats(result.value);
    assert.equal(JSON.stringify(jsonFromNode(plain)), '[{"b":3,"a":{"x":2}}]');
  });
});
