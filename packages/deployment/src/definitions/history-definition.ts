import { defineCommand } from '../command-line/command-definition.ts';
import { historyCommand } from '../commands/history-command.ts';
import { networkArgument } from './network-argument.ts';

/** `iotedge-net history` */
export const historyDefinition = defineCommand({
  name: 'history',
  group: 'Look',
  summary: 'List what was applied of a network file, newest first.',
  details: [
    'The history is in .iotedge-net/ beside the network file. Commit both, so that rollback works on any machine.',
  ],
  arguments: { file: networkArgument },
  options: {},
  examples: [{ line: 'iotedge-net history network.yaml' }],
  exitCodes: { ok: 'the history was listed', problems: 'does not occur' },
  run: historyCommand,
});
