import { serverFeatures } from '../server-version.ts';
import type { ApiContext } from './api-context.ts';
import { aggregatedDiscovery, coreVersions, groupDocument, groupList, resourceList } from './discovery.ts';
import { sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { handleOpenApi } from './handle-open-api.ts';
import { parseAccept } from './represent.ts';

/** Answers what the server says about itself. Returns false for a path that is not one of these. */
export async function handleDiscovery(context: ApiContext, exchange: Exchange): Promise<boolean> {
  const { response, url } = exchange;
  const kinds = context.environment.registry.all();
  const [root, group, version, ...rest] = url.pathname.split('/').filter((part) => part !== '');
  if (rest.length > 0 && root !== 'openapi') return false;
  switch (root) {
    case 'version':
      return send(exchange, versionInfo(context.version));
    case 'api':
      if (group === undefined) return sendRoot(context, exchange, true);
      return version === undefined && send(exchange, resourceList(kinds, '', group));
    case 'apis':
      if (group === undefined) return sendRoot(context, exchange, false);
      return send(exchange, version === undefined ? groupDocument(kinds, group) : resourceList(kinds, group, version));
    case 'openapi':
      return handleOpenApi(context, exchange);
    case undefined:
      sendJson(response, 200, {
        paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/readyz', '/version'],
      });
      return true;
    default:
      return false;
  }
}

function send(exchange: Exchange, body: unknown): boolean {
  if (body === undefined) return false;
  sendJson(exchange.response, 200, body);
  return true;
}

function sendRoot(context: ApiContext, exchange: Exchange, core: boolean): boolean {
  const kinds = context.environment.registry.all();
  const version = aggregatedVersion(context, exchange.request.headers.accept);
  if (version === undefined) return send(exchange, core ? coreVersions() : groupList(kinds));
  sendJson(exchange.response, 200, aggregatedDiscovery(kinds, core, `apidiscovery.k8s.io/${version}`), {
    'Content-Type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    Vary: 'Accept',
  });
  return true;
}

/** The form of aggregated discovery that the client prefers and this version has; undefined for the plain one. */
function aggregatedVersion(context: ApiContext, accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  const { features } = context.environment;
  if (!features.aggregatedDiscovery) return undefined;
  for (const { parameters } of parseAccept(accept)) {
    if (parameters.get('g') !== 'apidiscovery.k8s.io') continue;
    const version = parameters.get('v');
    if (version === 'v2beta1' && features.minor < 35) return version;
    if (version === 'v2' && features.minor >= 30) return version;
  }
  return undefined;
}

function versionInfo(version: string): unknown {
  const { minor } = serverFeatures(version);
  return {
    major: '1',
    minor: String(minor),
    gitVersion: `v${version}`,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'none',
    compiler: 'none',
    platform: 'linux/amd64',
  };
}
