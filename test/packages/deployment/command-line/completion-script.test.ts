import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true'], { stdio: 'ignore' }).status === 0;

const LIST_CHOICES = fileURLToPath(new URL('../../../support/list-choices.zsh', import.meta.url));

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

  describe('of shells that are driven as a person would', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'iotedge-completion-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    async function output(program: string, arguments_: readonly string[]): Promise<string> {
      const env = { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
      const { stdout } = await run(program, arguments_, { cwd: folder, env, timeout: 15_000 });
      return stdout;
    }

    /** fish says what it offers: a line each, the description after a tab. */
    async function offeredByFish(script: string, line: string): Promise<readonly string[]> {
      const told = await output('fish', ['-N', '-c', `source ${script}; complete -C '${line}'`]);
      return told.split('\n').map((one) => one.split('\t')[0] ?? '');
    }

    /** zsh shows it between the line that was typed and the same line drawn again: columns, descriptions after a hash. */
    async function offeredByZsh(script: string, line: string): Promise<readonly string[]> {
      const shown = await output('zsh', ['-f', LIST_CHOICES, script, line]);
      const typed = line.trimEnd();
      const [, ...below] = shown.split('\n').map((one) => one.replaceAll('\r', '').trim());
      const end = below.findIndex((one) => one.startsWith(typed));
      return below.slice(0, Math.max(end, 0)).flatMap((one) => (one.split(' # ')[0] ?? '').trim().split(/\s+/));
    }

    const DRIVEN = { fish: offeredByFish, zsh: offeredByZsh };
    const CASES = (['fish', 'zsh'] as const).flatMap((shell) => COMPLETED.map((one) => ({ shell, ...one })));
    for (const { shell, words, offered } of CASES) {
      const line = `iotedge-net ${words.join(' ')}`;
      it(`of ${shell} offers ${offered.join(', ') || 'nothing'} after "${line}"`, async function () {
        if (!has(shell)) {
          process.stdout.write(`skipped: ${shell} is not installed (Debian: apt-get install ${shell})\n`);
          return this.skip();
        }
        const script = join(folder, `_iotedge-net.${shell}`);
        await writeFile(script, completionScript(shell, commandDefinitions));
        const found = (await DRIVEN[shell](script, line)).filter((word) => word !== '');
        assert.deepEqual(found.toSorted(), [...offered].sort());
      });
    }
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
