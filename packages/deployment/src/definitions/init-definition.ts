import { required } from '../command-line/argument-definition.ts';
import { defineCommand } from '../command-line/command-definition.ts';
import { choice } from '../command-line/option-definition.ts';
import { initCommand } from '../commands/init-command.ts';

/** `iotedge-net init` */
export const initDefinition = defineCommand({
  name: 'init',
  group: 'Begin',
  summary: 'Begin a solution for VS Code and iotedgedev: network.yaml, templates, a sample module, editor settings.',
  details: [
    'Works offline and overwrites nothing: when one of its files is there already, it names it and writes none.',
  ],
  arguments: { directory: required('directory', 'where to write; made when missing', { completes: 'directory' }) },
  options: {
    profile: choice('-p, --profile <profile>', 'where the networking module will run', ['ase-k8s', 'vm', 'kubernetes']),
  },
  examples: [{ line: 'iotedge-net init plant' }, { line: 'iotedge-net init lab --profile vm' }],
  exitCodes: { ok: 'everything was written', problems: 'does not occur' },
  run: initCommand,
});
