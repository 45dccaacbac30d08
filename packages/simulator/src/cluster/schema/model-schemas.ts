import { anySchema } from './field-schema.ts';
import type { FieldSchema, ListSchema, StructSchema } from './field-schema.ts';
import { atomicMaps, atomicStructs, listAnnotations, quantityMaps, retainKeysStructs } from './list-annotations.ts';

/** The definitions of the built-in kinds, by model name (`V1Service`), with everything they refer to. */
export type ModelSchemas = ReadonlyMap<string, StructSchema>;

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

const reference = /([A-Z]\w*)/;
const notModels = new Set(['Array', 'Date', 'IntOrString', 'V1MicroTime']);

/**
 * Reads the definitions from the models that the official Kubernetes client was generated with: complete field lists and types, without
 * loading the client itself. What the models leave out (list keys, atomic parts) comes from `list-annotations.ts`.
 */
export async function loadModelSchemas(roots: readonly string[]): Promise<ModelSchemas> {
  const models = new URL('./gen/models/', import.meta.resolve('@kubernetes/client-node'));
  const attributes = new Map<string, readonly Attribute[]>();
  let wanted = [...new Set(roots)];
  while (wanted.length > 0) {
    const loaded = await Promise.all(wanted.map((name) => loadAttributes(new URL(`./${name}.js`, models), name)));
    wanted.forEach((name, index) => attributes.set(name, loaded[index] ?? []));
    const referred = loaded.flat().flatMap((attribute) => modelNames(attribute.type));
    wanted = [...new Set(referred)].filter((name) => !attributes.has(name));
  }
  return buildSchemas(attributes);
}

async function loadAttributes(url: URL, name: string): Promise<readonly Attribute[]> {
  const module = (await import(url.href)) as Record<
    string,
    { getAttributeTypeMap(): readonly Attribute[] } | undefined
  >;
  const model = module[name];
  if (model === undefined) throw new Error(`the Kubernetes client has no model ${name}`);
  return model.getAttributeTypeMap();
}

function modelNames(type: string): string[] {
  return type.split(reference).filter((word) => /^[A-Z]/.test(word) && !notModels.has(word));
}

function buildSchemas(attributes: ReadonlyMap<string, readonly Attribute[]>): ModelSchemas {
  const fieldsOf = new Map([...attributes.keys()].map((name) => [name, new Map<string, FieldSchema>()]));
  const structs = new Map<string, StructSchema>();
  for (const [name, fields] of fieldsOf) {
    const flags = {
      ...(atomicStructs.has(name) ? { atomic: true } : {}),
      ...(retainKeysStructs.has(name) ? { retainKeys: true } : {}),
    };
    structs.set(name, { type: 'struct', name, fields, ...flags });
  }
  for (const [name, list] of attributes) {
    for (const attribute of list) {
      fieldsOf.get(name)?.set(attribute.baseName, fieldSchema(name, attribute, structs));
    }
  }
  return structs;
}

function fieldSchema(owner: string, attribute: Attribute, structs: ModelSchemas): FieldSchema {
  const place = `${owner}.${attribute.baseName}`;
  const schema = typeSchema(attribute.type, attribute.format, structs);
  if (schema.type === 'list')
    return { ...schema, ...listAnnotations[owner]?.[attribute.baseName] } satisfies ListSchema;
  if (schema.type !== 'map') return schema;
  if (quantityMaps.has(place)) return { ...schema, values: { type: 'quantity' } };
  return atomicMaps.has(place) ? { ...schema, atomic: true } : schema;
}

function typeSchema(type: string, format: string, structs: ModelSchemas): FieldSchema {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) return { type: 'list', items: typeSchema(list, format, structs), listType: 'atomic' };
  const values = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (values !== undefined) return { type: 'map', values: typeSchema(values, format, structs) };
  return structs.get(type) ?? scalarSchema(type, format);
}

function scalarSchema(type: string, format: string): FieldSchema {
  switch (type) {
    case 'string':
      return format === '' ? { type: 'string' } : { type: 'string', format };
    case 'Date':
    case 'V1MicroTime':
      return { type: 'string', format: 'date-time' };
    case 'number':
      return format === 'double' ? { type: 'number', format } : { type: 'integer', format };
    case 'boolean':
      return { type: 'boolean' };
    case 'IntOrString':
      return { type: 'int-or-string' };
    default:
      return anySchema;
  }
}
