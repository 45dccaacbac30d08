import { required } from '../command-line/argument-definition.ts';
import { defineCommand } from '../command-line/command-definition.ts';
import { text } from '../command-line/option-definition.ts';
import { explainCommand } from '../commands/explain-command.ts';

/** `iotedge-net explain` */
export const explainDefinition = defineCommand({
  name: 'explain',
  group: 'Look',
  summary: 'Walk the path of one Service, from the client to its pods and its name, and say where it breaks.',
  details: ['Asks the networking module; where it does not answer, its reported properties.'],
  arguments: { device: required('device', 'device id'), service: required('service', 'NAMESPACE/SERVICE') },
  options: { module: text('-m, --module <name>', 'name of the networking module where it is another one') },
  usesHub: true,
  examples: [{ line: 'iotedge-net explain store-001 iotedge/webserver' }],
  exitCodes: { ok: 'the whole path holds', problems: 'a hop is broken, or the device cannot be asked' },
  run: explainCommand,
});
