import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { examples, goldenFiles } from '../../scripts/update-golden.ts';

const ROOT = new URL('../../', import.meta.url);

/** The content without its layout: what stands outside `golden/` is formatted as the repository likes. */
function content(path: string, text: string): unknown {
  if (path.includes('/golden/')) return text;
  if (path.endsWith('.json')) return JSON.parse(text) as unknown;
  if (!path.endsWith('.yaml')) return text;
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

describe('[unit] golden files', function () {
  this.timeout(20_000);

  it('are what the generator makes now; npm run generate:golden writes them anew', async () => {
    for (const { path, text } of await goldenFiles()) {
      const kept = await readFile(new URL(path, ROOT), 'utf8').catch(() => 'there is no such file');
      assert.deepEqual(content(path, kept), content(path, text), path);
    }
  });

  it('are all made by the generator', async () => {
    const made = new Set((await goldenFiles()).map(({ path }) => path));
    for (const name of await examples()) {
      const folder = `deployment-templates/${name}/golden/`;
      const kept = await readdir(new URL(folder, ROOT), { recursive: true, withFileTypes: true });
      const files = kept.filter((one) => one.isFile());
      const paths = files.map(({ parentPath, name: file }) =>
        `${parentPath}/${file}`.replace(/^.*\/deployment-templates\//, 'deployment-templates/'),
      );
      const stray = paths.map((path) => path.replaceAll('//', '/')).filter((path) => !made.has(path));
      assert.deepEqual(stray, []);
    }
  });

  it('come out the same twice', async () => {
    assert.deepEqual(await goldenFiles(), await goldenFiles());
  });

  it('exist for every kind of network', async () => {
    assert.deepEqual(await examples(), [
      'adopt-existing',
      'bgp',
      'fleet',
      'shared-address',
      'stateful',
      'tcp-udp',
      'two-tier',
    ]);
  });
});
