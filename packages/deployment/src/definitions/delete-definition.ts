import { defineCommand } from '../command-line/command-definition.ts';
import { texts, toggle } from '../command-line/option-definition.ts';
import { deleteCommand } from '../commands/delete-command.ts';
import { hubSizeOptions } from './hub-size-options.ts';
import { networkArgument } from './network-argument.ts';

/** `iotedge-net delete` */
export const deleteDefinition = defineCommand({
  name: 'delete',
  group: 'Change the hub',
  summary: 'Take away from a hub what a network file made there, and nothing else.',
  details: [
    'Finds it by the marks that apply leaves (the tag iotedgeNetworking, labels of configurations), also where the file does not list it any more. Devices that were there before stay: they lose the modules and tags that were set. Shows what it is about to delete and asks.',
  ],
  arguments: { file: networkArgument },
  options: {
    devices: texts('-d, --device <id>', 'only this device, and no configuration; may be given several times'),
    yes: toggle('-y, --yes', 'do not ask'),
    ...hubSizeOptions,
  },
  readsNetwork: true,
  usesHub: true,
  examples: [
    { line: 'iotedge-net delete network.yaml' },
    { line: 'iotedge-net delete network.yaml --device store-001 --yes' },
  ],
  exitCodes: {
    ok: 'nothing that the file made is left',
    problems: 'the network file has problems, something could not be deleted, or the question was answered with no',
  },
  run: deleteCommand,
});
