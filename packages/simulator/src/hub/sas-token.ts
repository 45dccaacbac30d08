import { createHmac, timingSafeEqual } from 'node:crypto';

/** A shared access signature taken apart; nothing in it has been checked yet. */
export interface SasToken {
  /** `sr` exactly as sent, still URL-encoded: this text is what was signed. */
  readonly rawResource: string;
  /** `sr` decoded, for example `localhost/devices/d1/modules/m1`. */
  readonly resource: string;
  /** `sig` decoded: base64 of the HMAC. */
  readonly signature: string;
  /** `se`: seconds since the epoch after which the token is void. */
  readonly expiry: number;
  /** `skn`: name of the shared access policy; absent when a device or module key signed. */
  readonly policy: string | undefined;
}

const PREFIX = 'SharedAccessSignature ';

/** Takes a token apart whatever the order of its fields; undefined when it is not one. */
export function parseSasToken(text: string): SasToken | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const fields = new Map(
    text
      .slice(PREFIX.length)
      .split('&')
      .map((field): [string, string] => {
        const at = field.indexOf('=');
        return [field.slice(0, at), field.slice(at + 1)];
      }),
  );
  const rawResource = fields.get('sr');
  const resource = decode(rawResource);
  const signature = decode(fields.get('sig'));
  const expiry = Number(fields.get('se'));
  if (rawResource === undefined || resource === undefined || signature === undefined) return undefined;
  if (!Number.isSafeInteger(expiry) || expiry <= 0) return undefined;
  return { rawResource, resource, signature, expiry, policy: decode(fields.get('skn')) };
}

function decode(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** HMAC-SHA256 over `rawResource`, a line feed and `expiry`, keyed with the decoded base64 `key`; base64. */
export function sasSignature(rawResource: string, expiry: number, key: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(`${rawResource}\n${expiry}`).digest('base64');
}

/** Writes a token for `resource` (not encoded), the way the SDKs do. */
export function createSasToken(resource: string, expiry: number, key: string, policy?: string): string {
  const rawResource = strictEncode(resource);
  const signature = strictEncode(sasSignature(rawResource, expiry, key));
  const name = policy === undefined ? '' : `&skn=${strictEncode(policy)}`;
  return `${PREFIX}sr=${rawResource}&sig=${signature}${name}&se=${expiry}`;
}

function strictEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** True when one of `keys` made the signature: the primary key is tried before the secondary. */
export function isSignedBy(token: SasToken, keys: readonly string[]): boolean {
  const given = Buffer.from(token.signature);
  return keys.some((key) => {
    const expected = Buffer.from(sasSignature(token.rawResource, token.expiry, key));
    return key !== '' && expected.length === given.length && timingSafeEqual(expected, given);
  });
}

/**
 * True when the token's audience reaches `path` (for example `devices/d1/modules/m1`, or empty for the service itself): its host is one of
 * `hosts`, with or without a port, and its path is a prefix of `path` by whole segments. Ids compare case-insensitively as edgeHub does.
 */
export function coversResource(token: SasToken, hosts: readonly string[], path: string): boolean {
  const [host = '', ...segments] = token.resource.toLowerCase().split('/');
  const accepted = hosts.map((name) => name.toLowerCase());
  if (!accepted.includes(host) && !accepted.includes(host.replace(/:\d+$/, ''))) return false;
  const wanted = path.toLowerCase().split('/');
  return segments.every((segment, index) => segment === wanted[index]);
}
