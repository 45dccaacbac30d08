import { defineCommand } from '../command-line/command-definition.ts';
import { choice, text, toggle } from '../command-line/option-definition.ts';
import { INVENTORY_FORMATS, inventoryCommand } from '../commands/inventory-command.ts';
import { fleetArgument, fleetOptions } from './fleet-options.ts';

/** `iotedge-net inventory` */
export const inventoryDefinition = defineCommand({
  name: 'inventory',
  group: 'Look',
  summary: 'Write which device exposes what at which address, for people and for other tools.',
  details: [
    'Formats: table; json; csv; hosts (a hosts file); dns (a zone file, RFC 1035); prometheus (file service discovery); ansible (an inventory for a file that ends in .json). Names are SERVICE.NAMESPACE.DEVICE below --domain.',
    'Devices that cannot be reached, or have not followed their desired properties yet, are marked stale.',
  ],
  arguments: { file: fleetArgument },
  options: {
    ...fleetOptions,
    format: choice('-f, --format <format>', 'what to write', INVENTORY_FORMATS),
    domain: text('--domain <name>', 'domain of the names in a hosts file or zone; edge.internal when absent'),
    external: toggle('-e, --external', 'only Services that have an external address'),
    output: text('-o, --output <path>', 'file; standard output when absent', 'file'),
  },
  readsNetwork: true,
  usesHub: true,
  examples: [
    { line: 'iotedge-net inventory network.yaml --external' },
    { line: 'iotedge-net inventory --format dns --domain stores.example.com -o db.stores' },
    { line: `iotedge-net inventory --where "tags.region = 'emea'" --format prometheus -o targets.json` },
  ],
  exitCodes: { ok: 'the inventory was written', problems: 'the network file has problems, or the hub cannot be asked' },
  run: inventoryCommand,
});
