import { HubError } from './hub-error.ts';
import type { Authentication, AuthenticationType } from './identity.ts';
import { optionalObject, optionalText } from './json-input.ts';

const ID = /^[A-Za-z0-9\-:.+%_#*?!(),=@;$']{1,128}$/;
const TYPES: readonly string[] = ['sas', 'selfSigned', 'certificateAuthority', 'none'];

/** Refuses ids the registry refuses. Source: IoT Hub, "Device identity properties". */
export function checkDeviceId(deviceId: string): void {
  if (!ID.test(deviceId)) throw new HubError('ArgumentInvalid', `device id '${deviceId}' is not a valid id`);
}

/**
 * Refuses module ids that name nothing a client may create. Spaces are let through although the registry's documents leave them out: the
 * device SDK and edgeHub carry them, and the tests of escaping need them.
 */
export function checkModuleId(moduleId: string): void {
  if (moduleId.startsWith('$'))
    throw new HubError('ArgumentInvalid', `module id '${moduleId}': ids that start with $ belong to the system`);
  if (!ID.test(moduleId.replaceAll(' ', '_')))
    throw new HubError('ArgumentInvalid', `module id '${moduleId}' is not a valid id`);
}

/** Credentials of nobody: system modules of an edge device until its runtime asks for keys. */
export const NO_AUTHENTICATION: Authentication = {
  type: 'none',
  symmetricKey: { primaryKey: null, secondaryKey: null },
  x509Thumbprint: { primaryThumbprint: null, secondaryThumbprint: null },
};

/** A pair of fresh keys. */
export function newAuthentication(newKey: () => string): Authentication {
  return { ...NO_AUTHENTICATION, type: 'sas', symmetricKey: { primaryKey: newKey(), secondaryKey: newKey() } };
}

/** Reads `authentication` of a request; absent or with empty keys means that the hub makes the keys. */
export function readAuthentication(input: unknown, newKey: () => string): Authentication {
  const given = optionalObject(input, 'authentication');
  if (given === undefined) return newAuthentication(newKey);
  const type = readType(optionalText(given['type'], 'authentication.type') ?? 'sas');
  const thumbprint = optionalObject(given['x509Thumbprint'], 'authentication.x509Thumbprint') ?? {};
  const x509Thumbprint = {
    primaryThumbprint: optionalText(thumbprint['primaryThumbprint'], 'primaryThumbprint') ?? null,
    secondaryThumbprint: optionalText(thumbprint['secondaryThumbprint'], 'secondaryThumbprint') ?? null,
  };
  if (type !== 'sas') return { ...NO_AUTHENTICATION, type, x509Thumbprint };
  return { type, x509Thumbprint, symmetricKey: readKeys(given['symmetricKey'], newKey) };
}

function readType(type: string): AuthenticationType {
  if (isType(type)) return type;
  throw new HubError('ArgumentInvalid', `authentication.type '${type}' is not one of ${TYPES.join(', ')}`);
}

function isType(type: string): type is AuthenticationType {
  return TYPES.includes(type);
}

function readKeys(input: unknown, newKey: () => string): Authentication['symmetricKey'] {
  const given = optionalObject(input, 'authentication.symmetricKey') ?? {};
  const primaryKey = optionalText(given['primaryKey'], 'primaryKey') ?? '';
  const secondaryKey = optionalText(given['secondaryKey'], 'secondaryKey') ?? '';
  if ((primaryKey === '') !== (secondaryKey === ''))
    throw new HubError('ArgumentInvalid', 'Either no keys or both keys can be set');
  if (primaryKey === '') return newAuthentication(newKey).symmetricKey;
  for (const key of [primaryKey, secondaryKey]) checkKey(key);
  return { primaryKey, secondaryKey };
}

function checkKey(key: string): void {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.toString('base64') !== key || bytes.length < 16 || bytes.length > 64)
    throw new HubError('ArgumentInvalid', 'Invalid device key length: a key is the base64 text of 16 to 64 bytes');
}
