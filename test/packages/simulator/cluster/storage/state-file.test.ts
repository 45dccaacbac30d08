import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectStore } from '../../../../../packages/simulator/src/cluster/storage/object-store.ts';
import { keepStateFile, readStateFile } from '../../../../../packages/simulator/src/cluster/storage/state-file.ts';
import { manualScheduler } from '../../../../../packages/simulator/src/cluster/timing/manual-scheduler.ts';
import { bareCluster, serviceOf } from '../support/bare-cluster.ts';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';

describe('[unit] state file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cluster-state-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is written once for a burst of writes, and at the end', () => {
    const store = objectStore();
    const scheduler = manualScheduler();
    const close = keepStateFile({ store, stateDir: join(folder, 'new'), scheduler });
    for (const name of ['a', 'b']) store.put('xs', { apiVersion: 'v1', kind: 'X', metadata: { name } });
    assert.equal(existsSync(join(folder, 'new', 'cluster.json')), false);
    scheduler.advance(300);
    assert.equal(readStateFile(join(folder, 'new'))?.collections['xs']?.length, 2);
    store.put('xs', { apiVersion: 'v1', kind: 'X', metadata: { name: 'c' } });
    close();
    assert.equal(readStateFile(join(folder, 'new'))?.collections['xs']?.length, 3);
  });

  it('is no error when there is none yet, and one when it is no snapshot', () => {
    assert.equal(readStateFile(folder), undefined);
    writeFileSync(join(folder, 'cluster.json'), '{');
    assert.throws(
      () => readStateFile(folder),
      /cluster\.json is not a snapshot of the simulated cluster: remove it to start afresh/,
    );
  });

  it('keeps what is allocated: a restarted cluster gives no address twice', async () => {
    const first = await bareCluster();
    const made = first.client.create(refs.services, serviceOf('web')) as unknown as { spec: { clusterIP: string } };
    const second = await bareCluster({ snapshot: structuredClone(first.controlPlane.environment.store.snapshot()) });
    const clash = serviceOf('other', { clusterIP: made.spec.clusterIP });
    assert.throws(() => second.client.create(refs.services, clash), /provided IP is already allocated/);
    assert.deepEqual(second.errors, []);
  });
});
