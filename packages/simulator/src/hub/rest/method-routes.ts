import type { FastifyInstance } from 'fastify';
import { requireObject } from '../json-input.ts';
import { readMethodRequest } from '../method-calls.ts';
import { addressOf, type AddressParams, type RestContext } from './rest-context.ts';

const PATHS = ['/twins/:deviceId/methods', '/twins/:deviceId/modules/:moduleId/methods'];

/** `/twins/…/methods`: direct methods, also as edgeHub offers them to modules (header x-ms-edge-moduleId). */
export function methodRoutes(server: FastifyInstance, { store, methods }: RestContext): void {
  for (const path of PATHS) {
    server.post<AddressParams>(
      path,
      { config: { right: 'ServiceConnect', modulesMayCall: true } },
      async ({ params, body }) => {
        const address = addressOf(params);
        store.get(address);
        return methods.invoke(address, readMethodRequest(requireObject(body, 'the body')));
      },
    );
  }
}
