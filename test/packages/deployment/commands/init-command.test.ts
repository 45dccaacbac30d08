import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { lintManifest } from '../../../../packages/edge-agent/src/index.ts';
import { manifestComplaints, officialValidator } from '../official-schemas.ts';
import { recordedIo, type RecordedIo } from '../recorded-io.ts';
import { readEnvironment, resolveTemplate, type Tool } from '../template-resolver.ts';

const template = officialValidator('azure-iot-edge-deployment-template-4.0');

const PROFILES = ['ase-k8s', 'vm', 'kubernetes'] as const;
const TOOLS: readonly Tool[] = ['vscode', 'iotedgedev'];
const TEMPLATES = ['deployment.template.json', 'deployment.debug.template.json'];

async function init(flags: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const io = recordedIo({ files });
  return { code: await runCli(['init', ...flags], io), io };
}

/** What was written, by path below the directory. */
function solution(io: RecordedIo): Readonly<Record<string, string>> {
  return Object.fromEntries([...io.written].map(([path, text]) => [path.replace(/^plant\//, ''), text]));
}

describe('[unit] iotedge-net init', () => {
  it('writes a whole solution', async () => {
    const { code, io } = await init(['plant']);
    assert.equal(code, 0);
    assert.deepEqual(Object.keys(solution(io)).sort(), [
      '.env',
      '.env.example',
      '.gitignore',
      '.vscode/extensions.json',
      '.vscode/launch.json',
      '.vscode/network.schema.json',
      '.vscode/settings.json',
      '.vscode/tasks.json',
      'README.md',
      'deployment.debug.template.json',
      'deployment.template.json',
      'modules/webserver/Dockerfile.amd64',
      'modules/webserver/Dockerfile.amd64.debug',
      'modules/webserver/Dockerfile.arm64v8',
      'modules/webserver/Dockerfile.arm64v8.debug',
      'modules/webserver/app.js',
      'modules/webserver/module.json',
      'modules/webserver/package.json',
      'network.yaml',
    ]);
  });

  for (const profile of PROFILES) {
    it(`${profile}: its network.yaml has no problem, and its templates are what generate writes`, async () => {
      const files = solution((await init(['plant', '--profile', profile])).io);
      const validated = recordedIo({ files });
      assert.equal(await runCli(['validate', '--json'], validated), 0);
      assert.deepEqual((JSON.parse(validated.out()) as { problems: unknown[] }).problems, []);
      const generated = recordedIo({ files });
      assert.equal(await runCli(['generate', '--form', 'template', '-o', './'], generated), 0);
      for (const name of TEMPLATES) assert.equal(generated.written.get(name), files[name], name);
    });

    it(`${profile}: its templates lint clean`, async () => {
      const files = solution((await init(['plant', '--profile', profile])).io);
      const io = recordedIo({ files });
      assert.equal(await runCli(['lint', ...TEMPLATES, '--profile', profile], io), 0, io.out());
      assert.doesNotMatch(io.out(), /: (error|warning) /);
    });

    for (const name of TEMPLATES)
      for (const tool of TOOLS)
        it(`${profile}: ${tool} resolves ${name}`, async () => {
          const files = solution((await init(['plant', '--profile', profile])).io);
          const text = files[name] ?? '';
          assert.equal(template(JSON.parse(text)), '');
          const environment = readEnvironment(files['.env'] ?? '');
          const { manifest, complaints } = resolveTemplate(text, {
            ...{ tool, platform: 'amd64', environment },
            read: (path) => files[path],
          });
          assert.deepEqual(complaints, []);
          assert.deepEqual(manifestComplaints(manifest), []);
          assert.doesNotMatch(JSON.stringify(manifest), /\$(?!edge|upstream)|MODULE/);
          const findings = lintManifest(manifest, { profile }).filter(({ severity }) => severity !== 'info');
          assert.deepEqual(findings, []);
        });
  }

  it('keeps secrets and device values out of everything that Git keeps', async () => {
    const files = solution((await init(['plant'])).io);
    assert.match(files['.gitignore'] ?? '', /^\.env$/m);
    for (const name of TEMPLATES) assert.doesNotMatch(files[name] ?? '', /10\.126\./);
    assert.match(files['.env.example'] ?? '', /^NODE_IPS=10\.126\.75\.200-10\.126\.75\.201$/m);
  });

  it('opens the inspector where a module has a Service of its own only', async () => {
    const debug = async (profile: string): Promise<string> =>
      solution((await init(['plant', '--profile', profile])).io)['deployment.debug.template.json'] ?? '';
    assert.match(await debug('vm'), /"9229\/tcp"/);
    assert.doesNotMatch(await debug('ase-k8s'), /9229/);
    assert.match(await debug('ase-k8s'), /\$\{MODULES\.webserver\.debug\}/);
  });

  const NAMES: readonly (readonly [directory: string, name: string])[] = [
    ['plant', 'plant'],
    ['work/Plant 7_north/', 'plant-7-north'],
    ['./123-line', 'line'],
    ['.', 'edge-solution'],
  ];
  for (const [directory, name] of NAMES)
    it(`calls the network of ${directory} ${name}`, async () => {
      const { io } = await init([directory]);
      const path = [...io.written.keys()].find((one) => one.endsWith('network.yaml')) ?? '';
      assert.match(io.written.get(path) ?? '', new RegExp(`^name: ${name}$`, 'm'));
    });

  it('overwrites nothing, and names what is there', async () => {
    const { code, io } = await init(['plant'], { 'plant/network.yaml': 'mine', 'plant/.env': 'mine' });
    assert.deepEqual([code, io.written.size], [2, 0]);
    assert.match(
      io.err(),
      /These files are there already, so nothing was written: plant\/network\.yaml, plant\/\.env\./,
    );
  });

  it('lists what it wrote as JSON', async () => {
    const { io } = await init(['plant', '--json']);
    const { ok, written } = JSON.parse(io.out()) as { ok: boolean; written: string[] };
    assert.deepEqual([ok, written.length], [true, io.written.size]);
  });

  for (const flags of [[], ['plant', '--profile', 'docker'], ['a', 'b']])
    it(`refuses init ${flags.join(' ')}`, async () => {
      const { code, io } = await init(flags);
      assert.deepEqual([code, io.written.size], [2, 0]);
    });
});
