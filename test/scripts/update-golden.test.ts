import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { goldenFiles } from '../../scripts/update-golden.ts';

const ROOT = new URL('../../', import.meta.url);

/** The content without its layout: golden files may be formatted as the repository likes. */
function parse(path: string, text: string): unknown {
  return path.endsWith('.json')
    ? (JSON.parse(text) as unknown)
    : parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

describe('[unit] golden files', () => {
  it('are what the generator makes now; node scripts/update-golden.ts writes them anew', async () => {
    for (const { path, text } of await goldenFiles()) {
      const kept = await readFile(new URL(path, ROOT), 'utf8');
      assert.deepEqual(parse(path, kept), parse(path, text), path);
    }
  });

  it('come out the same twice', async () => {
    assert.deepEqual(await goldenFiles(), await goldenFiles());
  });
});
