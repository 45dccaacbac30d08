import type { FastifyInstance } from 'fastify';
import { createModule, deleteIdentity, updateModule } from '../identities.ts';
import { identityDocument } from '../identity-documents.ts';
import { requireObject } from '../json-input.ts';
import { readIfMatch } from '../precondition.ts';
import { needs, type AddressParams, type RestContext } from './rest-context.ts';

interface ModuleParams {
  readonly Params: { readonly deviceId: string; readonly moduleId: string };
}

/** `/devices/{id}/modules`: identities of modules. */
export function moduleRoutes(server: FastifyInstance, { store }: RestContext): void {
  const read = needs('RegistryRead', 'IdentityRegistry');
  const write = needs('RegistryWrite', 'IdentityRegistry');

  server.get<AddressParams>('/devices/:deviceId/modules', read, ({ params: { deviceId } }) => {
    store.get({ deviceId });
    return store.modules(deviceId).map(identityDocument);
  });

  server.get<ModuleParams>('/devices/:deviceId/modules/:moduleId', read, ({ params }) =>
    identityDocument(store.get(params)),
  );

  server.put<ModuleParams>('/devices/:deviceId/modules/:moduleId', write, ({ params, body, headers }) => {
    const ifMatch = readIfMatch(headers['if-match']);
    const { deviceId, moduleId } = params;
    const module = requireObject(body, 'the body');
    return identityDocument(
      ifMatch === undefined
        ? createModule(store, { deviceId, moduleId }, module)
        : updateModule(store, { deviceId, moduleId }, { body: module, ifMatch }),
    );
  });

  server.delete<ModuleParams>('/devices/:deviceId/modules/:moduleId', write, async ({ params, headers }, reply) => {
    const { deviceId, moduleId } = params;
    deleteIdentity(store, { deviceId, moduleId }, readIfMatch(headers['if-match']));
    return reply.code(204).send();
  });
}
