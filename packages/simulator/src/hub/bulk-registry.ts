import type { TwinObject } from '@iotedge-networking/contract';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import { createDevice, deleteIdentity, updateDevice } from './identities.ts';
import { optionalText, requireObject } from './json-input.ts';

const MAX_ITEMS = 100;

/** Answer to a bulk registry request: what failed, item by item. */
export interface BulkResult {
  readonly isSuccessful: boolean;
  readonly errors: readonly { readonly deviceId: string; readonly errorCode: number; readonly errorStatus: string }[];
  readonly warnings: readonly never[];
}

/** Runs 1 to 100 registry operations; one item's failure does not stop the others. Source: POST /devices. */
export function runBulkRegistry(store: HubStore, items: unknown): BulkResult {
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_ITEMS)
    throw new HubError('ArgumentInvalid', `the body must be an array of 1 to ${MAX_ITEMS} devices`);
  const errors = items.flatMap((item) => {
    const body = requireObject(item, 'a device');
    const deviceId = optionalText(body['id'], 'id') ?? '';
    try {
      runItem(store, deviceId, body);
      return [];
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return [{ deviceId, errorCode: error.code, errorStatus: error.message }];
    }
  });
  return { isSuccessful: errors.length === 0, errors, warnings: [] };
}

function runItem(store: HubStore, deviceId: string, body: TwinObject): void {
  const mode = (optionalText(body['importMode'], 'importMode') ?? 'create').toLowerCase();
  const etag = (optionalText(body['eTag'], 'eTag') ?? optionalText(body['etag'], 'etag') ?? '').replace(
    /^"(.*)"$/,
    '$1',
  );
  if (mode === 'create') createDevice(store, deviceId, body);
  else if (mode === 'update') updateDevice(store, deviceId, { body, ifMatch: '*' });
  else if (mode === 'updateifmatchetag') updateDevice(store, deviceId, { body, ifMatch: etag });
  else if (mode === 'delete') deleteIdentity(store, { deviceId }, '*');
  else if (mode === 'deleteifmatchetag') deleteIdentity(store, { deviceId }, etag);
  else throw new HubError('ArgumentInvalid', `importMode '${mode}' is not modelled`);
}
