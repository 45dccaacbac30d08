import { defineCommand } from '../command-line/command-definition.ts';
import { count, seconds, text } from '../command-line/option-definition.ts';
import { probeCommand } from '../commands/probe-command.ts';
import { networkArgument } from './network-argument.ts';

/** `iotedge-net probe` */
export const probeDefinition = defineCommand({
  name: 'probe',
  group: 'Look ahead',
  summary: 'Ask the addresses of a device whether anybody has them already, from a machine beside it.',
  details: [
    'Tries to connect to every node IP and external service IP and looks into the ARP table of this machine. Nothing is sent. Run it in the subnet of the device, before compute is configured: afterwards the device itself answers.',
    'Three addresses that nobody should have are asked too: when one of them answers, a router answers for everybody (proxy ARP).',
  ],
  arguments: { file: networkArgument },
  options: {
    device: text('-d, --device <id>', 'device to ask for; may be left out where the file has only one'),
    limit: count('--limit <number>', 'most addresses to ask', 1024),
    timeoutMs: seconds('--timeout <seconds>', 'how long to wait for each address', 1),
  },
  readsNetwork: true,
  examples: [{ line: 'iotedge-net probe network.yaml --device store-001' }],
  exitCodes: { ok: 'nobody answers', problems: 'somebody answers, or the file has problems' },
  run: probeCommand,
});
