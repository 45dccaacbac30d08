import { isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import { strikes, type Faults } from '../faults.ts';
import { HubError } from '../hub-error.ts';
import type { HubStore } from '../hub-store.ts';
import { deviceTwinDocument } from '../identity-documents.ts';
import { throttled, type Throttle } from '../throttles.ts';
import type { TwinAddress } from '../twin-address.ts';
import { patchReported } from '../twins.ts';

/** An answer to a twin request: status, `$version` after a patch, body. */
export interface TwinAnswer {
  readonly status: number;
  readonly version?: number;
  readonly body: string;
}

/** What twin requests need of the hub. */
export interface TwinRequestContext {
  readonly store: HubStore;
  readonly faults: Faults;
  readonly throttle: Throttle;
}

/** Answers `$iothub/twin/GET` (no payload) or a reported patch (payload). Never throws for what a client can do. */
export function answerTwinRequest(context: TwinRequestContext, address: TwinAddress, payload?: Buffer): TwinAnswer {
  const { store, faults, throttle } = context;
  try {
    if (strikes(faults, 'throttleTwinRequests')) throw throttled(payload === undefined ? 'TwinReads' : 'TwinUpdates');
    throttle(payload === undefined ? 'TwinReads' : 'TwinUpdates');
    if (payload === undefined) return { status: 200, body: JSON.stringify(deviceTwinDocument(store.get(address))) };
    return { status: 204, version: patchReported(store, address, readPatch(payload)), body: '' };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return faults.errorProfile === 'edgeHub' ? edgeHubError(error) : hubErrorAnswer(error, store.now());
  }
}

function readPatch(payload: Buffer): TwinObject {
  try {
    const patch: unknown = JSON.parse(payload.toString());
    if (isTwinObject(patch)) return patch;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new HubError('ArgumentInvalid', 'the patch must be a JSON object');
}

// edgeHub says 400 for what the caller did wrong and 500 for the rest, and never why.
function edgeHubError({ status }: HubError): TwinAnswer {
  return { status: status < 500 && status !== 429 ? 400 : 500, body: '' };
}

function hubErrorAnswer(error: HubError, now: Date): TwinAnswer {
  const timestampUtc = now.toISOString();
  const trackingId = `${error.code}-${now.getTime()}`;
  return {
    status: error.status,
    body: JSON.stringify({ errorCode: error.code, trackingId, message: error.message, timestampUtc }),
  };
}
