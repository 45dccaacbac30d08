/**
 * The service codes the local hub answers with: HTTP status and numeric code by name.
 * Source: "Understand and resolve Azure IoT Hub errors" (Microsoft Learn) and the SDK's own table.
 */
const CODES = {
  ArgumentInvalid: [400, 400004],
  InvalidProtocolVersion: [400, 400001],
  InvalidConfigurationTargetCondition: [400, 400401],
  InvalidConfigurationContent: [400, 400402],
  CannotModifyImmutableConfigurationContent: [400, 400403],
  InvalidConfigurationCustomMetricsQuery: [400, 400404],
  IotHubUnauthorizedAccess: [401, 401002],
  IotHubUnauthorized: [401, 401003],
  TwinSectionTooLarge: [403, 403100],
  DeviceNotFound: [404, 404001],
  JobNotFound: [404, 404002],
  ModuleNotFound: [404, 404010],
  FeatureNotSupported: [404, 404013],
  DeviceNotOnline: [404, 404103],
  ConfigurationNotFound: [404, 404301],
  DeviceAlreadyExists: [409, 409001],
  JobAlreadyExists: [409, 409104],
  ModuleAlreadyExistsOnDevice: [409, 409301],
  ConfigurationAlreadyExists: [409, 409401],
  ApplyConfigurationAlreadyInProgressOnDevice: [409, 409402],
  PreconditionFailed: [412, 412001],
  MessageTooLarge: [413, 413001],
  TooManyModulesOnDevice: [413, 413003],
  ConfigurationCountLimitExceeded: [413, 413101],
  ThrottlingBacklogTimeout: [429, 429003],
  ServerError: [500, 500001],
  InvalidResponseFromDevice: [502, 502002],
  ServiceUnavailable: [503, 503001],
  GatewayTimeout: [504, 504101],
} as const satisfies Readonly<Record<string, readonly [status: number, code: number]>>;

/** Name of a service error, as it stands in the body and in the header `iothub-errorcode`. */
export type HubErrorName = keyof typeof CODES;

/** An answer of the hub that is not a success: what REST, MQTT and in-process callers see is made from the same object. */
export class HubError extends Error {
  override readonly name: HubErrorName;
  /** HTTP status, also used as the status of a twin answer over MQTT. */
  readonly status: number;
  /** Numeric service code, for example 404103. */
  readonly code: number;
  /** Seconds for a Retry-After header, when there is one. */
  readonly retryAfterSeconds: number | undefined;

  constructor(name: HubErrorName, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = name;
    [this.status, this.code] = CODES[name];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
