import { HubError } from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';

/** What azure-iothub hangs onto the errors it makes of answers. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, unknown>> };
  readonly responseBody?: string;
}

/** What the body of an error answer says, in any of the hub's dialects. */
interface ErrorBody {
  readonly code?: string;
  readonly text?: string;
}

/**
 * Turns any error of azure-iothub into a {@link HubError} that people can act on. The classes of the SDK mislead (every 403 is a
 * TooManyDevicesError, every 409 a DeviceAlreadyExistsError), so status and body are read instead.
 */
export function toHubError(error: unknown, hostName: string): HubError {
  if (error instanceof HubError) return error;
  const sdk: SdkError = typeof error === 'object' && error !== null ? error : {};
  const status = sdk.response?.statusCode;
  if (status === undefined) return connectionError(sdk, error, hostName);
  const { code, text } = readBody(sdk.responseBody ?? '');
  const said = text ?? `HTTP status ${status}`;
  return new HubError([withCode(said, code), adviceFor(status, hostName)].filter((part) => part !== '').join(' '), {
    status,
    code,
    retryAfter: readRetryAfter(sdk.response?.headers),
    transient: status === 429 || status === 503 || code === '409402',
    cause: error,
  });
}

/** Names of the errors that @azure/identity throws when it has no token. */
const SIGN_IN_ERRORS = [
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
];

function signInError({ message = '' }: SdkError, cause: unknown, hostName: string): HubError {
  const [said = ''] = message.split('\n');
  const fix =
    'Run az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and what proves the identity; on Azure, give the machine a managed identity.';
  return new HubError(`Nobody is signed in to Microsoft Entra ID for ${hostName}: ${said} ${fix}`, {
    transient: false,
    cause,
  });
}

function withCode(said: string, code: string | undefined): string {
  const sentence = /[.!?]$/.test(said) ? said.slice(0, -1) : said;
  return code === undefined || said.includes(code) ? `${sentence}.` : `${sentence} (${code}).`;
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check the connection string, that its policy allows this, and the clock of this machine; with Entra ID, the role IoT Hub Data Contributor.',
  429: 'The hub is throttling; try again with fewer devices at a time, or a larger hub.',
  503: 'The hub is busy; try again in a minute.',
};

function adviceFor(status: number, hostName: string): string {
  if (status === 401) return `${hostName} refused the credentials. ${ADVICE[401] ?? ''}`;
  return ADVICE[status] ?? '';
}

function readBody(body: string): ErrorBody {
  const parsed = parseJson(body);
  if (!isJsonObject(parsed)) return body.trim() === '' ? {} : { text: body.trim().slice(0, 300) };
  const message = messageIn(parsed);
  const nested = message === undefined ? undefined : parseJson(message);
  // Some answers hold the whole error document once more, as text, in their message.
  if (isJsonObject(nested) && messageIn(nested) !== undefined) return readBody(JSON.stringify(nested));
  const named = /^ErrorCode:\s*([^;]+);\s*(.*)$/s.exec(message ?? '');
  return { code: codeIn(parsed) ?? named?.[1]?.trim(), text: named?.[2] ?? message };
}

function messageIn(body: JsonObject): string | undefined {
  return textOf(body.message) ?? textOf(body.Message);
}

function codeIn(body: JsonObject): string | undefined {
  return typeof body.errorCode === 'number' ? String(body.errorCode) : textOf(body.errorCode);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readRetryAfter(headers: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const seconds = Number(headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

const UNTRUSTED = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

function connectionError(sdk: SdkError, cause: unknown, hostName: string): HubError {
  if (SIGN_IN_ERRORS.includes(sdk.name ?? '')) return signInError(sdk, cause, hostName);
  const code = sdk.code;
  if (code === undefined) return new HubError(sdk.message ?? String(cause), { transient: false, cause });
  if (UNTRUSTED.includes(code))
    return new HubError(
      `The certificate of ${hostName} is not trusted (${code}). For the local simulator set NODE_EXTRA_CA_CERTS to its CA file.`,
      { code, transient: false, cause },
    );
  if (code === 'ENOTFOUND')
    return new HubError(`There is no host ${hostName}. Check HostName in the connection string.`, {
      code,
      transient: false,
      cause,
    });
  const transient = ['ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'EPIPE'].includes(code);
  return new HubError(`${hostName} cannot be reached: ${textOf(sdk.message) ?? code}.`, { code, transient, cause });
}
