import type { FastifyInstance } from 'fastify';
import { applyConfigurationContent } from '../apply-content.ts';
import { runBulkRegistry } from '../bulk-registry.ts';
import { createDevice, deleteIdentity, updateDevice } from '../identities.ts';
import { identityDocument } from '../identity-documents.ts';
import { requireObject } from '../json-input.ts';
import { readIfMatch } from '../precondition.ts';
import { needs, type AddressParams, type RestContext } from './rest-context.ts';

const LISTED = 1000;

/** `/devices`: identities of devices, one by one and in bulk, and the hand-made deployment. */
export function deviceRoutes(server: FastifyInstance, { store }: RestContext): void {
  const read = needs('RegistryRead', 'IdentityRegistry');
  const write = needs('RegistryWrite', 'IdentityRegistry');

  server.get('/devices', read, () => store.devices().slice(0, LISTED).map(identityDocument));

  server.post('/devices', write, async (request, reply) => {
    const result = runBulkRegistry(store, request.body);
    return reply.code(result.isSuccessful ? 200 : 400).send(result);
  });

  server.get<AddressParams>('/devices/:deviceId', read, ({ params }) => identityDocument(store.get(params)));

  server.put<AddressParams>('/devices/:deviceId', write, ({ params, body, headers }) => {
    const ifMatch = readIfMatch(headers['if-match']);
    const device = requireObject(body, 'the body');
    return identityDocument(
      ifMatch === undefined
        ? createDevice(store, params.deviceId, device)
        : updateDevice(store, params.deviceId, { body: device, ifMatch }),
    );
  });

  server.delete<AddressParams>('/devices/:deviceId', write, async ({ params, headers }, reply) => {
    deleteIdentity(store, { deviceId: params.deviceId }, readIfMatch(headers['if-match']));
    return reply.code(204).send();
  });

  server.post<AddressParams>(
    '/devices/:deviceId/applyConfigurationContent',
    needs('RegistryWrite', 'Configurations'),
    async ({ params, body }, reply) => {
      applyConfigurationContent(store, params.deviceId, body);
      return reply.code(204).send();
    },
  );
}
