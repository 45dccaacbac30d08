import type { FastifyInstance } from 'fastify';
import { configurationDocument } from '../configuration-metrics.ts';
import type { Configuration } from '../configuration.ts';
import {
  configurationEtag,
  createConfiguration,
  deleteConfiguration,
  getConfiguration,
  testQueries,
  updateConfiguration,
} from '../configurations.ts';
import { requireObject } from '../json-input.ts';
import { readIfMatch } from '../precondition.ts';
import { needs, type RestContext } from './rest-context.ts';

interface IdParams {
  readonly Params: { readonly id: string };
}

/** `/configurations`: automatic deployments and device configurations. */
export function configurationRoutes(server: FastifyInstance, { store }: RestContext): void {
  const read = needs('RegistryRead', 'Configurations');
  const write = needs('RegistryWrite', 'Configurations');
  const document = (configuration: Configuration): unknown => configurationDocument(store, configuration);

  server.get('/configurations', read, () =>
    [...store.configurations.values()].toSorted((a, b) => b.priority - a.priority).map(document),
  );

  server.post('/configurations/testQueries', read, ({ body }) => testQueries(requireObject(body, 'the body')));

  server.get<IdParams>('/configurations/:id', read, async ({ params: { id } }, reply) => {
    const configuration = getConfiguration(store, id);
    return reply.header('etag', `"${configurationEtag(configuration)}"`).send(document(configuration));
  });

  server.put<IdParams>('/configurations/:id', write, async ({ params: { id }, body, headers }, reply) => {
    const ifMatch = readIfMatch(headers['if-match']);
    const given = requireObject(body, 'the body');
    const configuration =
      ifMatch === undefined
        ? createConfiguration(store, id, given)
        : updateConfiguration(store, id, { body: given, ifMatch });
    return reply.header('etag', `"${configurationEtag(configuration)}"`).send(document(configuration));
  });

  server.delete<IdParams>('/configurations/:id', write, async ({ params: { id }, headers }, reply) => {
    deleteConfiguration(store, id, readIfMatch(headers['if-match']));
    return reply.code(204).send();
  });
}
