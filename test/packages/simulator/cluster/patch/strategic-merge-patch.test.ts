import assert from 'node:assert/strict';
import { jsonPatch } from '../../../../../packages/simulator/src/cluster/patch/json-patch.ts';
import { mergePatch } from '../../../../../packages/simulator/src/cluster/patch/merge-patch.ts';
import { strategicMergePatch } from '../../../../../packages/simulator/src/cluster/patch/strategic-merge-patch.ts';
import type { FieldSchema, StructSchema } from '../../../../../packages/simulator/src/cluster/schema/field-schema.ts';

const text: FieldSchema = { type: 'string' };
const item: StructSchema = {
  type: 'struct',
  name: 'Item',
  fields: new Map<string, FieldSchema>([
    ['name', text],
    ['value', text],
  ]),
};
const schema: StructSchema = {
  type: 'struct',
  name: 'Thing',
  fields: new Map<string, FieldSchema>([
    [
      'items',
      { type: 'list', items: item, listType: 'map', keys: ['name'], patchMergeKey: 'name', patchStrategy: 'merge' },
    ],
    ['texts', { type: 'list', items: text, listType: 'set', patchStrategy: 'merge' }],
    ['plain', { type: 'list', items: text, listType: 'atomic' }],
    [
      'inner',
      {
        type: 'struct',
        name: 'Inner',
        fields: new Map([
          ['a', text],
          ['b', text],
        ]),
        retainKeys: true,
      },
    ],
    ['map', { type: 'map', values: text }],
  ]),
};
const items = (...names: string[]) => names.map((name) => ({ name, value: name }));

describe('[unit] patches', () => {
  const cases: readonly (readonly [string, object, object, object])[] = [
    ['merges objects', { map: { a: '1' } }, { map: { b: '2' } }, { map: { a: '1', b: '2' } }],
    ['removes by null', { map: { a: '1', b: '2' } }, { map: { a: null } }, { map: { b: '2' } }],
    ['removes a whole field by null', { map: { a: '1' } }, { map: null }, {}],
    ['replaces an object', { map: { a: '1' } }, { map: { b: '2', $patch: 'replace' } }, { map: { b: '2' } }],
    ['empties an object', { map: { a: '1' } }, { map: { $patch: 'delete' } }, { map: {} }],
    [
      'merges list items by key',
      { items: items('a', 'b') },
      { items: [{ name: 'b', value: 'x' }, { name: 'c' }] },
      { items: [...items('a'), { name: 'b', value: 'x' }, { name: 'c' }] },
    ],
    [
      'deletes a list item',
      { items: items('a', 'b') },
      { items: [{ name: 'a', $patch: 'delete' }] },
      { items: items('b') },
    ],
    [
      'replaces a list',
      { items: items('a', 'b') },
      { items: [{ $patch: 'replace' }, { name: 'c' }] },
      { items: [{ name: 'c' }] },
    ],
    ['adds texts once', { texts: ['a', 'b'] }, { texts: ['b', 'c', 'c'] }, { texts: ['a', 'b', 'c'] }],
    ['takes texts out', { texts: ['a', 'b'] }, { '$deleteFromPrimitiveList/texts': ['a'] }, { texts: ['b'] }],
    ['replaces atomic lists', { plain: ['a', 'b'] }, { plain: ['c'] }, { plain: ['c'] }],
    [
      'orders items',
      { items: items('a', 'b') },
      { '$setElementOrder/items': [{ name: 'c' }, { name: 'b' }, { name: 'a' }], items: [{ name: 'c' }] },
      { items: [{ name: 'c' }, ...items('b', 'a')] },
    ],
    [
      'keeps the place of items that the order does not name',
      { items: items('a', 'x', 'b') },
      { '$setElementOrder/items': [{ name: 'b' }, { name: 'a' }] },
      { items: items('b', 'a', 'x') },
    ],
    ['orders texts', { texts: ['a', 'b'] }, { '$setElementOrder/texts': ['b', 'a'] }, { texts: ['b', 'a'] }],
    ['retains keys', { inner: { a: '1', b: '2' } }, { inner: { $retainKeys: ['b'], b: '3' } }, { inner: { b: '3' } }],
    ['makes lists without directives', {}, { plain: [{ $patch: 'merge', a: 1 }] }, { plain: [{ a: 1 }] }],
    ['makes new fields', {}, { items: items('a'), map: { a: '1' } }, { items: items('a'), map: { a: '1' } }],
  ];
  for (const [title, original, patch, result] of cases) {
    it(`strategic: ${title}`, () => {
      const before = structuredClone(original);
      assert.deepEqual(
        strategicMergePatch(schema, original as Record<string, unknown>, patch as Record<string, unknown>),
        result,
      );
      assert.deepEqual(original, before);
    });
  }

  it('strategic: refuses items without their key, or that are no objects', () => {
    const patch = (list: unknown[]) => () => strategicMergePatch(schema, {}, { items: list });
    assert.throws(
      patch([{ value: 'x', more: [1] }]),
      /map: map\[more:\[1\] value:x\] does not contain declared merge key: name/,
    );
    assert.throws(patch(['x']), /expected an object/);
  });

  it('merge: follows RFC 7396', () => {
    assert.deepEqual(mergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } }), {
      a: 'z',
      c: { d: 'e' },
    });
    assert.deepEqual(mergePatch({ a: [1] }, { a: { b: 'c' } }), { a: { b: 'c' } });
    assert.deepEqual(mergePatch('text', { a: 1 }), { a: 1 });
  });

  it('JSON: is all or nothing, and says what failed', () => {
    const original = { a: 1 };
    assert.deepEqual(jsonPatch(original, [{ op: 'add', path: '/b', value: 2 }]), { a: 1, b: 2 });
    assert.throws(
      () =>
        jsonPatch(original, [
          { op: 'add', path: '/b', value: 2 },
          { op: 'test', path: '/a', value: 2 },
        ]),
      /testing value \/a failed/,
    );
    assert.throws(
      () => jsonPatch(original, [{ op: 'remove', path: '/x' }]),
      /remove operation does not apply: doc is missing path: \/x/,
    );
    assert.throws(() => jsonPatch(original, ['x']), /the server rejected our request due to an error in our request/);
    assert.throws(() => jsonPatch(original, {}), /cannot unmarshal object/);
    assert.deepEqual(original, { a: 1 });
  });
});
