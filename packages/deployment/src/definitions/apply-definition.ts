import { defineCommand } from '../command-line/command-definition.ts';
import { seconds, texts, toggle } from '../command-line/option-definition.ts';
import { applyCommand } from '../commands/apply-command.ts';
import { hubSizeOptions } from './hub-size-options.ts';
import { networkArgument } from './network-argument.ts';

/** `iotedge-net apply` */
export const applyDefinition = defineCommand({
  name: 'apply',
  group: 'Change the hub',
  summary:
    'Bring the devices of a hub to what a network file says: identities, tags, modules. Sends nothing where nothing differs.',
  details: [
    'Shows what it is about to write and asks. Keeps to the rates of the hub. After an interruption the same command does what is left.',
  ],
  arguments: { file: networkArgument },
  options: {
    devices: texts('-d, --device <id>', 'only this device; may be given several times'),
    yes: toggle('-y, --yes', 'do not ask'),
    wait: toggle('-w, --wait', 'wait until the networking modules report the desired version applied'),
    timeoutMs: seconds('--timeout <seconds>', 'how long to wait', 120),
    intervalMs: seconds('--interval <seconds>', 'time between two looks', 2),
    layered: toggle('--layered', 'put automatic deployments onto somebody else’s base, as layers'),
    ...hubSizeOptions,
  },
  readsNetwork: true,
  usesHub: true,
  examples: [
    { line: 'iotedge-net apply network.yaml --device store-001 --yes --wait' },
    { line: 'iotedge-net apply network.yaml --tier S2 --units 4' },
  ],
  exitCodes: {
    ok: 'every device is as the file says; with --wait, its module says so',
    problems: 'the network file has problems, a device failed, or the question was answered with no',
  },
  run: applyCommand,
});
