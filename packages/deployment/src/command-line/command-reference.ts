import { COMMAND_GROUPS, type CommandDefinition } from './command-definition.ts';
import { allOptions } from './common-options.ts';
import { WRONG_USE } from './describe-command.ts';

/** The reference of all commands as Markdown, made of their definitions: the text of docs/cli.md. */
export function commandReference(definitions: readonly CommandDefinition[]): string {
  const groups = COMMAND_GROUPS.map((group) => ({ group, commands: definitions.filter((one) => one.group === group) }));
  const shown = groups.filter(({ commands }) => commands.length > 0);
  return [
    ...HEAD,
    ...shown.map(
      ({ group, commands }) =>
        `- ${group}: ${commands.map(({ name }) => `[${name}](#iotedge-net-${name})`).join(', ')}`,
    ),
    ...shown.flatMap(({ commands }) => commands.flatMap(sectionOf)),
    '',
  ].join('\n');
}

const HEAD = [
  '# iotedge-net',
  '',
  'Networking of IoT Edge devices and their Kubernetes from one network.yaml.',
  '',
  '<!-- Made of the definitions of the commands; regenerate it instead of editing it. -->',
  '',
  'Every command exits with 0 when all is well, 1 when problems were found, and 2 when it was used wrongly and did nothing. With `--json` it prints one',
  'JSON document on standard output; messages for people go to standard error.',
  '',
  'The hub is the one of `IOTHUB_CONNECTION_STRING` (a service connection string), of the file named by `--connection-string-file`, or of',
  '`--hub-name` or `IOTHUB_HOSTNAME`, where Microsoft Entra ID says who signs in: `az login`, a managed identity, or `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`',
  'and a secret or certificate in the environment. A connection string never stands on the command line.',
  '',
];

function sectionOf(definition: CommandDefinition): readonly string[] {
  const { name, summary, details = [], exitCodes, examples } = definition;
  const options = Object.values(allOptions(definition));
  const usage = ['iotedge-net', name, '[options]', ...Object.values(definition.arguments).map((one) => one.usage)];
  const lines = examples.flatMap(({ line, remark }) => (remark === undefined ? [line] : [`# ${remark}`, line]));
  return [
    '',
    `## iotedge-net ${name}`,
    '',
    ...[summary, ...details].flatMap((paragraph) => [paragraph, '']),
    '```',
    usage.join(' '),
    '```',
    '',
    ...argumentTable(definition),
    '| Option | Meaning | Default |',
    '| --- | --- | --- |',
    ...options.map(({ flags, summary: meaning, choices, initialText = '' }) => {
      const among = choices === undefined ? '' : ` (${choices.join(', ')})`;
      return `| \`${cell(flags)}\` | ${cell(meaning + among)} | ${cell(initialText)} |`;
    }),
    '',
    `Exit code 0: ${exitCodes.ok}. 1: ${exitCodes.problems}. 2: ${WRONG_USE}.`,
    '',
    '```sh',
    ...lines,
    '```',
  ];
}

function argumentTable(definition: CommandDefinition): readonly string[] {
  const rows = Object.values(definition.arguments);
  if (rows.length === 0) return [];
  return [
    '| Argument | Meaning | Default |',
    '| --- | --- | --- |',
    ...rows.map(
      ({ usage, summary, initial }) =>
        `| \`${usage}\` | ${cell(summary)} | ${typeof initial === 'string' ? initial : ''} |`,
    ),
    '',
  ];
}

/** A text inside a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
