import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { jsonSchemas } from '@iotedge-networking/contract';
import { commandDefinitions, runCli } from '../../../../packages/deployment/src/cli.ts';
import { completionScript, SHELLS } from '../../../../packages/deployment/src/command-line/completion-script.ts';
import { recordedIo } from '../recorded-io.ts';

const run = promisify(execFile);

const COMPLETED: readonly { readonly words: readonly string[]; readonly offered: readonly string[] }[] = [
  { words: ['vali'], offered: ['validate'] },
  { words: ['plan', '--met'], offered: ['--metallb'] },
  { words: ['lint', '--profile', ''], offered: ['ase-k8s', 'kubernetes', 'vm'] },
  { words: ['lint', '-p', 'k'], offered: ['kubernetes'] },
  { words: ['schema', ''], offered: Object.keys(jsonSchemas()) },
  { words: ['completion', 'z'], offered: ['zsh'] },
  { words: ['explain', 'x'], offered: [] },
  { words: ['apply', '--device', 'x'], offered: [] },
];

describe('[unit] completion', function () {
  this.timeout(20_000);

  for (const { words, offered } of COMPLETED)
    it(`of bash offers ${offered.join(', ') || 'nothing'} after "iotedge-net ${words.join(' ')}"`, async () => {
      const script = `${completionScript('bash', commandDefinitions)}
COMP_WORDS=(iotedge-net "$@"); COMP_CWORD=$#; _iotedge_net; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run('bash', ['-c', script, 'bash', ...words]);
      assert.deepEqual(
        stdout.split('\n').filter((line) => line !== ''),
        offered,
      );
    });

  for (const shell of SHELLS)
    it(`of ${shell} knows every command and every option`, async () => {
      const io = recordedIo();
      assert.equal(await runCli(['completion', shell], io), 0);
      for (const { name } of commandDefinitions) assert.match(io.out(), new RegExp(`\\b${name}\\b`));
      assert.match(io.out(), /devices-from/);
      assert.match(io.out(), /connection-string-file/);
    });
});
