import { Command, CommanderError, Option } from 'commander';
import { addForesight } from './cli-foresight.ts';
import { collect, FILE_HELP, JSON_HELP, seconds, type Finish } from './cli-options.ts';
import { applyCommand } from './commands/apply-command.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './commands/command-io.ts';
import { generateCommand, type GenerateFormat } from './commands/generate-command.ts';
import { HubError } from './commands/hub-gateway.ts';
import { DEFAULT_FILE } from './commands/load-network.ts';
import { schemaCommand } from './commands/schema-command.ts';
import { statusCommand } from './commands/status-command.ts';
import { validateCommand } from './commands/validate-command.ts';

/** Runs the command line, without node and script name, and gives the exit code: 0 well, 1 problems found, 2 used wrongly. */
export async function runCli(arguments_: readonly string[], io: CommandIo): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram(io, (result) => (code = result));
  try {
    await program.parseAsync([...arguments_], { from: 'user' });
    return code;
  } catch (error) {
    return failureCode(io, error, arguments_.includes('--json'));
  }
}

function failureCode(io: CommandIo, error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!(error instanceof UsageError || error instanceof HubError)) throw error;
  io.stderr.write(`error: ${error.message}\n`);
  if (json) io.stdout.write(`${JSON.stringify({ ok: false, error: error.message }, null, 2)}\n`);
  return error instanceof UsageError ? EXIT.usage : EXIT.problems;
}

function createProgram(io: CommandIo, finish: Finish): Command {
  const program = new Command('iotedge-net')
    .description('Networking of IoT Edge devices and their Kubernetes from one network.yaml.')
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
  addValidate(program, io, finish);
  addForesight(program, io, finish);
  addGenerate(program, io, finish);
  addApply(program, io, finish);
  addStatus(program, io, finish);
  addSchema(program, io, finish);
  return program;
}

function addValidate(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('validate')
    .description(
      'Check a network file: syntax, shape, address rules and what its deployments would become. Everything at once.',
    )
    .argument('[file]', FILE_HELP, DEFAULT_FILE)
    .option('--json', JSON_HELP)
    .addHelpText('after', '\nExample:\n  iotedge-net validate deployment-templates/two-tier/network.yaml')
    .action(async (file: string, options: { json?: boolean }) =>
      finish(await validateCommand(io, { file, json: options.json === true })),
    );
}

function addGenerate(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('generate')
    .description('Write deployment manifests for "Set modules", or the applications as Kubernetes YAML.')
    .argument('[file]', FILE_HELP, DEFAULT_FILE)
    .option('-d, --device <id>', 'only this device')
    .addOption(
      new Option('-f, --format <format>', 'what to write').choices(['manifest', 'kubernetes']).default('manifest'),
    )
    .option('-o, --output <path>', 'file, or directory for several devices; standard output when absent')
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      '\nExample:\n  iotedge-net generate network.yaml --device store-001 -o deployment.json\n  az iot edge set-modules -n HUB -d store-001 -k deployment.json',
    )
    .action(
      async (file: string, options: { device?: string; format: GenerateFormat; output?: string; json?: boolean }) =>
        finish(await generateCommand(io, { file, ...options, json: options.json === true })),
    );
}

function addApply(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('apply')
    .description(
      'Bring the devices of a hub to what a network file says: identities, tags, modules. Sends nothing where nothing differs.',
    )
    .argument('[file]', FILE_HELP, DEFAULT_FILE)
    .option('-d, --device <id>', 'only this device; may be given several times', collect)
    .option('-y, --yes', 'do not ask')
    .option('-w, --wait', 'wait until the networking modules report the desired version applied')
    .addOption(seconds('--timeout <seconds>', 'how long to wait', 120))
    .addOption(seconds('--interval <seconds>', 'time between two looks', 2))
    .option('--json', JSON_HELP)
    .addHelpText('after', '\nExample:\n  iotedge-net apply network.yaml --device store-001 --yes --wait')
    .action(async (file: string, flags: ApplyFlags) =>
      finish(
        await applyCommand(io, {
          file,
          devices: flags.device ?? [],
          yes: flags.yes === true,
          wait: flags.wait === true,
          timeoutMs: flags.timeout,
          intervalMs: flags.interval,
          json: flags.json === true,
        }),
      ),
    );
}

interface ApplyFlags {
  readonly device?: readonly string[];
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly timeout: number;
  readonly interval: number;
  readonly json?: boolean;
}

function addStatus(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('status')
    .description(
      'Show what the networking modules report: addresses, ports, readiness, reasons, pools. Exit code 1 while anything is not in order.',
    )
    .argument('[file]', 'network file whose devices to show; every device of the hub when absent')
    .option('-d, --device <id>', 'only this device; may be given several times', collect)
    .option('-m, --module <name>', 'name of the networking module where no file says it')
    .option('-w, --watch', 'print again whenever something changes, until stopped')
    .addOption(seconds('--interval <seconds>', 'time between two looks', 2))
    .option('--json', `${JSON_HELP}; with --watch one per line`)
    .addHelpText('after', '\nExample:\n  iotedge-net status network.yaml --watch')
    .action(async (file: string | undefined, flags: StatusFlags) =>
      finish(
        await statusCommand(io, {
          file,
          devices: flags.device ?? [],
          module: flags.module,
          watch: flags.watch === true,
          intervalMs: flags.interval,
          json: flags.json === true,
        }),
      ),
    );
}

interface StatusFlags {
  readonly device?: readonly string[];
  readonly module?: string;
  readonly watch?: boolean;
  readonly interval: number;
  readonly json?: boolean;
}

function addSchema(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('schema')
    .description('Print a JSON Schema: network, desired-properties or reported-properties.')
    .argument('<name>', 'name of the schema')
    .option('--json', 'accepted for uniformity; a schema is JSON anyway')
    .addHelpText('after', '\nExample:\n  iotedge-net schema network > network.schema.json')
    .action((name: string) => finish(schemaCommand(io, name)));
}
