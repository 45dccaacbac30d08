import { text, toggle, type OptionDefinition } from '../command-line/option-definition.ts';
import { defineCommand } from '../command-line/command-definition.ts';
import { FORM_CHOICES, generateCommand, type GenerateOptions } from '../commands/generate-command.ts';
import { networkArgument } from './network-argument.ts';

const form: OptionDefinition<GenerateOptions['form']> = {
  flags: '--form <form>',
  summary: 'what to write: manifest when absent',
  initial: undefined,
  choices: FORM_CHOICES,
};

const format: OptionDefinition<GenerateOptions['format']> = {
  flags: '-f, --format <format>',
  summary: 'older name of --form',
  initial: undefined,
  choices: ['manifest', 'kubernetes'],
};

/** `iotedge-net generate` */
export const generateDefinition = defineCommand({
  name: 'generate',
  group: 'Write',
  summary: 'Write deployments in every form that Azure, VS Code, kubectl and GitOps take.',
  details: [
    [
      'Forms:',
      '  manifest              one device: "Set modules" of the portal, az iot edge set-modules',
      '  at-scale              modules of the devices that a target condition selects',
      '  layered               the same as a layer on somebody else’s base deployment',
      '  module-configuration  what the networking modules are told, changed without a redeployment',
      '  desired               what is one device’s own, for its module twin',
      '  template              deployment.template.json for VS Code and iotedgedev, and the debug one',
      '  kubernetes            Deployments, Services and rights for kubectl',
      '  gitops                a folder for Flux and Azure Arc',
      '  powershell            what only the device itself can do, as comments',
      '  all                   every form that applies, each in a folder of its own',
    ].join('\n'),
    'With a directory the command lines that put the files to use are written beside them. What goes where: docs/deployment-forms.md.',
  ],
  arguments: { file: networkArgument },
  options: {
    device: text('-d, --device <id>', 'only this device'),
    form,
    format,
    output: text(
      '-o, --output <path>',
      'file, directory, or - for standard output, which is meant when absent',
      'file',
    ),
    modules: text('--modules <folder>', 'source of the modules, for templates: modules when absent', 'directory'),
    withSecrets: toggle(
      '--with-secrets',
      'fill in registry credentials from the environment and .env; $NAME stays otherwise',
    ),
  },
  readsNetwork: true,
  examples: [
    { line: 'iotedge-net generate network.yaml --device store-001 -o deployment.json' },
    { line: 'az iot edge set-modules -n HUB -d store-001 -k deployment.json' },
    { line: 'iotedge-net generate network.yaml --form at-scale -o deployments/' },
    { line: 'iotedge-net generate network.yaml --form all -o generated/' },
  ],
  exitCodes: { ok: 'everything was written', problems: 'the network file has problems; nothing was written' },
  run: generateCommand,
});
