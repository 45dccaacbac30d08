import { several } from '../command-line/argument-definition.ts';
import { defineCommand } from '../command-line/command-definition.ts';
import { choice, text, toggle } from '../command-line/option-definition.ts';
import { lintCommand } from '../commands/lint-command.ts';

/** `iotedge-net lint` */
export const lintDefinition = defineCommand({
  name: 'lint',
  group: 'Look ahead',
  summary: 'Check deployments, whoever wrote them: manifests, layers, module configurations, templates of VS Code.',
  details: [
    'Looks at everything that generate writes for the hub: also at id, condition, labels and metrics of a configuration, and at desired properties for the networking module.',
    'Of Kubernetes YAML, network files and scripts it says who checks those.',
  ],
  arguments: { files: several('files', 'manifests, configurations or patches of a twin (JSON)', 'file') },
  options: {
    profile: choice('-p, --profile <profile>', 'where the deployment runs', ['ase-k8s', 'kubernetes', 'vm']),
    deviceId: text('--device-id <id>', 'device that it is for; its name becomes a label'),
    hub: text('--hub <host>', 'host name of the hub; it becomes part of a name'),
    namespace: text('--namespace <name>', 'namespace of IoT Edge; iotedge when absent'),
    services: toggle(
      '-s, --services',
      'show the Services that edgeAgent will make (vm: the ports that Docker publishes)',
    ),
  },
  examples: [
    { line: 'iotedge-net lint deployment.json' },
    { line: 'iotedge-net lint deployment.template.json --services' },
    { line: 'iotedge-net lint layers/*.json --profile vm --json' },
  ],
  exitCodes: { ok: 'no errors; warnings and infos are allowed', problems: 'a manifest has errors' },
  run: lintCommand,
});
