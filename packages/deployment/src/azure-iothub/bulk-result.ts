import type { DeviceFailure } from '../commands/hub-gateway.ts';
import { isJsonObject } from '../generate/sorted-json.ts';

/**
 * The devices that a bulk request did not take. The hub answers 400 when any item failed, and azure-iothub makes an error of it that holds the
 * answer as text; anything else is undefined and no answer to a bulk request.
 */
export function bulkFailuresIn(error: unknown): readonly DeviceFailure[] | undefined {
  const { responseBody } = typeof error === 'object' && error !== null ? (error as { responseBody?: unknown }) : {};
  if (typeof responseBody !== 'string') return undefined;
  try {
    const failures = bulkFailures(JSON.parse(responseBody));
    return failures.length === 0 ? undefined : failures;
  } catch {
    return undefined;
  }
}

/** The devices that an answer to a bulk request lists as failed. */
export function bulkFailures(answer: unknown): readonly DeviceFailure[] {
  const errors: unknown = isJsonObject(answer) ? answer.errors : undefined;
  return (Array.isArray(errors) ? errors : []).filter(isJsonObject).map(({ deviceId, errorCode, errorStatus }) => ({
    id: String(deviceId),
    message: typeof errorStatus === 'string' && errorStatus !== '' ? errorStatus : `error ${String(errorCode)}`,
    reason: reasonOf(`${String(errorCode)} ${String(errorStatus)}`),
  }));
}

/** The numeric code, or its name in other versions of the API. */
function reasonOf(text: string): DeviceFailure['reason'] {
  if (/409001|AlreadyExists/i.test(text)) return 'exists';
  return /404001|NotFound/i.test(text) ? 'missing' : 'other';
}
