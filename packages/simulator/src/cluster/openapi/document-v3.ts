import type { JsonObject } from '../json.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import { definitionName, definitionsOf } from './definitions.ts';
import { kindExtension, pathsOf } from './paths.ts';

/** The OpenAPI version 3 document of one group version. */
export function documentV3(
  kinds: readonly ResourceKind[],
  options: { readonly version: string; readonly fieldValidation: boolean },
): JsonObject {
  const paths = pathsOf(kinds, options.fieldValidation).map(({ path, methods }) => {
    const operations = Object.entries(methods).map(([method, { action, kind, parameters }]) => [
      method,
      {
        operationId: `${action}${kind.version}${kind.kind}`,
        parameters: parameters.map((name) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })),
        responses: {
          200: {
            description: 'OK',
            content: { 'application/json': { schema: { $ref: `#/components/schemas/${definitionName(kind)}` } } },
          },
        },
        'x-kubernetes-action': action,
        'x-kubernetes-group-version-kind': kindExtension(kind),
      },
    ]);
    return [path, Object.fromEntries(operations) as JsonObject];
  });
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: `v${options.version}` },
    paths: Object.fromEntries(paths) as JsonObject,
    components: { schemas: definitionsOf(kinds, '#/components/schemas/') },
  };
}
