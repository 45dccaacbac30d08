import { defineCommand } from '../command-line/command-definition.ts';
import { validateCommand } from '../commands/validate-command.ts';
import { networkArgument } from './network-argument.ts';

/** `iotedge-net validate` */
export const validateDefinition = defineCommand({
  name: 'validate',
  group: 'Look ahead',
  summary:
    'Check a network file: syntax, shape, address rules and what its deployments would become. Everything at once.',
  arguments: { file: networkArgument },
  options: {},
  readsNetwork: true,
  examples: [
    { line: 'iotedge-net validate deployment-templates/two-tier/network.yaml' },
    {
      remark: 'try a value before it is written down',
      line: 'iotedge-net validate --set computeNetwork.deviceNodes=2',
    },
  ],
  exitCodes: { ok: 'the file is in order; warnings are allowed', problems: 'the file has problems' },
  run: validateCommand,
});
