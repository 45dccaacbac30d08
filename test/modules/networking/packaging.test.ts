import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { MODULE_VERSION } from '../../../modules/networking/src/version.ts';
import { NETWORKING_FLAGS } from '../../../scripts/bundle-networking.ts';

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../../modules/networking/${path}`, import.meta.url), 'utf8');

interface ModuleJson {
  readonly image: {
    readonly tag: { readonly version: string; readonly platforms: Record<string, string> };
    readonly contextPath: string;
  };
}

describe('[unit] packaging of the networking module', () => {
  it('says one version everywhere', async () => {
    const { version } = JSON.parse(await read('package.json')) as { readonly version: string };
    const { image } = JSON.parse(await read('module.json')) as ModuleJson;
    assert.deepEqual([version, image.tag.version], [MODULE_VERSION, MODULE_VERSION]);
  });

  it('has a Dockerfile per platform: several stages, no root, the measured flags', async () => {
    const { image } = JSON.parse(await read('module.json')) as ModuleJson;
    assert.deepEqual(Object.keys(image.tag.platforms), ['amd64', 'arm64v8']);
    for (const path of Object.values(image.tag.platforms)) {
      const text = await read(path);
      assert.equal(text.match(/^FROM /gm)?.length, 2);
      assert.match(text, /^USER node$/m);
      assert.ok(text.includes(JSON.stringify(['node', ...NETWORKING_FLAGS, 'networking.mjs']).replaceAll(',', ', ')));
    }
  });
});
