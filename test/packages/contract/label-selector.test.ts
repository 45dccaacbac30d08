import assert from 'node:assert/strict';
import {
  formatLabelSelector,
  labelsOfSelector,
  matchesLabelSelector,
  parseLabelSelector,
  selectorOfLabels,
} from '@iotedge-networking/contract';
import fc from 'fast-check';

describe('[unit] label selectors', () => {
  const matches: readonly [string, Record<string, string>, boolean][] = [
    ['app=web', { app: 'web' }, true],
    ['app==web,tier!=db', { app: 'web' }, true],
    ['tier!=db', { tier: 'db' }, false],
    ['app in (web, api)', { app: 'api' }, true],
    ['app notin (web,api)', { app: 'api' }, false],
    ['app notin (web,api)', {}, true],
    ['app', { app: '' }, true],
    ['!app', { app: 'x' }, false],
    ['! app', {}, true],
    ['app=', { app: '' }, true],
    ['app=web', {}, false],
    ['example.com/part=a,app in (b)', { 'example.com/part': 'a', app: 'b' }, true],
    ['', { anything: 'x' }, true],
  ];
  for (const [text, labels, expected] of matches)
    it(`"${text}" ${expected ? 'selects' : 'does not select'} ${JSON.stringify(labels)}`, () =>
      assert.equal(matchesLabelSelector(parseLabelSelector(text) ?? [], labels), expected));

  for (const text of ['=web', 'app=we b', 'app in web', 'app in (a', 'app,,b', 'app=a=b', 'app in (a b)', '-x=1'])
    it(`"${text}" is refused`, () => assert.equal(parseLabelSelector(text), undefined));

  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const requirement = fc.oneof(
    fc.record(
      { key: name, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const), values: fc.constant([]) },
      { noNullPrototype: true },
    ),
    fc.record(
      {
        key: name,
        operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.array(name, { minLength: 1, maxLength: 3 }),
      },
      { noNullPrototype: true },
    ),
  );
  it('reads what it writes', () =>
    fc.assert(
      fc.property(fc.array(requirement), (selector) =>
        assert.deepEqual(parseLabelSelector(formatLabelSelector(selector)), selector),
      ),
    ));

  it('turns a label map into a selector and back', () =>
    assert.deepEqual(labelsOfSelector(selectorOfLabels({ app: 'web', tier: 'a' })), { app: 'web', tier: 'a' }));
  for (const text of ['app in (a,b)', 'app', 'app!=a'])
    it(`"${text}" has no label map`, () => assert.equal(labelsOfSelector(parseLabelSelector(text) ?? []), undefined));
});
