import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { documentV2 } from '../openapi/document-v2.ts';
import { documentV3 } from '../openapi/document-v3.ts';
import { encodeDocumentV2 } from '../openapi/encode-v2.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { ApiContext } from './api-context.ts';
import { sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { parseAccept } from './represent.ts';

interface Documents {
  readonly json: JsonObject;
  readonly etag: string;
  protobuf?: Uint8Array;
}

// Made once for each set of kinds: a document is a few hundred kilobytes.
const caches = new WeakMap<ApiContext, Map<string, { kinds: readonly ResourceKind[]; documents: Documents }>>();

/** Answers `/openapi/v2` and `/openapi/v3`. Returns false for other paths. */
export async function handleOpenApi(context: ApiContext, exchange: Exchange): Promise<boolean> {
  const { pathname } = exchange.url;
  if (pathname === '/openapi/v2') return sendV2(context, exchange);
  if (!context.environment.features.openApiV3) return false;
  if (pathname === '/openapi/v3' || pathname === '/openapi/v3/') return sendRootV3(context, exchange);
  return Promise.resolve(sendV3(context, exchange, pathname.slice('/openapi/v3/'.length)));
}

function documentOf(
  context: ApiContext,
  key: string,
  kinds: readonly ResourceKind[],
  make: () => JsonObject,
): Documents {
  const documents = caches.get(context) ?? new Map<string, { kinds: readonly ResourceKind[]; documents: Documents }>();
  caches.set(context, documents);
  const known = documents.get(key);
  if (known?.kinds.length === kinds.length && known.kinds.every((kind, index) => kind === kinds[index]))
    return known.documents;
  const json = make();
  const etag = `"${createHash('sha256').update(JSON.stringify(json)).digest('hex').toUpperCase()}"`;
  const made: Documents = { json, etag };
  documents.set(key, { kinds, documents: made });
  return made;
}

function optionsOf(context: ApiContext): { version: string; fieldValidation: boolean } {
  return { version: context.version, fieldValidation: context.environment.features.fieldValidation };
}

function sendV2(context: ApiContext, exchange: Exchange): boolean {
  const kinds = context.environment.registry.all();
  const found = documentOf(context, 'v2', kinds, () => documentV2(kinds, optionsOf(context)));
  const { response, request } = exchange;
  if (request.headers['if-none-match'] === found.etag) {
    response.writeHead(304, { ETag: found.etag }).end();
    return true;
  }
  const wanted = parseAccept(request.headers.accept).map(({ type }) => type);
  const binary = wanted.findIndex(
    (type) =>
      type.startsWith('application/com.github.proto-openapi.spec.v2@v1.0+protobuf') ||
      type.startsWith('application/com.github.proto-openapi.spec.v2.v1.0+protobuf'),
  );
  const json = wanted.findIndex((type) => type === 'application/json' || type === '*/*');
  if (binary < 0 || (json >= 0 && json < binary)) {
    sendJson(response, 200, found.json, { ETag: found.etag });
    return true;
  }
  found.protobuf ??= encodeDocumentV2(found.json);
  // The name under which clients ask for it is no valid media type, which Go clients would refuse to parse.
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', ETag: found.etag });
  response.end(found.protobuf);
  return true;
}

function groupVersions(context: ApiContext): Map<string, ResourceKind[]> {
  const groups = new Map<string, ResourceKind[]>();
  for (const kind of context.environment.registry.all()) {
    const path = kind.group === '' ? `api/${kind.version}` : `apis/${apiVersionOf(kind)}`;
    groups.set(path, [...(groups.get(path) ?? []), kind]);
  }
  return groups;
}

function documentV3Of(context: ApiContext, path: string, kinds: readonly ResourceKind[]): Documents {
  return documentOf(context, path, kinds, () => documentV3(kinds, optionsOf(context)));
}

function sendRootV3(context: ApiContext, exchange: Exchange): boolean {
  const paths = [...groupVersions(context)].map(([path, kinds]) => {
    const hash = documentV3Of(context, path, kinds).etag.slice(1, -1);
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  sendJson(exchange.response, 200, { paths: Object.fromEntries(paths) as JsonObject });
  return true;
}

function sendV3(context: ApiContext, exchange: Exchange, path: string): boolean {
  const kinds = groupVersions(context).get(path);
  if (kinds === undefined) return false;
  const { json, etag } = documentV3Of(context, path, kinds);
  sendJson(exchange.response, 200, json, { ETag: etag });
  return true;
}
