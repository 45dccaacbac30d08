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
      why: 'an unknown format',
      text: ONE,
      flags: ['-f', 'helm'],
      code: 2,
      message: /Allowed choices are manifest, kubernetes/,
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
