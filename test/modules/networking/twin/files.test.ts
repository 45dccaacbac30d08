import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT, type Logger } from '../../../../modules/networking/src/log.ts';
import { watchDesiredFile } from '../../../../modules/networking/src/twin/desired-file.ts';
import type { KnownDesired } from '../../../../modules/networking/src/twin/desired-gate.ts';
import { PendingCalls } from '../../../../modules/networking/src/twin/pending-calls.ts';
import { StateFile } from '../../../../modules/networking/src/twin/state-file.ts';
import { eventually } from '../../../support/eventually.ts';

describe('[unit] files of the twin', () => {
  let folder: string;
  let warnings: string[];
  let log: Logger;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'networking-files-'));
    warnings = [];
    log = { ...SILENT, warn: (_facts, message) => warnings.push(message) };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const state = { desired: { version: 3, document: { schemaVersion: '1' } }, addresses: { 'a/b': '10.0.0.1' } };

  it('the state file keeps the last state over restarts', async () => {
    const file = new StateFile(join(folder, 'deep'), log);
    assert.equal(await file.read(), undefined);
    file.keep({ addresses: {} });
    file.keep(state);
    file.keep(state);
    await file.close();
    assert.deepEqual(await new StateFile(join(folder, 'deep'), log).read(), state);
    assert.deepEqual(warnings, []);
  });

  it('the state file is passed over when it is damaged, and complains when it cannot be written', async () => {
    const path = join(folder, 'networking-state.json');
    await writeFile(path, '{"addresses": {"a/b": 1, "a/c": "2"}, "desired": {"version": "x"}}');
    assert.deepEqual(await new StateFile(folder, log).read(), { desired: undefined, addresses: { 'a/c': '2' } });
    for (const text of ['[]', '{}']) {
      await writeFile(path, text);
      assert.equal(await new StateFile(folder, log).read(), undefined);
    }
    await writeFile(path, '{');
    assert.equal(await new StateFile(folder, log).read(), undefined);
    const blocked = new StateFile(join(path, 'below-a-file'), log);
    blocked.keep(state);
    await blocked.close();
    assert.deepEqual(warnings, ['state file cannot be read', 'state file cannot be written']);
    assert.equal(await readFile(path, 'utf8'), '{');
  });

  it('the desired file is read at once and after changes, in either form', async () => {
    const path = join(folder, 'desired.json');
    await writeFile(path, '{"schemaVersion": "1"}');
    const heard: KnownDesired[] = [];
    const end = watchDesiredFile(path, (known) => heard.push(known), log, 10);
    await eventually('the first reading', () => heard.length === 1);
    await writeFile(path, '{"properties.desired": {"schemaVersion": "1", "services": {}}}');
    await eventually('the second', () => heard.length === 2);
    await writeFile(path, '[1]');
    await eventually('the complaint', () => warnings.length > 0);
    end();
    assert.deepEqual(heard, [
      { version: 1, document: { schemaVersion: '1' } },
      { version: 2, document: { schemaVersion: '1', services: {} } },
    ]);
  });
});

describe('[unit] pending calls', () => {
  it('end with their answer, after their time, or when they are given up', async () => {
    const calls = new PendingCalls();
    const never = new Promise(() => undefined);
    assert.equal(await calls.wait(Promise.resolve(1), 1000, 'x'), 1);
    await assert.rejects(calls.wait(Promise.reject(new Error('no')), 1000, 'x'), /no/);
    await assert.rejects(calls.wait(never, 1, 'reading'), /reading: no answer within 1 ms/);
    const waiting = calls.wait(never, 60_000, 'x');
    calls.giveUp('the link is new');
    await assert.rejects(waiting, /the link is new/);
  });
});
