import assert from 'node:assert/strict';
import {
  desiredAfter,
  readConfigurationContent,
  readModulesContent,
  stackModules,
} from '../../../../packages/simulator/src/hub/configuration-content.ts';

const read = (input: unknown): ReturnType<typeof readModulesContent> =>
  readModulesContent(input, 'InvalidConfigurationContent');

describe('[unit] content of deployments', () => {
  it('replaces the section, then sets paths in it', () => {
    const content = read({
      m: { 'properties.desired.a.b': 1, 'properties.desired': { a: { c: 2 } }, 'properties.desired.x': null },
    });
    const section = content.get('m');
    assert.ok(section);
    assert.deepEqual(desiredAfter({ old: true }, section), { a: { c: 2, b: 1 }, x: null });
  });

  it('without a replacement adds to what is there', () => {
    const section = read({ m: { 'properties.desired.a.b': { c: 1 } } }).get('m');
    assert.ok(section);
    assert.deepEqual(desiredAfter({ a: { b: 5, d: 6 }, e: 7 }, section), { e: 7, a: { d: 6, b: { c: 1 } } });
  });

  it('stacks: a replacement covers what is below, paths add to it', () => {
    const lower = read({ a: { 'properties.desired': { x: 1 } }, b: { 'properties.desired.y': 1 } });
    const upper = read({ a: { 'properties.desired.z': 2 }, b: { 'properties.desired': { w: 3 } }, c: {} });
    const stacked = stackModules(lower, upper);
    assert.deepEqual(
      [...stacked].map(([name, section]) => [name, desiredAfter({}, section)]),
      [
        ['a', { x: 1, z: 2 }],
        ['b', { w: 3 }],
        ['c', {}],
      ],
    );
  });

  const bad: readonly unknown[] = [
    {},
    { modulesContent: {} },
    { modulesContent: { web: {} } },
    { modulesContent: { $edgeAgent: { desired: {} } } },
    { modulesContent: { $edgeAgent: { 'properties.desired': 1 } } },
    { modulesContent: { $edgeAgent: 1 } },
    { modulesContent: { $edgeAgent: {} }, deviceContent: { 'properties.desired.a': 1 } },
    { otherContent: { a: 1 } },
  ];
  for (const content of bad)
    it(`refuses ${JSON.stringify(content)}`, () =>
      assert.throws(() => readConfigurationContent(content), { name: 'InvalidConfigurationContent' }));

  it('tells layers from bases, and the kinds apart', () => {
    const layered = (agent: object): unknown => {
      const content = readConfigurationContent({ modulesContent: { $edgeAgent: agent, $edgeHub: {} } });
      return content.kind === 'edge' && content.layered;
    };
    assert.equal(layered({ 'properties.desired.modules.x': {} }), true);
    assert.equal(layered({}), true);
    assert.equal(layered({ 'properties.desired': {} }), false);
    assert.equal(
      readConfigurationContent({ deviceContent: { 'properties.desired.a': 1 }, modulesContent: {} }).kind,
      'device',
    );
    assert.equal(readConfigurationContent({ moduleContent: { 'properties.desired': {} } }).kind, 'module');
  });
});
