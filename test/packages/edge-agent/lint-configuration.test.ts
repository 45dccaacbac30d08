import assert from 'node:assert/strict';
import { lintManifest, manifestModules } from '@iotedge-networking/edge-agent';

type Json = Readonly<Record<string, unknown>>;

const SELECT = "SELECT deviceId FROM devices.modules WHERE moduleId = 'networking'";
const OF_MODULES = "from devices.modules where moduleId = 'networking'";

const services = { 'properties.desired.services': { iotedge: { web: { expose: 'external' } } } };
const layer = { $edgeAgent: {}, networking: services };

/** A good configuration with this content; parts of it can be replaced. */
function configuration(content: Json, parts: Json = {}): Json {
  const targetCondition = 'moduleContent' in content ? OF_MODULES : "tags.role='store'";
  const metrics = { queries: { reported: SELECT } };
  return {
    ...{ id: 'stores', schemaVersion: '2.0', labels: { network: 'stores' }, content },
    ...{ targetCondition, priority: 10, metrics, ...parts },
  };
}

const problems = (value: unknown): readonly string[] => lintManifest(value).map(({ code, path }) => `${code} ${path}`);

describe('[unit] lint of a configuration', () => {
  const GOOD: Readonly<Record<string, unknown>> = {
    'a layer': configuration({ modulesContent: layer }),
    'a layer for all devices': configuration({ modulesContent: layer }, { targetCondition: '*' }),
    'a module configuration': configuration({ moduleContent: services }),
    'a module configuration without its envelope': { moduleContent: services },
    'a module configuration that replaces the twin': configuration({
      moduleContent: { 'properties.desired': { schemaVersion: '1', services: {} } },
    }),
    'a device configuration': configuration({ deviceContent: { 'properties.desired.interval': 5 } }),
    'one that selects nothing': configuration({ moduleContent: services }, { targetCondition: '' }),
    'one without labels and metrics': configuration({ moduleContent: services }, { labels: null, metrics: null }),
  };
  for (const [what, document] of Object.entries(GOOD))
    it(`has nothing to say of ${what}`, () => {
      assert.deepEqual(lintManifest(document), []);
    });

  const six = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, SELECT]));
  const BAD: readonly { why: string; parts: Json; found: readonly string[] }[] = [
    { why: 'an id in capitals', parts: { id: 'Stores' }, found: ['configuration-id-refused id'] },
    { why: 'an id that is no text', parts: { id: 7 }, found: ['configuration-id-refused id'] },
    { why: 'a priority in quotes', parts: { priority: '10' }, found: ['configuration-priority-invalid priority'] },
    {
      why: 'a condition of devices',
      parts: { targetCondition: '*' },
      found: ['configuration-condition-refused targetCondition'],
    },
    {
      why: 'a condition that is no text',
      parts: { targetCondition: 1 },
      found: ['configuration-condition-refused targetCondition'],
    },
    { why: 'a label that is no text', parts: { labels: { a: 1 } }, found: ['configuration-label-refused labels.a'] },
    { why: 'a long label', parts: { labels: { a: 'x'.repeat(129) } }, found: ['configuration-label-refused labels.a'] },
    { why: 'labels in a list', parts: { labels: [] }, found: ['configuration-label-refused labels'] },
    { why: 'metrics without queries', parts: { metrics: {} }, found: ['configuration-metric-refused metrics'] },
    {
      why: 'a metric that is no query',
      parts: { metrics: { queries: { a: 'x', b: 1 } } },
      found: ['configuration-metric-refused metrics.queries.a', 'configuration-metric-refused metrics.queries.b'],
    },
    {
      why: 'six metrics',
      parts: { metrics: { queries: six } },
      found: ['configuration-metrics-too-many metrics.queries'],
    },
    {
      why: 'two kinds of content',
      parts: { content: { moduleContent: services, deviceContent: services } },
      found: ['configuration-content-doubled content.deviceContent'],
    },
  ];
  for (const { why, parts, found } of BAD)
    it(`finds ${why}`, () => {
      assert.deepEqual(problems(configuration({ moduleContent: services }, parts)), found);
    });

  it('finds a deployment whose condition selects module twins', () => {
    const document = configuration({ modulesContent: layer }, { targetCondition: OF_MODULES });
    assert.deepEqual(problems(document), ['configuration-condition-refused targetCondition']);
  });

  it('finds two kinds of content without an envelope', () => {
    assert.deepEqual(problems({ modulesContent: layer, moduleContent: services }), [
      'configuration-content-doubled moduleContent',
    ]);
  });

  it('knows no modules of a single twin, and none of what is no manifest', () => {
    for (const document of [configuration({ moduleContent: services }), {}, null])
      assert.deepEqual(manifestModules(document), []);
  });
});
