import protobuf from 'protobufjs';
import { isJsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { gnosticProto } from './gnostic-proto.ts';

let documentType: protobuf.Type | undefined;

/** Writes an OpenAPI version 2 document in gnostic's protobuf form. */
export function encodeDocumentV2(document: JsonObject): Uint8Array {
  documentType ??= protobuf.parse(gnosticProto, { keepCase: true }).root.lookupType('openapi.v2.Document');
  const message = {
    swagger: document['swagger'],
    info: document['info'],
    paths: { path: named(document['paths'], pathItem) },
    definitions: { additional_properties: named(document['definitions'], schema) },
  };
  return documentType.encode(documentType.fromObject(message)).finish();
}

function named(map: unknown, convert: (value: JsonObject) => JsonObject): JsonObject[] {
  return Object.entries(isJsonObject(map) ? map : {}).map(([name, value]) => ({
    name,
    value: convert(isJsonObject(value) ? value : {}),
  }));
}

function schema(definition: JsonObject): JsonObject {
  const { $ref, format, description, type, items, properties, additionalProperties } = definition;
  return {
    ...($ref === undefined ? {} : { _ref: $ref }),
    ...(format === undefined ? {} : { format }),
    ...(description === undefined ? {} : { description }),
    ...(type === undefined ? {} : { type: { value: [type] } }),
    ...(isJsonObject(items) ? { items: { schema: [schema(items)] } } : {}),
    ...(properties === undefined ? {} : { properties: { additional_properties: named(properties, schema) } }),
    ...(isJsonObject(additionalProperties) ? { additional_properties: { schema: schema(additionalProperties) } } : {}),
    vendor_extension: extensions(definition),
  };
}

// An Any carries its value as YAML, of which JSON is a part.
function extensions(object: JsonObject): JsonObject[] {
  const entries = Object.entries(object).filter(([name]) => name.startsWith('x-'));
  return entries.map(([name, value]) => ({ name, value: { yaml: `${JSON.stringify(value)}\n` } }));
}

function pathItem(item: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]) => [
      method,
      operationMessage(isJsonObject(operation) ? operation : {}),
    ]),
  );
}

function operationMessage(operation: JsonObject): JsonObject {
  const parameters = objectsAt(operation, 'parameters').map((parameter) => ({
    parameter: {
      non_body_parameter: {
        query_parameter_sub_schema: { in: 'query', name: textAt(parameter, 'name'), type: 'string' },
      },
    },
  }));
  const responses = Object.keys(objectAt(operation, 'responses') ?? {}).map((name) => ({
    name,
    value: { response: { description: 'OK' } },
  }));
  return {
    operation_id: operation['operationId'],
    parameters,
    responses: { response_code: responses },
    vendor_extension: extensions(operation),
  };
}
