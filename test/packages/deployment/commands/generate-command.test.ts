import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { recordedIo, type IoParts, type RecordedIo } from '../recorded-io.ts';

const file = (devices: string): string => `apiVersion: iotedge-networking/v1
name: shop
apps:
  web: { image: nginx:1, expose: external, ports: { http: { port: 80 } } }
devices: ${devices}
`;
const ONE = file('[{ id: store-001 }]');
const TWO = file('[{ id: store-001 }, { id: "store:2" }]');

async function run(
  text: string,
  flags: readonly string[],
  parts: IoParts = {},
): Promise<{ code: number; io: RecordedIo }> {
  const io = recordedIo({ files: { 'network.yaml': text }, ...parts });
  return { code: await runCli(['generate', ...flags], io), io };
}

describe('[unit] iotedge-net generate', () => {
  it('prints the manifest of the only device', async () => {
    const { code, io } = await run(ONE, []);
    assert.equal(code, 0);
    assert.deepEqual(Object.keys(JSON.parse(io.out()) as object), ['modulesContent']);
  });

  it('prints the same text twice', async () => {
    assert.equal((await run(ONE, [])).io.out(), (await run(ONE, [])).io.out());
  });

  it('prints the manifest of one of several devices', async () => {
    const { code, io } = await run(TWO, ['--device', 'store:2', '--json']);
    assert.equal(code, 0);
    assert.equal((JSON.parse(io.out()) as { device: string }).device, 'store:2');
  });

  it('prints a manifest for any device where none is listed', async () => {
    const { code, io } = await run(ONE.replace(/devices.*\n/, ''), ['--json']);
    assert.deepEqual([code, (JSON.parse(io.out()) as { device: string }).device], [0, 'any-device']);
  });

  it('prints Kubernetes YAML, or the objects as JSON', async () => {
    assert.match(
      (await run(ONE, ['--format', 'kubernetes'])).io.out(),
      /^# The applications of shop.*\nkind|kind: Deployment/s,
    );
    const { io } = await run(ONE, ['--format', 'kubernetes', '--json']);
    assert.equal((JSON.parse(io.out()) as { objects: unknown[] }).objects.length, 2);
  });

  const OUTPUTS: readonly {
    why: string;
    text: string;
    flags: readonly string[];
    parts?: IoParts;
    paths: readonly string[];
  }[] = [
    { why: 'a file', text: ONE, flags: ['-o', 'out.json'], paths: ['out.json'] },
    {
      why: 'an existing directory',
      text: ONE,
      flags: ['-o', 'out'],
      parts: { directories: ['out'] },
      paths: ['out/deployment.store-001.json'],
    },
    {
      why: 'a path that ends with a slash',
      text: ONE,
      flags: ['-o', 'out/'],
      paths: ['out/deployment.store-001.json'],
    },
    {
      why: 'a directory for several devices, with names that file systems take',
      text: TWO,
      flags: ['-o', 'out'],
      paths: ['out/deployment.store-001.json', 'out/deployment.store%3A2.json'],
    },
    { why: 'Kubernetes YAML', text: ONE, flags: ['-o', 'out/', '-f', 'kubernetes'], paths: ['out/store-001.yaml'] },
  ];
  for (const { why, text, flags, parts, paths } of OUTPUTS)
    it(`writes to ${why}`, async () => {
      const { code, io } = await run(text, flags, parts);
      assert.deepEqual([code, [...io.written.keys()], io.out()], [0, paths, '']);
    });

  const FLEET = `${TWO}registryCredentials:
  contoso: { address: contoso.azurecr.io, username: pull, password: $PULL }
deployments: [{ id: stores, targetCondition: '*', priority: 5 }]
`;
  const FORMS: readonly { form: string; first: RegExp; paths: readonly string[] }[] = [
    {
      form: 'at-scale',
      first: /"id": "stores"/,
      paths: ['out/deployment.stores.json', 'out/commands.at-scale.sh'],
    },
    { form: 'layered', first: /"id": "stores-layer"/, paths: ['out/layer.stores.json', 'out/commands.layered.sh'] },
    {
      form: 'module-configuration',
      first: /"id": "stores-services"/,
      paths: ['out/services.stores.json', 'out/commands.module-configuration.sh'],
    },
    {
      form: 'template',
      first: /"\$schema-template": "4\.0\.0"/,
      paths: [
        'out/deployment.template.json',
        'out/deployment.debug.template.json',
        'out/.env.example',
        'out/commands.template.sh',
      ],
    },
    {
      form: 'gitops',
      first: /kind: Kustomization/,
      paths: [
        'out/apps/common/kustomization.yaml',
        'out/apps/common/web.yaml',
        'out/devices/store-001/kustomization.yaml',
        'out/clusters/store-001.yaml',
        'out/devices/store%3A2/kustomization.yaml',
        'out/clusters/store%3A2.yaml',
        'out/commands.gitops.sh',
      ],
    },
  ];
  for (const { form, first, paths } of FORMS)
    it(`writes the form ${form}`, async () => {
      const { code, io } = await run(FLEET, ['--form', form, '-o', 'out/']);
      assert.deepEqual([code, [...io.written.keys()]], [0, paths]);
      assert.match(io.written.get(paths[0] ?? '') ?? '', first);
    });

  it('writes all forms that apply, each into its folder', async () => {
    const { code, io } = await run(FLEET, ['--form', 'all', '-o', 'out']);
    assert.equal(code, 0);
    const folders = new Set([...io.written.keys()].map((path) => path.split('/')[1]));
    const expected = ['manifest', 'at-scale', 'layered', 'module-configuration', 'template', 'kubernetes', 'gitops'];
    assert.deepEqual([...folders], expected);
  });

  it('prints a form that is one file, and its command lines beside it', async () => {
    const { code, io } = await run(FLEET, ['--form', 'at-scale', '-o', '-']);
    assert.equal(code, 0);
    assert.equal((JSON.parse(io.out()) as { id: string }).id, 'stores');
    assert.match(io.err(), /az iot edge deployment create .*--target-condition "\*" --priority 5/);
  });

  it('prints a form as JSON with what it is made of', async () => {
    const { io } = await run(FLEET, ['--form', 'layered', '--json']);
    const { form, path, content } = JSON.parse(io.out()) as { form: string; path: string; content: { id: string } };
    assert.deepEqual([form, path, content.id], ['layered', 'layer.stores.json', 'stores-layer']);
  });

  it('builds an application from the folder of its name', async () => {
    const platforms = { amd64: './Dockerfile.amd64', 'amd64.debug': './Dockerfile.amd64.debug' };
    const files = {
      'network.yaml': FLEET,
      'modules/web/module.json': JSON.stringify({ image: { tag: { platforms } } }),
      'modules/networking/module.json': 'not JSON',
    };
    const { io } = await run(FLEET, ['--form', 'template', '-o', 'out/'], { files });
    assert.match(io.written.get('out/deployment.template.json') ?? '', /"image": "\$\{MODULES\.web\}"/);
    const debug = io.written.get('out/deployment.debug.template.json') ?? '';
    assert.match(
      debug,
      /"image": "\$\{MODULES\.web\.debug\}"[\s\S]*"9229\/tcp"[\s\S]*"image": "\$\{MODULES\.networking\}"/,
    );
  });

  it('keeps credentials as placeholders, and fills them in when asked to', async () => {
    const passwordOf = async (flags: readonly string[], parts: IoParts): Promise<unknown> => {
      const { io } = await run(FLEET, ['-d', 'store-001', ...flags], parts);
      return /"password": "(.*)"/.exec(io.out())?.[1];
    };
    const files = { 'network.yaml': FLEET, '.env': 'PULL=from-file\n' };
    assert.equal(await passwordOf([], { files }), '$PULL');
    assert.equal(await passwordOf(['--with-secrets'], { files }), 'from-file');
    assert.equal(await passwordOf(['--with-secrets'], { files, environment: { PULL: 'from-shell' } }), 'from-shell');
    const { code, io } = await run(FLEET, ['-d', 'store-001', '--with-secrets']);
    assert.deepEqual([code, io.out()], [2, '']);
    assert.match(io.err(), /PULL is not set\. Set it in the environment or in \.env beside the network file\./);
  });

  it('lists what it wrote as JSON', async () => {
    const { io } = await run(ONE, ['-o', 'out.json', '--json']);
    assert.deepEqual(JSON.parse(io.out()), { ok: true, written: [{ device: 'store-001', path: 'out.json' }] });
  });

  const REFUSED: readonly { why: string; text: string; flags: readonly string[]; code: number; message: RegExp }[] = [
    {
      why: 'several devices on standard output',
      text: TWO,
      flags: [],
      code: 2,
      message: /has 2 devices: name one with --device/,
    },
    {
      why: 'an unknown device',
      text: TWO,
      flags: ['-d', 'store-01'],
      code: 2,
      message: /no device "store-01". Did you mean "store-001"\?/,
    },
    {
      why: 'an unknown device without a near name',
      text: TWO,
      flags: ['-d', 'x'],
      code: 2,
      message: /Known: store-001, store:2\./,
    },
    {
      why: 'a form for target conditions without deployments',
      text: ONE,
      flags: ['--form', 'at-scale'],
      code: 2,
      message: /the file names no deployments\. Add deployments: \[/,
    },
    {
      why: 'many files on standard output',
      text: TWO,
      flags: ['--form', 'gitops'],
      code: 2,
      message: /The form gitops is more than one file: name a directory with -o\./,
    },
    {
      why: 'all forms on standard output',
      text: ONE,
      flags: ['--form', 'all'],
      code: 2,
      message: /All forms are many files: name a directory with -o\./,
    },
    {
      why: 'a form with nothing in it',
      text: ONE,
      flags: ['--form', 'powershell'],
      code: 2,
      message: /there is nothing to write in the form powershell\./,
    },
    {
      why: 'an unknown format',
      text: ONE,
      flags: ['-f', 'helm'],
      code: 2,
      message: /Give one of manifest, kubernetes/,
    },
    {
      why: 'a bad file',
      text: ONE.replace('name: shop', 'name: Shop'),
      flags: ['-o', 'x'],
      code: 1,
      message: /network\.yaml:2:7: invalid-format .*\nnetwork\.yaml: 1 problem; nothing was done\./,
    },
    {
      why: 'a file that is not there',
      text: ONE,
      flags: ['other.yaml'],
      code: 2,
      message: /Cannot read other\.yaml: there is no such file\./,
    },
  ];
  for (const { why, text, flags, code, message } of REFUSED)
    it(`refuses ${why}`, async () => {
      const { code: exit, io } = await run(text, flags);
      assert.equal(exit, code);
      assert.match(io.err(), message);
      assert.deepEqual([io.out(), io.written.size], ['', 0]);
    });

  it('prints the problems of a bad file as JSON too', async () => {
    const { code, io } = await run(ONE.replace('name: shop', 'name: Shop'), ['--json']);
    assert.equal(code, 1);
    assert.equal((JSON.parse(io.out()) as { ok: boolean }).ok, false);
  });
});
