import type { TwinObject } from '@iotedge-networking/contract';
import type { PolicyName } from './access-policies.ts';
import type { Faults } from './faults.ts';
import type { HubEvents, HubMessage } from './hub-events.ts';
import type { Identity } from './identity.ts';
import type { LinkEnd } from './mqtt/end-link.ts';
import type { MethodHandler, MethodRequest, MethodResult } from './method-calls.ts';

/** What a new device may say about itself. */
export interface NewDevice {
  readonly deviceId: string;
  /** True for an IoT Edge device, which gets `$edgeAgent` and `$edgeHub` at once. */
  readonly iotEdge?: boolean;
  readonly tags?: TwinObject;
}

/** An IoT Edge device as a large fleet is set up with: nothing of it is checked, and equal objects may be shared between devices. */
export interface SeededDevice {
  readonly deviceId: string;
  readonly tags?: TwinObject;
  readonly modules: Readonly<Record<string, SeededModule>>;
}

/** A module of a {@link SeededDevice}. */
export interface SeededModule {
  readonly desired?: TwinObject;
  readonly reported?: TwinObject;
  readonly connected?: boolean;
}

/**
 * A running local hub. Devices and services reach it over TLS with the unmodified SDKs; the calls here are for programs that run it in their
 * own process: the simulated edge runtime, tests, the demo. A `moduleId` of undefined means the device itself. Calls throw a HubError where
 * the service would refuse.
 */
export interface Hub {
  readonly hostName: string;
  readonly restPort: number;
  readonly mqttPort: number;
  /** Switches for what goes wrong in the field; set them at any time. */
  readonly faults: Faults;

  /** For services: HostName, policy and key; `RestPort` is added unless it is 443, and unmodified SDKs ignore it. */
  connectionString(policy?: PolicyName): string;
  /** For a device or module: with `GatewayHostName=localhost:<mqttPort>` unless another gateway (or null for none) is given. */
  deviceConnectionString(deviceId: string, moduleId?: string, gatewayHostName?: string | null): string;

  /** Creates a device, or returns it unchanged when it exists. */
  ensureDevice(device: NewDevice): Identity;
  /** Creates thousands of devices at once, with twins as they are after a deployment: each section at `$version` 2. */
  seedDevices(devices: readonly SeededDevice[]): void;
  /** Creates a module, or returns it unchanged when it exists. */
  ensureModule(deviceId: string, moduleId: string, managedBy?: string): Identity;
  /** Deletes a module if it exists: what edgeAgent does to modules it made and that are not wanted any more. */
  removeModule(deviceId: string, moduleId: string): void;
  identity(deviceId: string, moduleId?: string): Identity | undefined;
  modules(deviceId: string): readonly Identity[];
  /** The key that signs for the identity; made now when it has none, as the identity service does for system modules. */
  primaryKey(deviceId: string, moduleId?: string): string;

  /** Desired properties with `$version`. */
  desired(deviceId: string, moduleId?: string): TwinObject;
  /** Reported properties with `$version`. */
  reported(deviceId: string, moduleId?: string): TwinObject;
  /** Merges reported properties as the device or module itself would; returns the new `$version`. */
  patchReported(deviceId: string, moduleId: string | undefined, patch: TwinObject): number;
  /** Merges desired properties from the service side. */
  patchDesired(deviceId: string, moduleId: string | undefined, patch: TwinObject): void;
  /** The same as POST /devices/{id}/applyConfigurationContent. */
  applyConfigurationContent(deviceId: string, content: unknown): void;
  /** Evaluates configurations now instead of in a moment. */
  evaluateConfigurations(): void;

  /** Counts an identity that lives in this process as connected and lets it answer direct methods; the result ends that. */
  attach(deviceId: string, moduleId: string | undefined, onMethod?: MethodHandler): () => void;
  /** Calls a direct method as a service would; time-outs have the service's defaults. */
  invokeMethod(
    deviceId: string,
    moduleId: string | undefined,
    request: Pick<MethodRequest, 'methodName'> & Partial<MethodRequest>,
  ): Promise<MethodResult>;
  /** Delivers a message to an input of a module; kept for an absent one whose session subscribed it. */
  sendToInput(deviceId: string, moduleId: string, message: InputMessage): void;
  /** Service requests that were let through so far, by method and route, such as `PATCH /twins/:deviceId`. */
  requests(): Readonly<Record<string, number>>;
  /** The newest device-to-cloud messages, oldest first. */
  events(): readonly HubMessage[];

  /** Tells `listener` of every occurrence; the result ends that. */
  on<Name extends keyof HubEvents>(event: Name, listener: (...occurrence: HubEvents[Name]) => void): () => void;
  /** Waits until the reported properties (without `$version`) satisfy `predicate`, and returns them. Rejects after `timeoutMs`. */
  awaitReported(
    address: AwaitAddress,
    predicate: (reported: TwinObject) => boolean,
    timeoutMs?: number,
  ): Promise<TwinObject>;
  /** Waits until the identity is connected (or is not). Rejects after `timeoutMs`. */
  awaitConnected(address: AwaitAddress, connected?: boolean, timeoutMs?: number): Promise<void>;
  /** Waits until the identity is connected and listens to twin answers, desired changes or method calls. Rejects after `timeoutMs`. */
  awaitSubscribed(
    address: AwaitAddress,
    subscription: 'twin' | 'desired' | 'methods',
    timeoutMs?: number,
  ): Promise<void>;
  /** Waits for a message that satisfies `predicate`, also among those that came before. Rejects after `timeoutMs`. */
  awaitMessage(predicate: (message: HubMessage) => boolean, timeoutMs?: number): Promise<HubMessage>;

  /** Ends the link of an identity; see {@link LinkEnd} for what the client makes of it. False when there is none. */
  dropLink(deviceId: string, moduleId?: string, end?: LinkEnd): boolean;
  /** Ends all links at once: a failover, after which every client reconnects together. */
  reconnectAll(): void;
  /** Lets all tokens in use expire: links end, and the same tokens are refused from now on. */
  expireTokens(): void;

  /** Ends all links, writes the state and frees the ports. */
  close(): Promise<void>;
}

/** A device, or a module on it, to wait for. */
export type AwaitAddress = readonly [deviceId: string, moduleId?: string];

/** A message for an input of a module. */
export interface InputMessage {
  readonly input: string;
  readonly body: Buffer | string;
  readonly properties?: Readonly<Record<string, string>>;
}
