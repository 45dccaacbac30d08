import { z } from 'zod';
import { desiredSchema } from './desired-schema.ts';
import { layeredDeploymentSchema } from './layered-schema.ts';
import { networkEventSchema } from './network-event.ts';
import { networkSchema } from './network-schema.ts';
import { reportedSchema } from './reported-schema.ts';

const shapes = {
  network: networkSchema,
  'desired-properties': desiredSchema,
  'reported-properties': reportedSchema,
  'layered-deployment': layeredDeploymentSchema,
  'network-event': networkEventSchema,
};

/** Name of a JSON Schema that editors can use. */
export type SchemaName = keyof typeof shapes;

/** The JSON Schemas (draft 2020-12) of every document people write or read, by name; made from the same definitions that check them. */
export function jsonSchemas(): Readonly<Record<SchemaName, object>> {
  const made = Object.entries(shapes).map(([name, schema]) => [
    name,
    { title: `iotedge-networking ${name}`, ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) },
  ]);
  return Object.fromEntries(made) as Record<SchemaName, object>;
}
