import type { HubError } from '../hub-error.ts';

/**
 * The body of a refusal: `Message` is "ErrorCode:<Name>;<text>", from which the SDK takes name and text. A module that is not online is told
 * of in another form, as JSON inside `Message`, which is how the service was seen to do it.
 */
export function errorBody(error: HubError, now: Date): { readonly Message: string; readonly ExceptionMessage: string } {
  const trackingId = `${error.code}-${now.getTime()}`;
  const timestampUtc = now.toISOString();
  const nested = { errorCode: error.code, trackingId, message: error.message, timestampUtc };
  return {
    Message: error.name === 'DeviceNotOnline' ? JSON.stringify(nested) : `ErrorCode:${error.name};${error.message}`,
    ExceptionMessage: `Tracking ID:${trackingId}-TimeStamp:${timestampUtc}`,
  };
}
