import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRowStore } from '../../../modules/database/src/row-store.ts';

describe('[unit] row store', () => {
  it('keeps its rows in a file and seeds it once', () => {
    const directory = mkdtempSync(join(tmpdir(), 'rows-'));
    const file = join(directory, 'rows.sqlite');
    const first = openRowStore(file);
    assert.equal(first.list().length, 3);
    first.add({ name: 'x', value: 'y' });
    first.close();
    const second = openRowStore(file);
    assert.deepEqual({ ...second.list()[3] }, { id: 4, name: 'x', value: 'y' });
    second.close();
    rmSync(directory, { recursive: true });
  });
});
