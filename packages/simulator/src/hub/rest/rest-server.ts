import type { AddressInfo } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { authenticateBearer, authenticateDevice, authenticateService } from '../authenticate.ts';
import { strikes } from '../faults.ts';
import { HubError } from '../hub-error.ts';
import { throttled } from '../throttles.ts';
import { configurationRoutes } from './configuration-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { errorBody } from './error-body.ts';
import { jobRoutes } from './job-routes.ts';
import { methodRoutes } from './method-routes.ts';
import { moduleRoutes } from './module-routes.ts';
import { queryRoutes } from './query-routes.ts';
import type { RestContext, RouteGroup } from './rest-context.ts';
import { statisticsRoutes } from './statistics-routes.ts';
import { twinRoutes } from './twin-routes.ts';

const GROUPS: readonly RouteGroup[] = [
  queryRoutes,
  deviceRoutes,
  moduleRoutes,
  twinRoutes,
  methodRoutes,
  configurationRoutes,
  jobRoutes,
  statisticsRoutes,
];
type Step = (context: RestContext, request: FastifyRequest) => void;
const CHAIN: readonly Step[] = [applyFaults, checkApiVersion, authenticate, countRequest];
// Ids have up to 128 characters, each up to three when escaped.
const PARAMETER_LENGTH = 512;
const BODY_BYTES = 4 * 1024 * 1024;

/** Where the REST side listens and what it shows. */
export interface RestServerOptions extends RestContext {
  readonly tls: { readonly key: string; readonly cert: string };
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * The service side of the hub. A request passes, in this order: fault switches, api-version, signature and right, throttle, operation; what is
 * thrown on the way becomes the error body. Each step knows only the one before it by what it left in the request.
 */
export async function startRestServer(
  options: RestServerOptions,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = fastify({
    https: options.tls,
    forceCloseConnections: true,
    bodyLimit: BODY_BYTES,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PARAMETER_LENGTH },
  });
  readBodies(server);
  answerErrors(server, options);
  server.addHook('onRequest', (request, _reply, done) => {
    for (const step of CHAIN) step(options, request);
    done();
  });
  for (const addRoutes of GROUPS) addRoutes(server, options);
  await server.listen({ host: options.host, port: options.port });
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}

// The SDK sends a content type with and without a body, and no content type with some empty ones.
function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(text.toString()));
    } catch {
      done(new HubError('ArgumentInvalid', 'the body is not JSON'));
    }
  });
}

function answerErrors(server: FastifyInstance, { store }: RestContext): void {
  const send = (reply: FastifyReply, error: HubError): FastifyReply => {
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', `${error.retryAfterSeconds}`);
    return reply.code(error.status).header('iothub-errorcode', error.name).send(errorBody(error, store.now()));
  };
  server.setErrorHandler((error: FastifyError | HubError, _request, reply) => {
    if (error instanceof HubError) return send(reply, error);
    const ours = (error.statusCode ?? 500) >= 500;
    return send(reply, new HubError(ours ? 'ServerError' : 'ArgumentInvalid', error.message));
  });
  server.setNotFoundHandler((request, reply) =>
    send(
      reply,
      new HubError('FeatureNotSupported', `${request.method} ${request.url} is not an operation of this hub`),
    ),
  );
}

function applyFaults({ faults }: RestContext): void {
  if (strikes(faults, 'failRestRequests')) throw new HubError('ServiceUnavailable', 'the hub is failing over');
  if (strikes(faults, 'throttleRestRequests')) throw throttled('Requests');
}

function checkApiVersion(_context: RestContext, { url }: FastifyRequest): void {
  const version = new URL(url, 'https://hub').searchParams.get('api-version');
  // edgeHub's method calls come without; the service knows many, so any date will do.
  if (version === null || /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) return;
  throw new HubError('InvalidProtocolVersion', `api-version '${version}' is not a version`);
}

function authenticate({ rules }: RestContext, request: FastifyRequest): void {
  const { right, modulesMayCall } = request.routeOptions.config;
  if (right === undefined) return;
  const { authorization, 'x-ms-edge-moduleid': caller } = request.headers;
  if (modulesMayCall === true && typeof caller === 'string') {
    const [deviceId = '', moduleId] = caller.split('/');
    authenticateDevice(rules, authorization ?? '', { deviceId, moduleId });
    return;
  }
  if (authenticateBearer(rules, authorization)) return;
  const path = decodeURIComponent(request.url.replace(/\?.*$/, '').slice(1));
  authenticateService(rules, authorization, { path, right });
}

function countRequest({ throttle, requests }: RestContext, request: FastifyRequest): void {
  const { config, url = '' } = request.routeOptions;
  if (config.throttle !== undefined) throttle(config.throttle);
  const name = `${request.method} ${url}`;
  requests.set(name, (requests.get(name) ?? 0) + 1);
}
