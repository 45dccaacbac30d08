import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { memoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';

const FILE = 'apiVersion: iotedge-networking/v1\nname: shop\napps: {}\ndevices: [{ id: a }]\n';

const failing = (code: string) => (): Promise<never> => Promise.reject(Object.assign(new Error('odd'), { code }));

describe('[unit] files of a command', () => {
  const WRITES: readonly { code: string; says: RegExp }[] = [
    { code: 'EACCES', says: /Cannot write out\/\S+: permission is denied\./ },
    { code: 'ENOTDIR', says: /a part of the path is a file, not a folder/ },
    { code: 'ENOENT', says: /there is no such folder, and it cannot be made/ },
    { code: 'EIO', says: /Cannot write out\/\S+: odd\./ },
  ];
  for (const { code, says } of WRITES)
    it(`that cannot be written (${code}) are said with exit code 2, by every command that writes`, async () => {
      const hub = memoryHub();
      await hub.createDevices(['a'], '');
      hub.reportFrom('a', 'networking', {});
      for (const command of ['generate -o out/', 'generate --form all -o out/', 'init out/x', 'inventory -o out/x']) {
        const io = recordedIo({ hub, files: { 'network.yaml': FILE } });
        const files = { ...io.files, write: failing(code) };
        assert.equal(await runCli(command.split(' '), { ...io, files }), 2, command);
        assert.match(io.err(), says, command);
      }
    });

  it('that cannot be read are said with exit code 2', async () => {
    for (const [code, says] of [
      ['EISDIR', /Cannot read x: it is a folder\./],
      ['EACCES', /Cannot read x: permission is denied\./],
      ['EIO', /Cannot read x: Error: odd\./],
    ] as const) {
      const io = recordedIo();
      assert.equal(await runCli(['validate', 'x'], { ...io, files: { ...io.files, read: failing(code) } }), 2);
      assert.match(io.err(), says);
    }
  });

  it('below a file do not count as there', async () => {
    const io = recordedIo();
    const code = await runCli(['init', 'x'], { ...io, files: { ...io.files, read: failing('ENOTDIR') } });
    assert.equal(code, 0, io.err());
  });

  it('that are in the way are named, but not all of them', async () => {
    const io = recordedIo();
    const read = (): Promise<string> => Promise.resolve('');
    assert.equal(await runCli(['init', 'x'], { ...io, files: { ...io.files, read } }), 2);
    assert.match(
      io.err(),
      /^error: These files are there already, .*x\/network\.yaml(, [^,]*){4}, and 1\d more\. Name another/,
    );
  });

  it('that were written are named', async () => {
    const hub = memoryHub();
    await hub.createDevices(['a'], '');
    hub.reportFrom('a', 'networking', {});
    const world = recordedIo({ hub });
    assert.equal(await runCli(['inventory', '-o', 'inv.csv', '-f', 'csv'], world), 0);
    assert.match(world.err(), /^inv\.csv$/m);
  });
});
