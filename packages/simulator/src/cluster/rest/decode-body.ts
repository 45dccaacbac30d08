import { ApiError, badRequest } from '../api-error.ts';
import { isJsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { decodeObject } from '../schema/decode-object.ts';
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
  const [typeError] = report.typeErrors;
  const refusal = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}`;
  if (typeError !== undefined && kind.custom === undefined) throw badRequest(`${refusal}: ${typeError.message}`);
  if (kind.custom !== undefined) keepMistyped(object, body, report.typeErrors.map(({ path }) => path));
  const unknown = report.unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (unknown.length > 0 && options.fieldValidation === 'Strict') {
    throw badRequest(kind.custom === undefined ? `${refusal}: strict decoding error: ${unknown.join(', ')}` : `strict decoding error: ${unknown.join(', ')}`);
  }
  if (options.fieldValidation === 'Warn') for (const message of unknown) options.warn(message);
  const metadataSchema = kind.schema.fields.get('metadata');
  if (kind.custom === undefined) omitEmpty(kind.schema, object);
  else if (metadataSchema?.type === 'struct' && isJsonObject(object['metadata'])) omitEmpty(metadataSchema, object['metadata']);
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  if (typeof metadata['name'] !== 'string') metadata['name'] = '';
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata } as KubeObject;
}

function checkType(kind: ResourceKind, apiVersion: unknown, name: unknown): void {
  const expected = apiVersionOf(kind);
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== expected) {
    throw badRequest(`the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`);
  }
  if (name !== undefined && name !== '' && name !== kind.kind) {
    throw badRequest(`${String(name)} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: no kind ${JSON.stringify(name)} is registered for version "${expected}"`);
  }
}

// A custom resource is decoded without types: what is wrong with it is for the schema's validation to say (422).
function keepMistyped(object: Record<string, unknown>, body: Record<string, unknown>, paths: readonly string[]): void {
  for (const path of paths) {
    const [first = ''] = path.split(/[.[]/);
    if (first !== 'metadata') object[first] = structuredClone(body[first]);
  }
}

/** Reads JSON or throws 400. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ApiError(400, 'BadRequest', `invalid JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
