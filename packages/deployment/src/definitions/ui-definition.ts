import { optional } from '../command-line/argument-definition.ts';
import { defineCommand } from '../command-line/command-definition.ts';
import { seconds, text, textLike } from '../command-line/option-definition.ts';
import { UsageError } from '../commands/command-io.ts';
import { uiCommand } from '../commands/ui-command.ts';

/** `iotedge-net ui` */
export const uiDefinition = defineCommand({
  name: 'ui',
  group: 'Look',
  summary: 'Serve the page "Compute network" on this machine: addresses, Services, paths, and changes with a preview.',
  details: [
    'Prints an address that signs one browser in; when it was used, the next one. Only this machine can reach the page.',
    'With a network file, changes are written to the file and applied; without one, to the desired properties of the networking modules.',
  ],
  arguments: {
    file: optional('file', 'network file that changes are written to', { initial: undefined, completes: 'file' }),
  },
  options: {
    port: textLike('-p, --port <port>', 'port to listen on; any free one when absent', readPort),
    module: text('-m, --module <name>', 'name of the networking module where no file says it'),
    language: text(
      '--language <tag>',
      'language of the page where the browser asks for none: en, pt-BR, sv-SE, es-ES, fr-FR, zh-TW',
    ),
    intervalMs: seconds('--interval <seconds>', 'time between two looks at a device on the page', 1),
  },
  readsNetwork: true,
  usesHub: true,
  examples: [{ line: 'iotedge-net ui network.yaml' }, { line: 'iotedge-net ui --port 8090' }],
  exitCodes: { ok: 'it was stopped', problems: 'the network file has problems' },
  run: (io, { port, ...options }) => uiCommand(io, { ...options, port: Number(port ?? 0) }),
});

function readPort(given: string): string {
  const port = Number(given);
  if (!/^\d{1,5}$/.test(given) || port > 65_535) throw new UsageError('Give a port from 0 to 65535.');
  return given;
}
