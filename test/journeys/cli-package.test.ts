import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundleCli } from '../../scripts/bundle-cli.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');

describe('[journey] the package iotedge-net', function () {
  this.timeout(180_000);
  let folder = '';
  let installed = '';
  let packed: readonly string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iotedge-net-'));
    await bundleCli(join(folder, 'package'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: join(folder, 'package'),
    });
    const [pack] = Object.values(JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>);
    packed = (pack?.files ?? []).map(({ path }) => path);
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${pack?.filename ?? ''}`], { cwd: folder });
    installed = join(folder, 'node_modules/iotedge-net');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const iotedgeNet = (...flags: string[]) =>
    run(join(folder, 'node_modules/.bin/iotedge-net'), flags, {
      cwd: folder,
      // The Node that runs this test; nothing of the sources may be found by accident.
      env: { PATH: dirname(process.execPath), HOME: folder },
    });

  it('holds licence, documentation, schemas and the notices of others', () => {
    for (const path of [
      'LICENSE',
      'README.md',
      'docs/cli.md',
      'schemas/network.schema.json',
      'THIRD-PARTY-NOTICES.txt',
    ])
      assert.ok(packed.includes(path), path);
  });

  it('shows its commands, its version and a schema', async () => {
    assert.match((await iotedgeNet('--help')).stdout, /Usage: iotedge-net/);
    assert.match((await iotedgeNet('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.match((await iotedgeNet('schema', 'network')).stdout, /iotedge-networking network/);
  });

  it('validates and plans, with devices of a CSV table', async () => {
    const file = resolve(ROOT, 'deployment-templates/two-tier/network.yaml');
    assert.match((await iotedgeNet('validate', file)).stdout, /no problems/);
    await writeFile(join(folder, 'more.csv'), 'id\nstore-900\n');
    assert.match((await iotedgeNet('plan', file, '--devices-from', 'more.csv')).stdout, /store-900: profile/);
  });

  it('reaches for the hub with the SDK that it carries', async () => {
    const failed = await iotedgeNet('status', '--hub-name', 'localhost:1').catch((error: unknown) => error);
    const { code, stderr } = failed as { readonly code: number; readonly stderr: string };
    assert.match(stderr, /Nobody is signed in to Microsoft Entra ID|cannot be reached/);
    assert.equal(code, 1);
  });

  it('holds no path of the machine that made it', async () => {
    const files = (await readdir(installed, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    for (const { parentPath, name } of files) {
      const text = await readFile(join(parentPath, name), 'utf8');
      for (const path of [ROOT, folder, `${homedir()}/`]) assert.ok(!text.includes(path), `${name} holds ${path}`);
    }
  });
});
