import { ApiError, badRequest, invalid, notFound } from '../api-error.ts';
import { invalidValue } from '../field-error.ts';
import { isJsonObject, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject, ObjectKey, PatchKind } from '../object-client.ts';
import { applyObject } from '../ownership/apply-object.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { decodeObject } from '../schema/decode-object.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { timestamp } from '../timing/scheduler.ts';
import { createObject } from './create-object.ts';
import { decodeBody } from './decode-body.ts';
import { placeOf, served } from './rest-environment.ts';
import type { RestEnvironment, WriteOptions } from './rest-environment.ts';
import { updateObject } from './update-object.ts';

/** A patch of an object or its status. */
export interface PatchRequest {
  readonly kind: ResourceKind;
  readonly key: ObjectKey;
  readonly patch: PatchKind;
  readonly body: unknown;
  readonly subresource?: 'status';
  readonly force?: boolean;
  readonly options: WriteOptions;
}

/** Patches an object; an apply creates it when it does not exist. Returns the stored form and whether it is new. */
export function patchObject(
  environment: RestEnvironment,
  request: PatchRequest,
): { object: KubeObject; created: boolean } {
  const { kind, key, options, subresource } = request;
  const stored = environment.store.get(kind.collection, key);
  if (request.patch === 'apply') return applyPatch(environment, request, stored);
  if (stored === undefined) throw notFound(kind, key.name);
  const live = served(kind, stored);
  const patched = patchedObject(request, live);
  const object = decodePatched(request, patched);
  return {
    object: updateObject(environment, { kind, key, object, subresource, patch: true, options }),
    created: false,
  };
}

/** What a merge patch makes of an object is checked as a part of the patch: the wrong type of a field is 422, not 400. */
function decodePatched({ kind, options, patch, body }: PatchRequest, patched: JsonObject): KubeObject {
  try {
    return decodeBody(kind, patched, options);
  } catch (error) {
    if (patch !== 'merge' || !(error instanceof ApiError) || error.code !== 400) throw error;
    throw invalid({ group: '', kind: '' }, '', [invalidValue('patch', JSON.stringify(body), error.message)]);
  }
}

function patchedObject(request: PatchRequest, live: KubeObject): JsonObject {
  const { body, kind } = request;
  if (request.patch === 'json') return jsonPatch(live, body);
  if (!isJsonObject(body)) throw badRequest('the patch is not a JSON object');
  if (request.patch === 'merge') return mergePatch(live, body);
  if (kind.custom !== undefined) throw unsupportedPatch();
  return strategicMergePatch(kind.schema, live, body);
}

/** 415: custom resources know no strategic merge patch. */
function unsupportedPatch(): ApiError {
  const accepted = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return new ApiError(415, 'UnsupportedMediaType', message, {});
}

function applyPatch(
  environment: RestEnvironment,
  request: PatchRequest,
  stored: KubeObject | undefined,
): { object: KubeObject; created: boolean } {
  const { kind, key, body, options, subresource } = request;
  if (!isJsonObject(body)) throw badRequest('error decoding YAML: the applied configuration is not an object');
  if (stored === undefined && subresource !== undefined) throw notFound(kind, key.name);
  checkApplied(body, key);
  refuseUnknownFields(kind, key, body);
  const applied = decodeBody(kind, body, options);
  applied.metadata.name = key.name;
  if (kind.namespaced) applied.metadata.namespace = key.namespace;
  const live = stored === undefined ? undefined : served(kind, stored);
  const merged = applyObject({
    schema: environment.features.applyKeyDefaults ? kind.schema : withoutKeyDefaults(kind),
    live,
    applied: onlyPart(kind, applied, subresource),
    manager: options.manager,
    subresource: subresource ?? '',
    force: request.force ?? false,
    time: timestamp(environment.scheduler.now()),
    place: placeOf(kind, applied),
  });
  const object = decodeBody(kind, merged, { ...options, fieldValidation: 'Ignore' });
  const asked = applied.metadata.resourceVersion;
  if (stored === undefined) {
    return {
      object: createObject(environment, { kind, namespace: key.namespace, object, tracked: true, options }),
      created: true,
    };
  }
  object.metadata.resourceVersion = asked ?? '';
  return {
    object: updateObject(environment, { kind, key, object, subresource, tracked: true, patch: true, options }),
    created: false,
  };
}

/** Server-side apply never drops a field: one that the schema does not declare makes the configuration untypable. */
function refuseUnknownFields(kind: ResourceKind, key: ObjectKey, body: JsonObject): void {
  const { unknownFields } = decodeObject(kind.schema, body).report;
  const [first] = unknownFields;
  if (first === undefined) return;
  const texts = unknownFields.map((path) => `.${path}: field not declared in schema`);
  const list = texts.length === 1 ? texts[0] : `errors:\n${texts.map((text) => `  ${text}`).join('\n')}`;
  const place = placeOf(kind, { apiVersion: '', kind: kind.kind, metadata: { ...key } });
  throw new ApiError(500, '', `failed to create typed patch object (${place}): ${list ?? ''}`);
}

function checkApplied(body: JsonObject, key: ObjectKey): void {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  if (metadata['managedFields'] !== undefined) throw badRequest('metadata.managedFields must be nil');
  for (const field of ['apiVersion', 'kind']) {
    if (typeof body[field] !== 'string') throw badRequest(`Object '${field}' is missing in the applied configuration`);
  }
  const name = textAt(metadata, 'name');
  if (name !== '' && name !== key.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${key.name})`);
  }
}

/** The part of an applied configuration that the endpoint takes: the status has an endpoint of its own. */
function onlyPart(kind: ResourceKind, applied: KubeObject, subresource: 'status' | undefined): KubeObject {
  if (!kind.subresources.includes('status')) return applied;
  const { status, ...rest } = applied;
  if (subresource === undefined) return rest;
  const { apiVersion, metadata } = applied;
  return { apiVersion, kind: applied.kind, metadata, ...(status === undefined ? {} : { status }) };
}

function withoutKeyDefaults(kind: ResourceKind): ResourceKind['schema'] {
  return stripKeyDefaults(kind.schema);
}

const stripped = new WeakMap<ResourceKind['schema'], ResourceKind['schema']>();

function stripKeyDefaults(schema: ResourceKind['schema']): ResourceKind['schema'] {
  const known = stripped.get(schema);
  if (known !== undefined) return known;
  const fields = new Map(schema.fields);
  const result = { ...schema, fields };
  stripped.set(schema, result);
  for (const [name, field] of schema.fields) {
    if (field.type === 'struct') fields.set(name, stripKeyDefaults(field));
    else if (field.type === 'list') {
      const items = field.items.type === 'struct' ? stripKeyDefaults(field.items) : field.items;
      fields.set(name, { ...field, items, keyDefaults: undefined });
    }
  }
  return result;
}
