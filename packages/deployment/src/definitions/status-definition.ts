import { defineCommand } from '../command-line/command-definition.ts';
import { choice, seconds, toggle } from '../command-line/option-definition.ts';
import { statusCommand } from '../commands/status-command.ts';
import { fleetArgument, fleetOptions } from './fleet-options.ts';

/** `iotedge-net status` */
export const statusDefinition = defineCommand({
  name: 'status',
  group: 'Look',
  summary: 'Show what the networking modules report: addresses, ports, readiness, reasons, pools.',
  details: [
    'Many devices are shown as a fleet: one row each, the worst first, those in order only counted. Devices that cannot be reached are marked, with the time when they were last seen.',
    'With --watch and --json, one JSON document per line.',
  ],
  arguments: { file: fleetArgument },
  options: {
    ...fleetOptions,
    view: choice('--view <view>', 'one row per device (fleet) or every Service of every device (device)', [
      'auto',
      'fleet',
      'device',
    ]),
    all: toggle('-a, --all', 'in the fleet view, show the devices that are in order too'),
    watch: toggle('-w, --watch', 'print again whenever something changes, until stopped'),
    intervalMs: seconds('--interval <seconds>', 'time between two looks', 2),
  },
  readsNetwork: true,
  usesHub: true,
  examples: [
    { line: 'iotedge-net status network.yaml --watch' },
    { line: `iotedge-net status --where "tags.region = 'emea'"` },
  ],
  exitCodes: { ok: 'everything is in order, or --watch was stopped', problems: 'anything is not in order' },
  run: statusCommand,
});
