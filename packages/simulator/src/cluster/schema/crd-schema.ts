import { isJsonObject, listAt, objectAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { anySchema } from './field-schema.ts';
import type { FieldSchema, ListSchema, StructSchema } from './field-schema.ts';

/** Turns the `openAPIV3Schema` of a CustomResourceDefinition's version into the schema of its objects. `metadata` has the schema of every kind. */
export function customResourceSchema(
  kind: string,
  openApi: JsonObject | undefined,
  metadata: FieldSchema,
): StructSchema {
  const root = openApi === undefined ? undefined : structOf(openApi);
  const fields = new Map<string, FieldSchema>(root?.fields);
  fields.set('apiVersion', { type: 'string' });
  fields.set('kind', { type: 'string' });
  fields.set('metadata', metadata);
  return { type: 'struct', name: kind, fields, openEnded: root === undefined || root.openEnded === true };
}

function schemaOf(openApi: unknown): FieldSchema {
  if (!isJsonObject(openApi)) return anySchema;
  if (openApi['x-kubernetes-int-or-string'] === true) return { type: 'int-or-string' };
  switch (openApi['type']) {
    case 'object':
      return objectSchema(openApi);
    case 'array':
      return listSchema(openApi);
    case 'string':
      return { type: 'string', ...formatOf(openApi) };
    case 'integer':
      return { type: 'integer', ...formatOf(openApi) };
    case 'number':
      return { type: 'number', ...formatOf(openApi) };
    case 'boolean':
      return { type: 'boolean' };
    default:
      return anySchema;
  }
}

function formatOf(openApi: JsonObject): { format?: string } {
  return typeof openApi['format'] === 'string' ? { format: openApi['format'] } : {};
}

function objectSchema(openApi: JsonObject): FieldSchema {
  const additional = openApi['additionalProperties'];
  const atomic = openApi['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {};
  if (openApi['properties'] === undefined && additional !== undefined && additional !== false) {
    return { type: 'map', values: schemaOf(additional), ...atomic };
  }
  return { ...structOf(openApi), ...atomic };
}

function structOf(openApi: JsonObject): StructSchema {
  const properties = Object.entries(objectAt(openApi, 'properties') ?? {});
  const fields = new Map(properties.map(([name, schema]) => [name, schemaOf(schema)]));
  const openEnded = openApi['x-kubernetes-preserve-unknown-fields'] === true;
  return { type: 'struct', name: '', fields, ...(openEnded ? { openEnded } : {}) };
}

function listSchema(openApi: JsonObject): ListSchema {
  const items = schemaOf(openApi['items']);
  switch (openApi['x-kubernetes-list-type']) {
    case 'map': {
      const keys = listAt(openApi, 'x-kubernetes-list-map-keys').map(String);
      const properties = objectAt(openApi, 'items', 'properties') ?? {};
      const defaults = keys.flatMap((key) => {
        const value = objectAt(properties, key)?.['default'];
        return typeof value === 'string' ? [[key, value]] : [];
      });
      return {
        type: 'list',
        items,
        listType: 'map',
        keys,
        keyDefaults: Object.fromEntries(defaults) as Record<string, string>,
      };
    }
    case 'set':
      return { type: 'list', items, listType: 'set' };
    default:
      return { type: 'list', items, listType: 'atomic' };
  }
}
