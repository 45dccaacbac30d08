import assert from 'node:assert/strict';
import { customResourceSchema } from '../../../../../packages/simulator/src/cluster/schema/crd-schema.ts';
import {
  applyCustomDefaults,
  checkCustomValue,
} from '../../../../../packages/simulator/src/cluster/schema/check-custom-value.ts';
import { decodeObject } from '../../../../../packages/simulator/src/cluster/schema/decode-object.ts';

const openApi = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['list'],
      properties: {
        list: {
          type: 'array',
          minItems: 1,
          maxItems: 2,
          items: { type: 'object', properties: { port: { type: 'integer', default: 80 } } },
        },
        text: { type: 'string', minLength: 2, maxLength: 3, pattern: '^[a-z]+$' },
        number: { type: 'number', minimum: 1, maximum: 5 },
        choice: { enum: ['a', 'b'] },
        either: { 'x-kubernetes-int-or-string': true },
        maybe: { type: 'string', nullable: true },
        flag: { type: 'boolean' },
        keyed: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', properties: { name: { type: 'string', default: 'x' } } },
        },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        labels: { type: 'object', additionalProperties: { type: 'string' }, 'x-kubernetes-map-type': 'atomic' },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        anything: {},
      },
    },
  },
};

describe('[unit] schemas of custom resources', () => {
  const schema = customResourceSchema('Thing', openApi, { type: 'any' });
  const spec = schema.fields.get('spec');

  it('become the schema that patches and ownership go by', () => {
    assert.ok(spec?.type === 'struct');
    const { keyed, set, labels, list, either } = Object.fromEntries(spec.fields);
    assert.deepEqual(keyed?.type === 'list' && [keyed.listType, keyed.keys, keyed.keyDefaults], [
      'map',
      ['name'],
      { name: 'x' },
    ]);
    assert.deepEqual(
      [set?.type === 'list' && set.listType, list?.type === 'list' && list.listType, either?.type],
      ['set', 'atomic', 'int-or-string'],
    );
    assert.deepEqual(labels, { type: 'map', values: { type: 'string' }, atomic: true });
  });

  it('drop what they do not know, except where they say to keep it', () => {
    const { object, report } = decodeObject(schema, {
      spec: { list: [{ port: 1, more: 2 }], unknown: 1, open: { x: 1 }, anything: { y: [1] }, either: '5%' },
    });
    assert.deepEqual(object, { spec: { list: [{ port: 1 }], open: { x: 1 }, anything: { y: [1] }, either: '5%' } });
    assert.deepEqual(report.unknownFields, ['spec.list[0].more', 'spec.unknown']);
  });

  it('without properties keep everything', () => {
    const open = customResourceSchema('Thing', undefined, { type: 'any' });
    assert.deepEqual(decodeObject(open, { spec: { x: 1 } }).object, { spec: { x: 1 } });
  });

  it('fill in defaults at every depth', () => {
    const value = { spec: { list: [{}, { port: 1 }] } };
    applyCustomDefaults(openApi, value);
    assert.deepEqual(value, { spec: { list: [{ port: 80 }, { port: 1 }] } });
  });

  const cases: readonly (readonly [string, object, string[]])[] = [
    ['a missing field', {}, ['FieldValueRequired spec.list']],
    ['too few items', { list: [] }, ['FieldValueInvalid spec.list']],
    ['too many items', { list: [{}, {}, {}] }, ['FieldValueTooLong spec.list']],
    ['a text too short, and not matching', { list: [{}], text: 'A' }, ['FieldValueInvalid spec.text']],
    ['a short text', { list: [{}], text: 'a' }, ['FieldValueInvalid spec.text']],
    ['a text too long', { list: [{}], text: 'abcd' }, ['FieldValueTooLong spec.text']],
    ['a number too small', { list: [{}], number: 0 }, ['FieldValueInvalid spec.number']],
    ['a number too large', { list: [{}], number: 6 }, ['FieldValueInvalid spec.number']],
    ['a value outside the list', { list: [{}], choice: 'c' }, ['FieldValueNotSupported spec.choice']],
    [
      'values of wrong types',
      { list: [{ port: 'x' }], flag: 1 },
      ['FieldValueTypeInvalid spec.list[0].port', 'FieldValueTypeInvalid spec.flag'],
    ],
    ['null where it is allowed', { list: [{}], maybe: null }, []],
    ['null where it is not', { list: [{}], flag: null }, ['FieldValueTypeInvalid spec.flag']],
    ['wrong values of a map', { list: [{}], labels: { a: 1 } }, ['FieldValueTypeInvalid spec.labels.a']],
    ['everything right', { list: [{ port: 1 }], text: 'abc', number: 3, choice: 'a', either: 5, flag: true }, []],
  ];
  for (const [title, value, expected] of cases) {
    it(`check ${title}`, () => {
      const found = checkCustomValue(openApi, { spec: value }, 'exact').map(
        ({ reason, field }) => `${reason} ${field}`,
      );
      assert.deepEqual(found, expected);
    });
  }
});
