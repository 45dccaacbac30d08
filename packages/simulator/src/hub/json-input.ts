import { isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import { HubError } from './hub-error.ts';

/** The body of a request as an object, or the hub's complaint about it. */
export function requireObject(value: unknown, what: string): TwinObject {
  if (isTwinObject(value)) return value;
  throw new HubError('ArgumentInvalid', `${what} must be a JSON object`);
}

/** A member that may be absent or null, otherwise an object. */
export function optionalObject(value: unknown, what: string): TwinObject | undefined {
  return value === undefined || value === null ? undefined : requireObject(value, what);
}

/** A member that may be absent or null, otherwise text. */
export function optionalText(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new HubError('ArgumentInvalid', `${what} must be a string`);
}

/** A member that may be absent or null, otherwise a whole number inside the bounds. */
export function optionalInteger(
  value: unknown,
  what: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new HubError('ArgumentInvalid', `${what} must be a whole number from ${min} to ${max}`);
}
