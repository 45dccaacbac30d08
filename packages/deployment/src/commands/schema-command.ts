import { jsonSchemas, nearestName, type SchemaName } from '@iotedge-networking/contract';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';

/** Prints one JSON Schema. */
export function schemaCommand(io: CommandIo, name: string): ExitCode {
  const schemas = jsonSchemas();
  const names = Object.keys(schemas);
  if (!names.includes(name)) {
    const nearest = nearestName(name, names);
    const hint = nearest === undefined ? `Known: ${names.join(', ')}.` : `Did you mean "${nearest}"?`;
    throw new UsageError(`There is no schema "${name}". ${hint}`);
  }
  io.stdout.write(`${JSON.stringify(schemas[name as SchemaName], null, 2)}\n`);
  return EXIT.ok;
}
