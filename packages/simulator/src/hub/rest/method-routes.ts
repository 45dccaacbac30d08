import { METHOD_STEP_BYTES } from '@iotedge-networking/contract';
import type { FastifyInstance } from 'fastify';
import { requireObject } from '../json-input.ts';
import { readMethodRequest } from '../method-calls.ts';
import { addressOf, type AddressParams, type RestContext } from './rest-context.ts';

const PATHS = ['/twins/:deviceId/methods', '/twins/:deviceId/modules/:moduleId/methods'];

/** `/twins/…/methods`: direct methods, also as edgeHub offers them to modules (header x-ms-edge-moduleId). What is asked is metered; answers are not. */
export function methodRoutes(server: FastifyInstance, { store, methods, throttle }: RestContext): void {
  for (const path of PATHS) {
    server.post<AddressParams>(
      path,
      { config: { right: 'ServiceConnect', modulesMayCall: true } },
      async ({ params, body, headers }) => {
        throttle('DirectMethods', Math.ceil(Math.max(1, Number(headers['content-length'] ?? 1)) / METHOD_STEP_BYTES));
        const address = addressOf(params);
        store.get(address);
        return methods.invoke(address, readMethodRequest(requireObject(body, 'the body')));
      },
    );
  }
}
