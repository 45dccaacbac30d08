import type { FastifyInstance } from 'fastify';
import { twinDocument } from '../identity-documents.ts';
import { requireObject } from '../json-input.ts';
import { readIfMatch } from '../precondition.ts';
import { patchTwin, replaceTwin } from '../twins.ts';
import { addressOf, needs, type AddressParams, type RestContext } from './rest-context.ts';

const PATHS = ['/twins/:deviceId', '/twins/:deviceId/modules/:moduleId'];

/** `/twins`: reading and writing of device and module twins. Without If-Match a write always succeeds. */
export function twinRoutes(server: FastifyInstance, { store }: RestContext): void {
  for (const path of PATHS) {
    server.get<AddressParams>(path, needs('ServiceConnect', 'TwinReads'), ({ params }) =>
      twinDocument(store.get(addressOf(params))),
    );
    server.patch<AddressParams>(path, needs('ServiceConnect', 'TwinUpdates'), ({ params, body, headers }) => {
      const ifMatch = readIfMatch(headers['if-match']) ?? '*';
      return twinDocument(patchTwin(store, addressOf(params), { body: requireObject(body, 'the body'), ifMatch }));
    });
    server.put<AddressParams>(path, needs('ServiceConnect', 'TwinUpdates'), ({ params, body, headers }) => {
      const ifMatch = readIfMatch(headers['if-match']) ?? '*';
      return twinDocument(replaceTwin(store, addressOf(params), { body: requireObject(body, 'the body'), ifMatch }));
    });
  }
}
