import { nearestName } from '@iotedge-networking/contract';
import { required } from '../command-line/argument-definition.ts';
import { defineCommand, type CommandDefinition } from '../command-line/command-definition.ts';
import { completionScript, SHELLS } from '../command-line/completion-script.ts';
import { EXIT, UsageError } from '../commands/command-io.ts';

/** `iotedge-net completion`; what it completes are the commands that `definitions` gives when it runs. */
export function completionDefinition(definitions: () => readonly CommandDefinition[]): CommandDefinition {
  return defineCommand({
    name: 'completion',
    group: 'More',
    summary: 'Print a script that lets bash, zsh or fish complete commands, options and their values.',
    arguments: { shell: required('shell', 'bash, zsh or fish', { completes: SHELLS }) },
    options: {},
    examples: [
      { line: 'iotedge-net completion bash > ~/.local/share/bash-completion/completions/iotedge-net' },
      { line: 'iotedge-net completion zsh > "${fpath[1]}/_iotedge-net"' },
      { line: 'iotedge-net completion fish > ~/.config/fish/completions/iotedge-net.fish' },
    ],
    exitCodes: { ok: 'the script was printed', problems: 'does not occur' },
    run: (io, { shell, json }) => {
      const known = SHELLS.find((one) => one === shell);
      if (known === undefined) {
        const nearest = nearestName(shell, SHELLS);
        const hint = nearest === undefined ? `Known: ${SHELLS.join(', ')}.` : `Did you mean "${nearest}"?`;
        throw new UsageError(`There is no script for the shell "${shell}". ${hint}`);
      }
      const script = completionScript(known, definitions());
      io.stdout.write(json ? `${JSON.stringify({ ok: true, shell, script }, null, 2)}\n` : script);
      return EXIT.ok;
    },
  });
}
