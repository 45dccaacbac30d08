import assert from 'node:assert/strict';
import { readAgentDesired, schemaVersionProblem } from '../../../../packages/simulator/src/edge/read-agent-desired.ts';

const entry = { type: 'docker', settings: { image: 'x' } };
const good = {
  schemaVersion: '1.1',
  runtime: { type: 'docker' },
  systemModules: { edgeAgent: entry, edgeHub: entry },
  modules: { web: entry },
  $version: 4,
};

describe('[unit] desired properties of edgeAgent', () => {
  it('are read with system modules first, entries as they were written', () => {
    const read = readAgentDesired(good);
    assert.ok(read.ok);
    assert.deepEqual(
      read.desired.modules.map(({ name, system, image }) => [name, system, image]),
      [
        ['edgeAgent', true, 'x'],
        ['edgeHub', true, 'x'],
        ['web', false, 'x'],
      ],
    );
    assert.equal(read.desired.entries.modules['web'], entry);
  });

  it('need no modules', () => assert.ok(readAgentDesired({ ...good, modules: undefined }).ok));

  const refusals: [string, Record<string, unknown>, number, RegExp][] = [
    ['nothing but a version', { $version: 1 }, 417, /empty configuration/],
    ['another major version', { ...good, schemaVersion: '2.0' }, 412, /2\.0 is not compatible/],
    ['a later minor version', { ...good, schemaVersion: '1.4' }, 412, /1\.4 is not compatible/],
    ['a comma in the version', { ...good, schemaVersion: '1,1' }, 412, /Invalid schema version "1,1"/],
    ['no version', { ...good, schemaVersion: undefined }, 412, /Invalid schema version null/],
    ['no runtime', { ...good, runtime: 'docker' }, 400, /"runtime"/],
    ['no system modules', { ...good, systemModules: null }, 400, /"systemModules"/],
    ['no edgeHub', { ...good, systemModules: { edgeAgent: entry } }, 400, /edgeHub/],
    ['modules as a list', { ...good, modules: [] }, 400, /"modules"/],
    ['a module that is no object', { ...good, modules: { web: 'x' } }, 400, /"web"/],
  ];
  for (const [title, document, code, description] of refusals) {
    it(`${title}: ${code}`, () => {
      const read = readAgentDesired(document);
      assert.ok(!read.ok);
      assert.equal(read.status.code, code);
      assert.match(read.status.description, description);
    });
  }

  it('take older minor versions and build numbers', () => {
    for (const version of ['1.0', '1.1', '1.1.0', ' 1.1 '])
      assert.equal(schemaVersionProblem(version, { major: 1, minor: 1 }), undefined, version);
  });
});
