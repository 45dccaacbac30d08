import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Profile } from '@iotedge-networking/contract';
import { collect, FILE_HELP, JSON_HELP, type Finish } from './cli-options.ts';
import type { CommandIo } from './commands/command-io.ts';
import { explainCommand } from './commands/explain-command.ts';
import { lintCommand } from './commands/lint-command.ts';
import { DEFAULT_FILE } from './commands/load-network.ts';
import { planCommand } from './commands/plan-command.ts';

/** Adds the commands that look ahead and look into things: `lint`, `plan`, `explain`. */
export function addForesight(program: Command, io: CommandIo, finish: Finish): void {
  addLint(program, io, finish);
  addPlan(program, io, finish);
  addExplain(program, io, finish);
}

interface LintFlags {
  readonly profile: Profile;
  readonly deviceId?: string;
  readonly hub?: string;
  readonly namespace?: string;
  readonly services?: boolean;
  readonly json?: boolean;
}

function addLint(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('lint')
    .description(
      'Check deployment manifests, whoever wrote them: standard, layered, or a template of VS Code. Warnings do not fail.',
    )
    .argument('<files...>', 'deployment manifests (JSON)')
    .addOption(
      new Option('-p, --profile <profile>', 'where the deployment runs')
        .choices(['ase-k8s', 'kubernetes', 'vm'])
        .default('ase-k8s'),
    )
    .option('--device-id <id>', 'device that it is for; its name becomes a label')
    .option('--hub <host>', 'host name of the hub; it becomes part of a name')
    .option('--namespace <name>', 'namespace of IoT Edge; iotedge when absent')
    .option('-s, --services', 'show the Services that edgeAgent will make (vm: the ports that Docker publishes)')
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Examples:
  iotedge-net lint deployment.json
  iotedge-net lint deployment.template.json --services
  iotedge-net lint layers/*.json --profile vm --json`,
    )
    .action(async (files: readonly string[], flags: LintFlags) =>
      finish(await lintCommand(io, { ...flags, files, services: flags.services === true, json: flags.json === true })),
    );
}

interface PlanFlags {
  readonly device?: readonly string[];
  readonly hub?: boolean;
  readonly metallb?: string;
  readonly json?: boolean;
}

function addPlan(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('plan')
    .description(
      'Show which address every Service will get, before anything is sent; with --hub what would change, and who would lose or change an address.',
    )
    .argument('[file]', FILE_HELP, DEFAULT_FILE)
    .option('-d, --device <id>', 'only this device; may be given several times', collect)
    .option('--hub', 'compare with what the hub holds and the devices report')
    .option('--metallb <version>', 'release of MetalLB; ase-k8s and vm: 0.12, kubernetes: the newest', release)
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Exit code 1 when something would fail: a Service without an address, a refused Service, a broken rule.

Examples:
  iotedge-net plan network.yaml
  iotedge-net plan network.yaml --device store-001 --metallb 0.14.9
  iotedge-net plan network.yaml --hub`,
    )
    .action(async (file: string, flags: PlanFlags) =>
      finish(
        await planCommand(io, {
          file,
          devices: flags.device ?? [],
          hub: flags.hub === true,
          metallbVersion: flags.metallb,
          json: flags.json === true,
        }),
      ),
    );
}

/** A release as MetalLB counts them: 0.12, 0.14.9, v0.15.2, or main. */
function release(text: string): string {
  if (!/^(v?\d+\.\d+(\.\d+)?|main)$/.test(text))
    throw new InvalidArgumentError('Give a release such as 0.12, 0.14.9 or main.');
  return text;
}

interface ExplainFlags {
  readonly module?: string;
  readonly json?: boolean;
}

function addExplain(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('explain')
    .description('Walk the path of one Service, from the client to its pods and its name, and say where it breaks.')
    .argument('<device>', 'device id')
    .argument('<service>', 'NAMESPACE/SERVICE')
    .option('-m, --module <name>', 'name of the networking module where it is another one')
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Asks the networking module; where it does not answer, its reported properties. Exit code 1 when a hop is broken.

Example:
  iotedge-net explain store-001 iotedge/webserver`,
    )
    .action(async (device: string, service: string, flags: ExplainFlags) =>
      finish(await explainCommand(io, { device, service, module: flags.module, json: flags.json === true })),
    );
}
