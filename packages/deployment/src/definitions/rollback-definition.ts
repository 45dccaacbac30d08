import { defineCommand } from '../command-line/command-definition.ts';
import { seconds, text, toggle } from '../command-line/option-definition.ts';
import { rollbackCommand } from '../commands/rollback-command.ts';
import { hubSizeOptions } from './hub-size-options.ts';
import { networkArgument } from './network-argument.ts';

/** `iotedge-net rollback` */
export const rollbackDefinition = defineCommand({
  name: 'rollback',
  group: 'Change the hub',
  summary: 'Return to what was applied before, as the history beside the network file tells.',
  details: [
    'Applies the files as they were then, with the placeholders of the present environment; shows what that writes and asks. The network file itself stays as it is. Devices that came since are left alone.',
  ],
  arguments: { file: networkArgument },
  options: {
    to: text('--to <id>', 'entry of the history to return to; the one before the present one when absent'),
    yes: toggle('-y, --yes', 'do not ask'),
    wait: toggle('-w, --wait', 'wait until the networking modules report the desired version applied'),
    timeoutMs: seconds('--timeout <seconds>', 'how long to wait', 120),
    intervalMs: seconds('--interval <seconds>', 'time between two looks', 2),
    ...hubSizeOptions,
  },
  usesHub: true,
  examples: [
    { line: 'iotedge-net rollback network.yaml' },
    { line: 'iotedge-net rollback network.yaml --to mfx2k0 --yes' },
  ],
  exitCodes: { ok: 'every device is as it was', problems: 'a device failed, or the question was answered with no' },
  run: rollbackCommand,
});
