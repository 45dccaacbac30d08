import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { readPlainYaml } from '../../../../packages/deployment/src/network-file/plain-yaml.ts';

const read = (text: string, environment: Record<string, string> = {}): unknown => {
  const found = readPlainYaml(text.split('\n'), environment);
  return found === undefined ? 'not plain' : found.value;
};

const READ: readonly { why: string; text: string }[] = [
  {
    why: 'devices as people write them',
    text: '- id: a\n  computeNetwork:\n    nodeIps: 10.0.0.1-10.0.0.2\n- id: b\n',
  },
  { why: 'items as deep as their key', text: 'a:\n- 1\n- x\nb: 2\n' },
  { why: 'comments and empty lines', text: '# one\na: 1 # two\n\n  # three\nb: x#y\n' },
  { why: 'values on one line', text: 'a: { b: 1, c: [x, "y z", true], d: {} }\ne: []\n' },
  { why: 'quotes', text: 'a: \'it # is\'\nb: "1"\nc: "x: y"\n' },
  {
    why: 'numbers, truth and texts that look like them',
    text: 'a: 10\nb: -1.5\nc: true\nd: 10.0.0.1\ne: yes\nf: fe80::1\ng: 1.5.2-rc\n',
  },
  { why: 'nothing behind a key', text: 'a:\nb: 1\n' },
  { why: 'a list of plain values', text: '- 10.0.0.1-10.0.0.5\n- 10.0.0.9\n' },
  { why: 'an image with a port', text: 'image: registry.example:5000/a/b:1.0@sha256:ab\n' },
];

const NOT_PLAIN: readonly { why: string; text: string }[] = [
  { why: 'an anchor', text: 'a: &x 1\n' },
  { why: 'an alias', text: 'a: *x\n' },
  { why: 'a merge key', text: 'a:\n  <<: *x\n' },
  { why: 'a tag', text: 'a: !!str 1\n' },
  { why: 'a block text', text: 'a: |\n  x\n' },
  { why: 'a text over two lines', text: 'a: x\n  y\n' },
  { why: 'an escape', text: 'a: "\\t"\n' },
  { why: 'a doubled quote', text: "a: 'it''s'\n" },
  { why: 'a key that stands twice', text: 'a: 1\na: 2\n' },
  { why: 'a tab', text: 'a:\n\tb: 1\n' },
  { why: 'a key in quotes', text: '"a": 1\n' },
  { why: 'an odd number', text: 'a: 0x1F\n' },
  { why: 'an odd truth', text: 'a: True\n' },
  { why: 'a tilde', text: 'a: ~\n' },
  { why: 'a list in a list', text: '- - 1\n' },
  { why: 'an item without content', text: '-\n  a: 1\n' },
  { why: 'a value that goes on', text: 'a: { b: 1,\n  c: 2 }\n' },
  { why: 'a comma before the end', text: 'a: [1, ]\n' },
  { why: 'a colon inside of a value', text: 'a: b: c\n' },
  { why: 'something behind a quote', text: 'a: "b" c\n' },
  { why: 'less depth than before, but not that of a key', text: 'a:\n    b: 1\n  c: 2\n' },
  { why: 'a placeholder without value', text: 'a: ${NAME}\n' },
  { why: 'nothing', text: '# nothing\n' },
];

describe('[unit] plain YAML', () => {
  for (const { why, text } of READ)
    it(`reads ${why} as the library does`, () => assert.deepEqual(read(text), parse(text)));

  for (const { why, text } of NOT_PLAIN)
    it(`leaves ${why} to the library`, () => assert.equal(read(text), 'not plain'));

  it('fills in placeholders: a number where the scalar is plain, a text where it is quoted', () => {
    assert.deepEqual(read('a: ${N}\nb: "${N}"\nc: x-${N:-1}\n', { N: '2' }), { a: 2, b: '2', c: 'x-2' });
  });

  it('never reads anything else than the library does', () => {
    const word = fc.stringMatching(/^[-a-z0-9.:/#'"${}[\], ~&*!|>%@_+=?]{0,12}$/);
    const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.ipV4(), fc.double({ noNaN: true }));
    const key = fc.stringMatching(/^[a-zA-Z_][-a-zA-Z0-9_.]{0,6}$/);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), fc.boolean(), (value, flow) => {
        const text = stringify(value, { lineWidth: 0, ...(flow ? { collectionStyle: 'flow' as const } : {}) });
        const found = readPlainYaml(text.split('\n'), {});
        if (found !== undefined && !text.includes('${')) assert.deepEqual(found.value, parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('never reads what the library refuses', () => {
    const line = fc.stringMatching(/^ {0,4}(- )?[a-c]{0,2}:? ?[-a-c0-9.:#'"{}[\], ]{0,8}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const found = readPlainYaml(lines, {});
        if (found !== undefined) assert.deepEqual(found.value, parse(lines.join('\n'), { stringKeys: true }));
      }),
      { numRuns: 1000 },
    );
  });
});
