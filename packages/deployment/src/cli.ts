import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { buildCommand } from './command-line/build-command.ts';
import type { CommandDefinition } from './command-line/command-definition.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './commands/command-io.ts';
import { HubError } from './commands/hub-gateway.ts';
import { CONNECTION_VARIABLE } from './commands/require-hub.ts';
import { applyDefinition } from './definitions/apply-definition.ts';
import { completionDefinition } from './definitions/completion-definition.ts';
import { rollbackDefinition } from './definitions/rollback-definition.ts';
import { deleteDefinition } from './definitions/delete-definition.ts';
import { historyDefinition } from './definitions/history-definition.ts';
import { explainDefinition } from './definitions/explain-definition.ts';
import { generateDefinition } from './definitions/generate-definition.ts';
import { initDefinition } from './definitions/init-definition.ts';
import { inventoryDefinition } from './definitions/inventory-definition.ts';
import { lintDefinition } from './definitions/lint-definition.ts';
import { planDefinition } from './definitions/plan-definition.ts';
import { probeDefinition } from './definitions/probe-definition.ts';
import { schemaDefinition } from './definitions/schema-definition.ts';
import { statusDefinition } from './definitions/status-definition.ts';
import { uiDefinition } from './definitions/ui-definition.ts';
import { validateDefinition } from './definitions/validate-definition.ts';

/** Every command; help lists them by group, in this order. */
export const commandDefinitions: readonly CommandDefinition[] = [
  initDefinition,
  validateDefinition,
  lintDefinition,
  planDefinition,
  probeDefinition,
  generateDefinition,
  applyDefinition,
  rollbackDefinition,
  deleteDefinition,
  statusDefinition,
  inventoryDefinition,
  historyDefinition,
  explainDefinition,
  uiDefinition,
  schemaDefinition,
  completionDefinition(() => commandDefinitions),
];

/** Runs the command line, without node and script name, and gives the exit code: 0 well, 1 problems found, 2 used wrongly. */
export async function runCli(arguments_: readonly string[], io: CommandIo): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  if (arguments_.some(isSecret)) return failureCode(io, new UsageError(NO_SECRETS), arguments_.includes('--json'));
  const program = createProgram(io);
  for (const definition of commandDefinitions)
    program.addCommand(buildCommand(definition, io, (result) => (code = result)));
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync([...arguments_], { from: 'user' });
    return code;
  } catch (error) {
    return failureCode(io, error, arguments_.includes('--json'));
  }
}

const NO_SECRETS =
  'A connection string never stands on the command line, where other users and the history of the shell see it. ' +
  `Set ${CONNECTION_VARIABLE}, or put it into a file and name that with --connection-string-file.`;

/** Whether an argument is a connection string, or says that one follows. */
function isSecret(argument: string): boolean {
  return /SharedAccessKey(Name)?=/i.test(argument) || /^--(connection-string|login)(=|$)/.test(argument);
}

function failureCode(io: CommandIo, error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!(error instanceof UsageError || error instanceof HubError)) throw error;
  io.stderr.write(`error: ${error.message}\n`);
  if (json) io.stdout.write(`${JSON.stringify({ ok: false, error: error.message }, null, 2)}\n`);
  return error instanceof UsageError ? EXIT.usage : EXIT.problems;
}

function createProgram(io: CommandIo): Command {
  return new Command('iotedge-net')
    .description('Networking of IoT Edge devices and their Kubernetes from one network.yaml.')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('Run with --help for what is possible.')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 well, 1 problems found, 2 used wrongly. The hub is the one of IOTHUB_CONNECTION_STRING.',
    );
}
