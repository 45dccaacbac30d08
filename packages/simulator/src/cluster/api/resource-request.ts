import { stringify } from 'yaml';
import { ApiError, badRequest, invalid, methodNotAllowed, notFound } from '../api-error.ts';
import { invalidValue, tooLong } from '../field-error.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject, ObjectKey } from '../object-client.ts';
import { served } from '../rest/rest-environment.ts';
import type { WriteOptions } from '../rest/rest-environment.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { ApiContext } from './api-context.ts';
import { fieldManager, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { negotiate, representObject } from './represent.ts';
import { textParameter } from './request-info.ts';
import type { ResourcePath, Verb } from './request-info.ts';

/** A request to a resource, resolved. */
export interface ResourceRequest {
  readonly context: ApiContext;
  readonly exchange: Exchange;
  readonly path: ResourcePath;
  readonly verb: Verb;
  readonly kind: ResourceKind;
  readonly warnings: string[];
}

/** The key of the object that a request names. */
export function keyOf(request: ResourceRequest): ObjectKey {
  const { kind, path } = request;
  if (path.name === undefined || (kind.namespaced && path.namespace === undefined)) throw methodNotAllowed();
  return kind.namespaced ? { namespace: path.namespace, name: path.name } : { name: path.name };
}

/** The stored object that a request names; 404 when there is none. */
export function storedObject(request: ResourceRequest): KubeObject {
  const key = keyOf(request);
  const found = request.context.environment.store.get(request.kind.collection, key);
  if (found === undefined) throw notFound(request.kind, key.name);
  return found;
}

/** How a request wants its write to be made. */
export function writeOptions(request: ResourceRequest): WriteOptions {
  const query = request.exchange.url.searchParams;
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== '' && value !== 'All')) {
    throw new ApiError(
      422,
      'Invalid',
      ` "" is invalid: dryRun: Unsupported value: ${JSON.stringify(dryRun[0])}: supported values: "All"`,
      {},
    );
  }
  const validation = textParameter(query, 'fieldValidation') ?? 'Warn';
  if (!['Ignore', 'Warn', 'Strict'].includes(validation)) {
    throw badRequest(
      `fieldValidation: Unsupported value: ${JSON.stringify(validation)}: supported values: "Ignore", "Strict", "Warn"`,
    );
  }
  return {
    manager: checkedManager(request),
    dryRun: dryRun.includes('All'),
    fieldValidation: request.context.environment.features.fieldValidation
      ? (validation as WriteOptions['fieldValidation'])
      : 'Ignore',
    warn: (message) => request.warnings.push(message),
  };
}

/** Bytes that the name of a field manager may have. */
const MANAGER_BYTES = 128;

const OPTIONS: Readonly<Partial<Record<ResourceRequest['verb'], string>>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
};

function checkedManager({ exchange, verb }: ResourceRequest): string {
  const manager = fieldManager(exchange);
  const errors = Buffer.byteLength(manager) > MANAGER_BYTES ? [tooLong('fieldManager', MANAGER_BYTES)] : [];
  const odd = Array.from(manager).findIndex((character) => !/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character));
  if (odd !== -1) {
    const code = (manager.codePointAt(odd) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    errors.push(invalidValue('fieldManager', manager, `invalid character U+${code} (at position ${odd})`));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: OPTIONS[verb] ?? 'PatchOptions' }, '', errors);
  return manager;
}

/** Answers with one object, in the form the client asks for. */
export function answerObject(request: ResourceRequest, code: number, stored: KubeObject): void {
  const { exchange, kind, context } = request;
  const form = negotiate(
    exchange.request.headers.accept,
    exchange.url.searchParams,
    context.environment.scheduler.now(),
  );
  answer(request, code, representObject(kind, served(kind, stored), form), form.yaml);
}

/** Answers with a document in JSON or YAML, with the warnings that came up. */
export function answer(request: ResourceRequest, code: number, body: JsonObject, yaml = false): void {
  const { exchange, warnings } = request;
  for (const warning of warnings) {
    exchange.response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`);
  }
  if (!yaml) {
    sendJson(exchange.response, code, body);
    return;
  }
  exchange.response.writeHead(code, { 'Content-Type': 'application/yaml' });
  exchange.response.end(stringify(body));
}
