import { methodNotAllowed, unknownResource } from '../api-error.ts';
import { createObject } from '../rest/create-object.ts';
import { decodeBody } from '../rest/decode-body.ts';
import { deleteObject } from '../rest/delete-object.ts';
import { listObjects } from '../rest/list-objects.ts';
import { updateObject } from '../rest/update-object.ts';
import type { ApiContext } from './api-context.ts';
import { readObject } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { handlePatch } from './handle-patch.ts';
import { handleSubresource } from './handle-subresource.ts';
import { handleWatch } from './handle-watch.ts';
import { negotiate, representList } from './represent.ts';
import { deleteOptions, numberParameter, textParameter } from './request-info.ts';
import type { ResourcePath, Verb } from './request-info.ts';
import { answer, answerObject, keyOf, storedObject, writeOptions } from './resource-request.ts';
import type { ResourceRequest } from './resource-request.ts';

/** Answers a request to a resource. */
export async function handleResource(
  context: ApiContext,
  exchange: Exchange,
  path: ResourcePath,
  verb: Verb,
): Promise<void> {
  const kind = context.environment.registry.find(path);
  if (kind === undefined) throw unknownResource();
  if (path.namespace !== undefined && !kind.namespaced) throw unknownResource();
  const request: ResourceRequest = { context, exchange, path, verb, kind, warnings: [] };
  await (path.subresource === undefined ? handlers[verb](request) : handleSubresource(request, path.subresource));
}

const handlers: Readonly<Record<Verb, (request: ResourceRequest) => void | Promise<void>>> = {
  get,
  list,
  watch: handleWatch,
  create,
  update,
  patch: (request) => handlePatch(request, undefined),
  delete: remove,
  deletecollection: removeCollection,
};

function get(request: ResourceRequest): void {
  answerObject(request, 200, storedObject(request));
}

function list(request: ResourceRequest): void {
  const { exchange, kind, path, context } = request;
  const query = exchange.url.searchParams;
  const page = listObjects(context.environment, kind, {
    namespace: path.namespace,
    labelSelector: textParameter(query, 'labelSelector'),
    fieldSelector: textParameter(query, 'fieldSelector'),
    limit: numberParameter(query, 'limit'),
    continue: textParameter(query, 'continue'),
    resourceVersion: textParameter(query, 'resourceVersion'),
    resourceVersionMatch: textParameter(query, 'resourceVersionMatch'),
  });
  const form = negotiate(exchange.request.headers.accept, query, context.environment.scheduler.now());
  answer(request, 200, representList(kind, page, form), form.yaml);
}

async function create(request: ResourceRequest): Promise<void> {
  const { exchange, kind, path, context } = request;
  if (path.name !== undefined || (kind.namespaced && path.namespace === undefined)) throw methodNotAllowed();
  const options = writeOptions(request);
  const object = decodeBody(kind, await readObject(exchange.request), options);
  answerObject(request, 201, createObject(context.environment, { kind, namespace: path.namespace, object, options }));
}

async function update(request: ResourceRequest): Promise<void> {
  const { exchange, kind, context } = request;
  const options = writeOptions(request);
  const key = keyOf(request);
  const object = decodeBody(kind, await readObject(exchange.request), options);
  const existed = context.environment.store.get(kind.collection, key) !== undefined;
  const stored = updateObject(context.environment, { kind, key, object, options });
  answerObject(request, existed ? 200 : 201, stored);
}

const answeredByObject = new Set(['pods', 'serviceaccounts', 'persistentvolumeclaims']);

async function remove(request: ResourceRequest): Promise<void> {
  const { exchange, kind, context } = request;
  const key = keyOf(request);
  const options = deleteOptions(exchange.url.searchParams, await readObject(exchange.request));
  const { gone, object } = deleteObject(context.environment, kind, key, options);
  if (!gone || answeredByObject.has(kind.collection)) {
    answerObject(request, 200, object);
    return;
  }
  const details = {
    name: key.name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: object.metadata.uid,
  };
  answer(request, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
}

async function removeCollection(request: ResourceRequest): Promise<void> {
  const { exchange, kind, path, context } = request;
  const query = exchange.url.searchParams;
  if (kind.namespaced && path.namespace === undefined) throw methodNotAllowed();
  if (kind.strategy.noCollectionDelete === true) throw methodNotAllowed();
  const options = deleteOptions(query, await readObject(exchange.request));
  const selection = {
    namespace: path.namespace,
    labelSelector: textParameter(query, 'labelSelector'),
    fieldSelector: textParameter(query, 'fieldSelector'),
  };
  const page = listObjects(context.environment, kind, selection);
  for (const { metadata } of page.items) {
    deleteObject(context.environment, kind, { name: metadata.name, namespace: metadata.namespace }, options);
  }
  const form = negotiate(exchange.request.headers.accept, query, context.environment.scheduler.now());
  answer(request, 200, representList(kind, page, form), form.yaml);
}
