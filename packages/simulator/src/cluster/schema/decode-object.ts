import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { FieldSchema, ScalarSchema, StructSchema } from './field-schema.ts';

/** What decoding found besides the object: fields it does not know, and values of the wrong type. */
export interface DecodeReport {
  readonly unknownFields: string[];
  readonly typeErrors: { readonly path: string; readonly message: string }[];
}

/**
 * Reads a JSON object the way the API server decodes into its types: unknown fields and nulls are left out (and reported), values of a wrong
 * type are reported. Returns a copy.
 */
export function decodeObject(schema: StructSchema, value: JsonObject): { object: JsonObject; report: DecodeReport } {
  const report: DecodeReport = { unknownFields: [], typeErrors: [] };
  return { object: decodeStruct(schema, value, '', report), report };
}

function decodeStruct(schema: StructSchema, value: JsonObject, path: string, report: DecodeReport): JsonObject {
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const field = schema.fields.get(name);
    const fieldPath = path === '' ? name : `${path}.${name}`;
    if (field === undefined) {
      if (schema.openEnded === true) result[name] = structuredClone(item);
      else report.unknownFields.push(fieldPath);
    } else if (item !== null && item !== undefined) {
      const decoded = decodeValue(field, item, fieldPath, report);
      if (decoded !== undefined) result[name] = decoded;
    }
  }
  return result;
}

function decodeValue(schema: FieldSchema, value: unknown, path: string, report: DecodeReport): unknown {
  switch (schema.type) {
    case 'any':
      return structuredClone(value);
    case 'struct':
      if (isJsonObject(value)) return decodeStruct(schema, value, path, report);
      return refuse(value, path, 'object', report);
    case 'map':
      if (isJsonObject(value)) return decodeMap(schema.values, value, path, report);
      return refuse(value, path, 'object', report);
    case 'list':
      if (!Array.isArray(value)) return refuse(value, path, 'array', report);
      return value.map((item: unknown, index) => {
        // A null list item decodes to the zero value of its type: an object without fields.
        if (item === null) return schema.items.type === 'struct' ? {} : null;
        return decodeValue(schema.items, item, `${path}[${index}]`, report);
      });
    default:
      return decodeScalar(schema, value, path, report);
  }
}

function decodeMap(values: FieldSchema, value: JsonObject, path: string, report: DecodeReport): JsonObject {
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    // A null map value decodes to the zero value of its type: '' for texts.
    result[key] = item === null ? '' : decodeValue(values, item, `${path}.${key}`, report);
  }
  return result;
}

const goTypes = { string: 'string', integer: 'int32', number: 'float64', boolean: 'bool' } as const;

function decodeScalar(schema: ScalarSchema, value: unknown, path: string, report: DecodeReport): unknown {
  switch (schema.type) {
    case 'quantity':
      return typeof value === 'number' || typeof value === 'string'
        ? String(value)
        : refuse(value, path, 'quantity', report);
    case 'int-or-string':
      return typeof value === 'number' || typeof value === 'string'
        ? value
        : refuse(value, path, 'IntOrString', report);
    case 'integer':
      return Number.isInteger(value) ? value : refuse(value, path, schema.format ?? 'int32', report);
    default:
      return typeof value === schema.type ? value : refuse(value, path, goTypes[schema.type], report);
  }
}

function refuse(value: unknown, path: string, expected: string, report: DecodeReport): unknown {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const field = path.replaceAll(/\[\d+\]/g, '');
  const article = found === 'number' ? `number ${Number.isInteger(value) ? '' : JSON.stringify(value)}`.trim() : found;
  const message = `json: cannot unmarshal ${article} into Go struct field ${field} of type ${expected}`;
  report.typeErrors.push({ path, message });
  return undefined;
}
