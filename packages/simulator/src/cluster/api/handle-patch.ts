import { parse as parseYaml } from 'yaml';
import { ApiError, badRequest, invalid } from '../api-error.ts';
import { forbiddenField, required } from '../field-error.ts';
import type { PatchKind } from '../object-client.ts';
import { patchObject } from '../rest/patch-object.ts';
import { contentType, readBody } from './exchange.ts';
import { answerObject, keyOf, writeOptions } from './resource-request.ts';
import type { ResourceRequest } from './resource-request.ts';
import { isTrue } from './request-info.ts';

const patchOptions = { group: 'meta.k8s.io', kind: 'PatchOptions' };
const patchKinds: Readonly<Record<string, PatchKind>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** The kind of patch that a request carries; 415 for an unknown one. */
export function patchKindOf(request: ResourceRequest): PatchKind {
  const kind = patchKinds[contentType(request.exchange.request)];
  if (kind !== undefined) return kind;
  const accepted = Object.keys(patchKinds).join(', ');
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    {},
  );
}

/** Reads the body of a patch: an apply may be YAML. */
export async function readPatch(request: ResourceRequest, kind: PatchKind): Promise<unknown> {
  const text = await readBody(request.exchange.request);
  try {
    return kind === 'apply' ? (parseYaml(text) as unknown) : (JSON.parse(text) as unknown);
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : ''}`);
  }
}

/** Answers a patch of an object or of its status. */
export async function handlePatch(request: ResourceRequest, subresource: 'status' | undefined): Promise<void> {
  const { exchange, kind, context } = request;
  const query = exchange.url.searchParams;
  const patch = patchKindOf(request);
  const key = keyOf(request);
  const force = isTrue(query.get('force'));
  if (patch === 'apply' && (query.get('fieldManager') ?? '') === '') {
    throw invalid(patchOptions, '', [required('fieldManager', 'is required for apply patch')]);
  }
  if (patch !== 'apply' && force) {
    throw invalid(patchOptions, '', [forbiddenField('force', 'may not be specified for non-apply patch')]);
  }
  const body = await readPatch(request, patch);
  const options = writeOptions(request);
  const { object, created } = patchObject(context.environment, { kind, key, patch, body, subresource, force, options });
  answerObject(request, created ? 201 : 200, object);
}
