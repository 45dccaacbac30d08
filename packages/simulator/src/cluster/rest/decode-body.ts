import { badRequest } from '../api-error.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { decodeObject } from '../schema/decode-object.ts';
import type { DecodeReport } from '../schema/decode-object.ts';
import { omitEmpty } from '../schema/omit-empty.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { WriteOptions } from './rest-environment.ts';

/**
 * Reads an object that a client sent: of the right kind and version, without fields nobody knows. Unknown fields are dropped, and warned about
 * or refused as `fieldValidation` says; a value of a wrong type is a 400.
 */
export function decodeBody(kind: ResourceKind, body: unknown, options: WriteOptions): KubeObject {
  if (!isJsonObject(body)) throw badRequest('the object provided is unrecognized (must be of type Object)');
  checkType(kind, body['apiVersion'], body['kind']);
  const { object, report } = decodeObject(kind.schema, body);
  if (kind.custom === undefined) refuseMistyped(kind, report);
  else keepMistyped(object, body, report);
  reportUnknown(kind, report, options);
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const metadataSchema = kind.schema.fields.get('metadata');
  if (kind.custom === undefined) omitEmpty(kind.schema, object);
  else if (metadataSchema?.type === 'struct') omitEmpty(metadataSchema, metadata);
  if (typeof metadata['name'] !== 'string') metadata['name'] = '';
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata } as KubeObject;
}

function refusalOf({ kind, version }: ResourceKind): string {
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}`;
}

function checkType(kind: ResourceKind, apiVersion: unknown, name: unknown): void {
  const expected = apiVersionOf(kind);
  if (typeof apiVersion === 'string' && apiVersion !== '' && apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (typeof name === 'string' && name !== '' && name !== kind.kind) {
    const { version } = kind;
    const why = `no kind ${JSON.stringify(name)} is registered for version "${expected}"`;
    throw badRequest(`${name} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: ${why}`);
  }
}

function refuseMistyped(kind: ResourceKind, { typeErrors }: DecodeReport): void {
  const [first] = typeErrors;
  if (first !== undefined) throw badRequest(`${refusalOf(kind)}: ${first.message}`);
}

function reportUnknown(kind: ResourceKind, { unknownFields }: DecodeReport, options: WriteOptions): void {
  const messages = unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (options.fieldValidation === 'Warn') for (const message of messages) options.warn(message);
  if (options.fieldValidation !== 'Strict' || messages.length === 0) return;
  const text = `strict decoding error: ${messages.join(', ')}`;
  throw badRequest(kind.custom === undefined ? `${refusalOf(kind)}: ${text}` : text);
}

// A custom resource is decoded without types: what is wrong with it is for the schema's validation to say (422).
function keepMistyped(object: JsonObject, body: JsonObject, { typeErrors }: DecodeReport): void {
  for (const { path } of typeErrors) {
    const [first = ''] = path.split(/[.[]/);
    if (first !== 'metadata') object[first] = structuredClone(body[first]);
  }
}
