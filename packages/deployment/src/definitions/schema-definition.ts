import { required } from '../command-line/argument-definition.ts';
import { defineCommand } from '../command-line/command-definition.ts';
import { schemaCommand } from '../commands/schema-command.ts';

/** `iotedge-net schema` */
export const schemaDefinition = defineCommand({
  name: 'schema',
  group: 'More',
  summary: 'Print a JSON Schema: network, desired-properties, reported-properties or layered-deployment.',
  details: ['A schema is JSON with or without --json.'],
  arguments: {
    name: required('name', 'name of the schema', {
      completes: ['network', 'desired-properties', 'reported-properties', 'layered-deployment', 'network-event'],
    }),
  },
  options: {},
  examples: [{ line: 'iotedge-net schema network > network.schema.json' }],
  exitCodes: { ok: 'the schema was printed', problems: 'does not occur' },
  run: (io, { name }) => schemaCommand(io, name),
});
