import { ApiError, badRequest, methodNotAllowed } from '../api-error.ts';
import { objectsAt, textAt } from '../json.ts';
import { storedObject } from './resource-request.ts';
import type { ResourceRequest } from './resource-request.ts';
import { isTrue, numberParameter, textParameter } from './request-info.ts';

/** Answers `kubectl logs` from the source that was given to the server. */
export async function handlePodLog(request: ResourceRequest): Promise<void> {
  const { context, exchange } = request;
  if (request.verb !== 'get') throw methodNotAllowed();
  const { response, url } = exchange;
  const query = url.searchParams;
  const pod = storedObject(request);
  const { name, namespace = '' } = pod.metadata;
  const containers = objectsAt(pod, 'spec', 'containers').map((container) => textAt(container, 'name'));
  const container = textParameter(query, 'container') ?? containers[0] ?? '';
  if (containers.length > 1 && textParameter(query, 'container') === undefined) {
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]`);
  }
  if (!containers.includes(container)) throw badRequest(`container ${container} is not valid for pod ${name}`);
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  const output = context.podLogs?.({
    namespace,
    name,
    container,
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    tailLines: numberParameter(query, 'tailLines'),
    signal: abort.signal,
  });
  if (output === undefined) {
    throw new ApiError(
      400,
      'BadRequest',
      `container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} is waiting to start: ContainerCreating`,
    );
  }
  context.track(response);
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  for await (const chunk of output) {
    if (response.destroyed) return;
    response.write(chunk);
  }
  response.end();
}
