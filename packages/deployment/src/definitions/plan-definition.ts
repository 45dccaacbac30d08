import { defineCommand } from '../command-line/command-definition.ts';
import { textLike, texts, toggle } from '../command-line/option-definition.ts';
import { UsageError } from '../commands/command-io.ts';
import { planCommand } from '../commands/plan-command.ts';
import { hubSizeOptions } from './hub-size-options.ts';
import { networkArgument } from './network-argument.ts';

/** `iotedge-net plan` */
export const planDefinition = defineCommand({
  name: 'plan',
  group: 'Look ahead',
  summary:
    'Show which address every Service will get, before anything is sent; with --hub what would change, and who would lose or change an address.',
  arguments: { file: networkArgument },
  options: {
    devices: texts('-d, --device <id>', 'only this device; may be given several times'),
    hub: toggle('--hub', 'compare with what the hub holds and the devices report'),
    metallbVersion: textLike(
      '--metallb <version>',
      'release of MetalLB; ase-k8s and vm: 0.12, kubernetes: the newest',
      release,
    ),
    ...hubSizeOptions,
  },
  readsNetwork: true,
  usesHub: true,
  examples: [
    { line: 'iotedge-net plan network.yaml' },
    { line: 'iotedge-net plan network.yaml --device store-001 --metallb 0.14.9' },
    { line: 'iotedge-net plan network.yaml --hub' },
  ],
  exitCodes: {
    ok: 'everything will get what it asks for',
    problems: 'something would fail: a Service without an address, a refused Service, a broken rule',
  },
  run: planCommand,
});

/** A release as MetalLB counts them: 0.12, 0.14.9, v0.15.2, or main. */
function release(given: string): string {
  if (!/^(v?\d+\.\d+(\.\d+)?|main)$/.test(given)) throw new UsageError('Give a release such as 0.12, 0.14.9 or main.');
  return given;
}
