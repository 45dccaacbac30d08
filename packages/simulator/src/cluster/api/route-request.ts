import { methodNotAllowed, unknownResource } from '../api-error.ts';
import type { ApiContext } from './api-context.ts';
import { refuseAccess } from './authorize.ts';
import type { Access } from './authorize.ts';
import { handleDiscovery } from './handle-discovery.ts';
import type { Exchange } from './exchange.ts';
import { sendText } from './exchange.ts';
import { handleResource } from './handle-resource.ts';
import { parseResourcePath, verbOf } from './request-info.ts';
import type { ResourcePath, Verb } from './request-info.ts';
import { handleReview } from './reviews.ts';

/** Finds out what a request is about, whether it may be made, and who answers it. */
export async function routeRequest(context: ApiContext, exchange: Exchange): Promise<void> {
  const { url, method } = exchange;
  const path = parseResourcePath(url.pathname);
  const verb = path === undefined ? undefined : verbOf(method, path, url.searchParams);
  context.faults.check(verb, path?.plural);
  if (path === undefined) return routePath(context, exchange);
  if (verb === undefined) throw methodNotAllowed();
  demand(context, exchange, accessOf(path, verb, url.searchParams));
  if (path.group === 'authorization.k8s.io') return handleReview(context, exchange, path);
  await handleResource(context, exchange, path, verb);
}

function accessOf(path: ResourcePath, verb: Verb, query: URLSearchParams): Access {
  // A namespace is, for authorization, inside itself.
  const namespace = path.plural === 'namespaces' && path.group === '' ? path.name : path.namespace;
  return {
    verb,
    group: path.group,
    resource: path.plural,
    subresource: path.subresource,
    ...(namespace === undefined ? {} : { namespace }),
    name: path.name ?? nameInFieldSelector(query),
  };
}

/** A list or watch of exactly one object by `metadata.name=x` is authorized as an access to that object (apiserver's RequestInfo does so). */
function nameInFieldSelector(query: URLSearchParams): string | undefined {
  return /^metadata\.name={1,2}([^,=]+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
}

const health = new Set(['/healthz', '/livez', '/readyz']);

async function routePath(context: ApiContext, exchange: Exchange): Promise<void> {
  const { pathname } = exchange.url;
  demand(context, exchange, { verb: exchange.method.toLowerCase(), path: pathname });
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodNotAllowed();
  if (health.has(pathname)) {
    const verbose = exchange.url.searchParams.has('verbose');
    sendText(exchange.response, 200, verbose ? `[+]ping ok\n[+]etcd ok\n${pathname.slice(1)} check passed\n` : 'ok');
    return;
  }
  if (await handleDiscovery(context, exchange)) return;
  throw unknownResource();
}

function demand(context: ApiContext, exchange: Exchange, access: Access): void {
  if (!context.authorize(exchange.user, access)) refuseAccess(exchange.user, access);
}
