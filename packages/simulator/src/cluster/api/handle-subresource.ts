import { ApiError, badRequest, methodNotAllowed, unknownResource } from '../api-error.ts';
import { isJsonObject, numberAt, textAt } from '../json.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { decodeBody } from '../rest/decode-body.ts';
import { deleteObject } from '../rest/delete-object.ts';
import { served } from '../rest/rest-environment.ts';
import { scaleOf, withScale } from '../rest/scale.ts';
import { boundPod } from '../rest/bound-pod.ts';
import { updateObject } from '../rest/update-object.ts';
import { timestamp } from '../timing/scheduler.ts';
import { readObject } from './exchange.ts';
import { handlePatch, patchKindOf, readPatch } from './handle-patch.ts';
import { answer, answerObject, keyOf, storedObject, writeOptions } from './resource-request.ts';
import type { ResourceRequest } from './resource-request.ts';
import { handlePodLog } from './pod-log.ts';

/** Answers a request to a part of an object. */
export async function handleSubresource(request: ResourceRequest, subresource: string): Promise<void> {
  if (!request.kind.subresources.some((name) => name === subresource)) throw unknownResource();
  switch (subresource) {
    case 'status':
      return status(request);
    case 'scale':
      return scale(request);
    case 'finalize':
      return replace(request, 'finalize');
    case 'log':
      return handlePodLog(request);
    case 'binding':
      return bind(request);
    case 'eviction':
      return evict(request);
    case 'token':
      return issueToken(request);
    default:
      throw unknownResource();
  }
}

async function status(request: ResourceRequest): Promise<void> {
  if (request.verb === 'get') {
    answerObject(request, 200, storedObject(request));
    return;
  }
  if (request.verb === 'patch') return handlePatch(request, 'status');
  if (request.verb === 'update') return replace(request, 'status');
  throw methodNotAllowed();
}

async function replace(request: ResourceRequest, subresource: 'status' | 'finalize'): Promise<void> {
  const { context, exchange, kind } = request;
  if (request.verb !== 'update') throw methodNotAllowed();
  const options = writeOptions(request);
  const object = decodeBody(kind, await readObject(exchange.request), options);
  answerObject(
    request,
    200,
    updateObject(context.environment, { kind, key: keyOf(request), object, subresource, options }),
  );
}

async function scale(request: ResourceRequest): Promise<void> {
  const { context, exchange, kind, verb } = request;
  const current = served(kind, storedObject(request));
  if (verb === 'get') {
    answer(request, 200, scaleOf(current));
    return;
  }
  let body: unknown;
  if (verb === 'update') {
    body = await readObject(exchange.request);
  } else if (verb === 'patch') {
    const patchKind = patchKindOf(request);
    const patch = await readPatch(request, patchKind);
    const { metadata, ...rest } = scaleOf(current);
    const target = { ...rest, metadata: { ...metadata, resourceVersion: '' } };
    body = patchKind === 'json' ? jsonPatch(target, patch) : mergePatch(target, isJsonObject(patch) ? patch : {});
  } else {
    throw methodNotAllowed();
  }
  if (numberAt(body, 'spec', 'replicas') < 0) {
    throw new ApiError(
      422,
      'Invalid',
      `Scale.autoscaling "${current.metadata.name}" is invalid: spec.replicas: Invalid value: ${numberAt(body, 'spec', 'replicas')}: must be greater than or equal to 0`,
      { name: current.metadata.name, group: 'autoscaling', kind: 'Scale' },
    );
  }
  const options = writeOptions(request);
  const object = withScale(structuredClone(current), body);
  const stored = updateObject(context.environment, { kind, key: keyOf(request), object, patch: true, options });
  answer(request, 200, scaleOf(served(kind, stored)));
}

async function bind(request: ResourceRequest): Promise<void> {
  const { context, exchange, kind } = request;
  if (request.verb !== 'create') throw methodNotAllowed();
  const target = textAt(await readObject(exchange.request), 'target', 'name');
  const pod = storedObject(request);
  if (textAt(pod, 'spec', 'nodeName') !== '') {
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on pods/binding "${pod.metadata.name}": pod ${pod.metadata.name} is already assigned to node "${textAt(pod, 'spec', 'nodeName')}"`,
      { name: pod.metadata.name, kind: 'pods/binding' },
    );
  }
  context.environment.store.put(kind.collection, boundPod(pod, target, timestamp(context.environment.scheduler.now())));
  answer(request, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

async function evict(request: ResourceRequest): Promise<void> {
  const { context, exchange, kind } = request;
  if (request.verb !== 'create') throw methodNotAllowed();
  const eviction = await readObject(exchange.request);
  const options = isJsonObject(eviction) && isJsonObject(eviction['deleteOptions']) ? eviction['deleteOptions'] : {};
  deleteObject(context.environment, kind, keyOf(request), options);
  answer(request, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

const shortestLifetime = 600;

async function issueToken(request: ResourceRequest): Promise<void> {
  const { context, exchange } = request;
  if (request.verb !== 'create') throw methodNotAllowed();
  const body = await readObject(exchange.request);
  const account = storedObject(request);
  const { name, namespace = '' } = account.metadata;
  const seconds = numberAt(body, 'spec', 'expirationSeconds') || 3600;
  if (seconds < shortestLifetime)
    throw badRequest('spec.expirationSeconds: may not specify a duration less than 10 minutes');
  const now = context.environment.scheduler.now();
  const token = context.authenticator.issueToken(namespace, name);
  answer(request, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(now) },
    spec: { ...(isJsonObject(body) && isJsonObject(body['spec']) ? body['spec'] : {}), expirationSeconds: seconds },
    status: { token, expirationTimestamp: timestamp(new Date(now.getTime() + seconds * 1000)) },
  });
}
