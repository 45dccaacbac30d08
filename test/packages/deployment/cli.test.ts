import assert from 'node:assert/strict';
import { commandDefinitions, runCli } from '../../../packages/deployment/src/cli.ts';
import { recordedIo } from './recorded-io.ts';

const run = async (...flags: string[]) => {
  const io = recordedIo();
  return { code: await runCli(flags, io), io };
};

describe('[unit] iotedge-net', () => {
  for (const { name: command } of commandDefinitions)
    it(`${command} --help shows an example and exit codes`, async () => {
      const { code, io } = await run(command, '--help');
      assert.equal(code, 0);
      assert.match(io.out(), new RegExp(`Examples?:\n(?: {2}#.*\n)? {2}iotedge-net ${command}\\b`));
      assert.match(io.out(), /Exit codes:\n {2}0 {2}\S.*\n {2}1 {2}\S.*\n {2}2 {2}\S/);
      assert.match(io.out(), /--json/);
    });

  it('lists its commands and exit codes', async () => {
    const { code, io } = await run('--help');
    assert.equal(code, 0);
    assert.match(io.out(), /Exit codes: 0 well, 1 problems found, 2 used wrongly/);
  });

  const WRONG: readonly { why: string; flags: readonly string[]; message: RegExp }[] = [
    { why: 'no command', flags: [], message: /Usage: iotedge-net/ },
    { why: 'an unknown command', flags: ['aply'], message: /unknown command 'aply'\n\(Did you mean apply\?\)/ },
    {
      why: 'an unknown option',
      flags: ['validate', '--jsn'],
      message: /unknown option '--jsn'\n\(Did you mean --json\?\)/,
    },
    { why: 'too many files', flags: ['validate', 'a', 'b'], message: /too many arguments/ },
    {
      why: 'a release that is none',
      flags: ['plan', '--metallb', 'new'],
      message: /Give a release such as 0\.12/,
    },
    { why: 'a time that is none', flags: ['apply', '--timeout', 'soon'], message: /Give a number of seconds above 0/ },
    {
      why: 'an unknown schema',
      flags: ['schema', 'netwrk'],
      message: /There is no schema "netwrk". Did you mean "network"\?/,
    },
    {
      why: 'a schema like none',
      flags: ['schema', 'x'],
      message: /Known: network, desired-properties, reported-properties/,
    },
  ];
  for (const { why, flags, message } of WRONG)
    it(`refuses ${why} with exit code 2`, async () => {
      const { code, io } = await run(...flags);
      assert.deepEqual([code, io.out()], [2, '']);
      assert.match(io.err(), message);
    });

  it('prints a schema', async () => {
    const { code, io } = await run('schema', 'network');
    assert.equal(code, 0);
    assert.equal((JSON.parse(io.out()) as { title: string }).title, 'iotedge-networking network');
  });

  it('prints a failure as JSON where JSON was asked for', async () => {
    const { code, io } = await run('status', '--json');
    assert.equal(code, 2);
    assert.equal((JSON.parse(io.out()) as { ok: boolean }).ok, false);
  });

  it('says what is wrong with a connection string', async () => {
    const io = recordedIo({ environment: { IOTHUB_CONNECTION_STRING: 'HostName=x' } });
    assert.equal(await runCli(['status'], io), 2);
    assert.equal(io.err(), 'error: IOTHUB_CONNECTION_STRING: The connection string is no good.\n');
  });
});
