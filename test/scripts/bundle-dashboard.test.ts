import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPageAssets } from '@iotedge-networking/dashboard';
import { bundleDashboard } from '../../scripts/bundle-dashboard.ts';

const LIMIT = 80 * 1024;

describe('[unit] built page', function () {
  this.timeout(60_000);

  it('is small, complete and readable by its server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
    const file = join(folder, 'dashboard-assets.json');
    const { script, style } = await bundleDashboard(file);
    assert.ok(script + style <= LIMIT, `script ${script}, style ${style} bytes compressed`);
    const assets = await loadPageAssets([pathToFileURL(join(folder, 'none.json')), pathToFileURL(file)]);
    const document = assets.get('/');
    assert.ok(document !== undefined);
    const html = Buffer.from(document.plain).toString();
    const links = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '');
    assert.ok(links.length >= 2);
    for (const link of links) assert.ok(assets.has(link), link);
    assert.doesNotMatch(html, /<script(?![^>]*src=)|<style|\sstyle=|\son\w+="/);
    for (const { br, gzip, plain } of assets.values()) assert.ok(br.length > 0 && gzip.length > 0 && plain.length > 0);
    await rm(folder, { recursive: true, force: true });
  });

  it('says what to do when it was not built', async () => {
    await assert.rejects(loadPageAssets([pathToFileURL('/none/assets.json')]), /npm run bundle:dashboard/);
  });
});
