import assert from 'node:assert/strict';
import { createHubSession } from '../../../../packages/deployment/src/apply/hub-session.ts';
import { readNetworkingTwins } from '../../../../packages/deployment/src/apply/read-networking-twins.ts';
import type { ModuleSelection } from '../../../../packages/deployment/src/commands/hub-gateway.ts';
import { memoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';
import { sampleReported } from '../sample-reported.ts';

const REPORTED = sampleReported();

/** What a module reports, and whether its twin has to be read as a whole. */
const CASES: readonly { what: string; reported: object; whole: boolean }[] = [
  { what: 'the present version applied', reported: REPORTED, whole: false },
  { what: 'an older one', reported: { ...REPORTED, desired: { ...REPORTED.desired, version: 0 } }, whole: true },
  { what: 'a refusal', reported: { ...REPORTED, desired: { ...REPORTED.desired, state: 'rejected' } }, whole: true },
  { what: 'a later module', reported: { ...REPORTED, module: { ...REPORTED.module, version: '9.0.0' } }, whole: true },
  { what: 'what nobody knows', reported: { desired: 'applied' }, whole: true },
  { what: 'nothing', reported: {}, whole: true },
];

describe('[unit] reading the networking module of a fleet', () => {
  /** A hub whose devices hold a key that this version does not know. */
  function fleet(reports: readonly object[]) {
    const hub = memoryHub();
    const selections: ModuleSelection[] = [];
    for (const [index, reported] of reports.entries()) {
      const deviceId = `d-${index}`;
      const twin = { deviceId, moduleId: 'networking', desired: { schemaVersion: '1', odd: {} }, desiredVersion: 1 };
      const twins = new Map([['networking', { ...twin, reported: { ...reported } }]]);
      hub.devices.set(deviceId, { iotEdge: true, tags: {}, twins });
    }
    const query = hub.queryModules.bind(hub);
    hub.queryModules = (selection, continuation) => {
      if (continuation === undefined) selections.push(selection);
      return query(selection, continuation);
    };
    const session = createHubSession(recordedIo(), hub);
    const read = (ids = reports.map((_, index) => `d-${index}`)) =>
      readNetworkingTwins(session, { ids, module: 'networking', reported: ['pools'] });
    return { read, selections, hub };
  }

  for (const { what, reported, whole } of CASES)
    it(`${whole ? 'reads the twin as a whole' : 'is content with the known keys'} where the module reports ${what}`, async () => {
      const { read, selections } = fleet([reported]);
      const [twin] = await read();
      assert.deepEqual(Object.keys(twin?.desired ?? {}), whole ? ['schemaVersion', 'odd'] : ['schemaVersion']);
      assert.equal(selections.length, 1);
      assert.deepEqual(selections[0]?.reported, ['pools', 'module', 'desired']);
    });

  it('has no doubts about devices that are not asked for', async () => {
    const { read } = fleet([{}, {}]);
    const twins = await read(['d-1']);
    assert.deepEqual(
      twins.map(({ desired }) => Object.hasOwn(desired, 'odd')),
      [false, true],
    );
  });

  it('reads many doubtful twins by one more query, and keeps what was reported', async () => {
    const { read, selections } = fleet(Array.from({ length: 201 }, () => ({ pools: {} })));
    const twins = await read();
    assert.deepEqual(
      selections.map(({ desired }) => desired === undefined),
      [false, true],
    );
    assert.ok(
      twins.every(({ desired, reported }) => Object.hasOwn(desired, 'odd') && Object.hasOwn(reported, 'pools')),
    );
  });

  it('goes on where a twin has vanished meanwhile', async () => {
    const { read, hub } = fleet([{}]);
    hub.getModuleTwin = () => Promise.resolve(undefined);
    assert.deepEqual(
      (await read()).map(({ deviceId }) => deviceId),
      ['d-0'],
    );
  });
});
