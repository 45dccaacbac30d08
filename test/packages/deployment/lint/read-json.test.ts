import assert from 'node:assert/strict';
import fc from 'fast-check';
import { positionAt } from '../../../../packages/deployment/src/lint/locate-step.ts';
import { plainValue, readJson } from '../../../../packages/deployment/src/lint/read-json.ts';

function refusal(text: string): string {
  const reading = readJson(text);
  assert.ok(!reading.ok, text);
  const { line, column } = positionAt(text, reading.offset);
  return `${line}:${column} ${reading.message}`;
}

describe('[unit] JSON with positions', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 2), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        const reading = readJson(written);
        assert.ok(reading.ok);
        assert.deepEqual(plainValue(reading.tree), JSON.parse(written));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '1', '-', 'true', 'nul', '"\\x"', '"\t"', ' ', '01', '1.'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (chosen) => {
        const text = chosen.join('');
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        assert.equal(readJson(text).ok, parses, text);
      }),
    );
  });

  const REFUSED: readonly (readonly [why: string, text: string, said: string])[] = [
    ['nothing', '', '1:1 The text ends where a value was expected.'],
    ['a comment', '{\n  // no\n}', '2:3 JSON has no comments.'],
    ['a block comment', '[ /* no */ ]', '1:3 JSON has no comments.'],
    ['single quotes', "{ 'a': 1 }", `1:3 "'" stands where a key in double quotes was expected.`],
    ['a bare word', '{ "a": yes }', '1:8 "y" stands where a value was expected.'],
    ['a comma too many', '{\n  "a": 1,\n}', '2:9 A comma stands before "}".'],
    ['no comma', '{ "a": 1\n  "b": 2 }', `2:3 "\\"" stands where "," or "}" was expected.`],
    ['no colon', '{ "a" 1 }', '1:7 "1" stands where ":" was expected.'],
    ['an open object', '{ "a": 1', '1:9 The text ends where "," or "}" was expected.'],
    ['an open string', '{ "a": "1 }', QUOTES('1:8')],
    ['an unknown escape', '["\\x"]', QUOTES('1:2')],
    ['a line break in a key', '{ "a\nb": 1 }', QUOTES('1:3')],
    ['more than one value', '{} {}', '1:4 "{" stands where the end of the text was expected.'],
    ['endless nesting', '['.repeat(300), '1:201 The text nests deeper than 200 levels.'],
  ];
  for (const [why, text, said] of REFUSED) it(`says where and why: ${why}`, () => assert.equal(refusal(text), said));

  it('allows a byte order mark, and takes the last of repeated keys', () => {
    const reading = readJson('\ufeff{ "a": 1, "a": 2 }');
    assert.deepEqual(reading.ok && plainValue(reading.tree), { a: 2 });
  });

  it('is not led astray by long or open texts', () => {
    assert.equal(readJson(`"${'a'.repeat(2_000_000)}`).ok, false);
    assert.equal(readJson(`"${'a'.repeat(2_000_000)}"`).ok, true);
  });
});

function QUOTES(place: string): string {
  return `${place} The text in quotes does not end, or holds a line break or an escape that JSON does not know.`;
}
