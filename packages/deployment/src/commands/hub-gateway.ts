import type { JsonObject } from '../generate/sorted-json.ts';

/** A device identity. */
export interface HubDevice {
  readonly id: string;
  readonly iotEdge: boolean;
  readonly tags: JsonObject;
  /** The registry's remark on the device; those that this program creates say so there from their first moment on. */
  readonly remark?: string;
  /** Etag of the device twin: a write that names it fails when somebody else wrote first. */
  readonly etag?: string;
}

/** A module twin as the hub keeps it; `$version` and `$metadata` are taken out of the sections. */
export interface HubModuleTwin {
  readonly deviceId: string;
  readonly moduleId: string;
  readonly connectionState?: string;
  readonly desired: JsonObject;
  readonly desiredVersion?: number;
  readonly reported: JsonObject;
  /** Tags of the module twin, which are not those of the device. */
  readonly tags?: JsonObject;
  readonly etag?: string;
  /** When the module was last heard of, ISO 8601; absent when never. */
  readonly lastSeen?: string;
}

/** One page of a query; `continuation` asks for the next one and is absent on the last. */
export interface HubPage<Row> {
  readonly rows: readonly Row[];
  readonly continuation?: string;
}

/** Which module twins to read, and which part of them. */
export interface ModuleSelection {
  readonly moduleIds: readonly string[];
  /** Desired properties: all when absent, none but their version, or those of these names. */
  readonly desired?: boolean | readonly string[];
  /** Reported properties: all, none, or those of these names. A section as a whole comes with the time of every value, which doubles it. */
  readonly reported: boolean | readonly string[];
}

/** What to merge into a module twin. */
export interface ModuleWrite {
  readonly patch: JsonObject;
  readonly tags?: JsonObject;
  readonly etag?: string;
}

/** One device of several that a bulk request did not take. */
export interface DeviceFailure {
  readonly id: string;
  readonly message: string;
  /** The device is there already, or is not there. */
  readonly reason: 'exists' | 'missing' | 'other';
}

/** An automatic deployment or module configuration, as it is written. */
export interface ConfigurationInput {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly content: JsonObject;
  readonly targetCondition: string;
  readonly priority: number;
  /** Custom metric queries by name. */
  readonly metrics: Readonly<Record<string, string>>;
}

/** An automatic deployment or module configuration, as the hub holds it. */
export interface HubConfiguration extends ConfigurationInput {
  readonly etag?: string;
  /** ISO 8601 in UTC. */
  readonly createdAt?: string;
  /** System metrics by name, such as targetedCount and appliedCount. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A direct method call. */
export interface MethodCall {
  readonly name: string;
  readonly payload: JsonObject;
}

/** What a module answered; the status is the module's own. */
export interface MethodAnswer {
  readonly status: number;
  readonly payload: unknown;
}

/**
 * What the commands need of an IoT Hub. Every call is one request and rejects with a {@link HubError}; what does not exist is undefined. Writes that
 * take an etag reject with status 412 when somebody else wrote in between.
 */
export interface HubGateway {
  /** The name of the hub, for messages. */
  readonly hostName: string;
  getDevice(id: string): Promise<HubDevice | undefined>;
  /** One page of the devices of the hub; `where` is a condition of its query language. */
  queryDevices(where: string | undefined, continuation?: string): Promise<HubPage<HubDevice>>;
  /** Creates up to 100 IoT Edge devices whose keys the hub makes; tells which it did not take. */
  createDevices(ids: readonly string[], remark: string): Promise<readonly DeviceFailure[]>;
  /** Deletes up to 100 devices with their modules; tells which it did not take. */
  deleteDevices(ids: readonly string[]): Promise<readonly DeviceFailure[]>;
  /** Merges tags into those of the device; null removes. */
  mergeTags(id: string, tags: JsonObject, etag?: string): Promise<void>;
  getModuleTwin(deviceId: string, moduleId: string): Promise<HubModuleTwin | undefined>;
  /** One page of the twins of these modules, of all devices. */
  queryModules(selection: ModuleSelection, continuation?: string): Promise<HubPage<HubModuleTwin>>;
  /** Merges desired properties, and tags, into those of a module; null removes. */
  patchDesired(deviceId: string, moduleId: string, write: ModuleWrite): Promise<void>;
  createModule(deviceId: string, moduleId: string): Promise<void>;
  deleteModule(deviceId: string, moduleId: string): Promise<void>;
  /** Sets the modules of a device; module twins that the content names are replaced. */
  applyContent(deviceId: string, manifest: { readonly modulesContent: JsonObject }): Promise<void>;
  /** Automatic deployments and configurations of the hub. */
  listConfigurations(): Promise<readonly HubConfiguration[]>;
  createConfiguration(configuration: ConfigurationInput): Promise<void>;
  /** Changes everything but the content, which has to be the same. */
  updateConfiguration(configuration: HubConfiguration): Promise<void>;
  deleteConfiguration(id: string): Promise<void>;
  /** Calls a direct method of a module; rejects when the module is not connected or does not answer in time. */
  invokeMethod(deviceId: string, moduleId: string, call: MethodCall): Promise<MethodAnswer>;
}

/** What {@link HubError} knows besides its message. */
export interface HubErrorDetails {
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** The hub's own code, such as 404001 or DeviceNotFound. */
  readonly code?: string;
  /** How long the hub asks to wait, in milliseconds. */
  readonly retryAfter?: number;
  /** Whether the same call may well succeed a little later. */
  readonly transient: boolean;
  readonly cause?: unknown;
}

/** A call to the hub that failed, with a message for the user. */
export class HubError extends Error {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfter: number | undefined;
  readonly transient: boolean;

  constructor(message: string, details: HubErrorDetails) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.retryAfter = details.retryAfter;
    this.transient = details.transient;
  }
}
