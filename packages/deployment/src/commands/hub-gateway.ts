import type { Manifest } from '../generate/manifest.ts';
import type { JsonObject } from '../generate/sorted-json.ts';

/** A device identity. */
export interface HubDevice {
  readonly id: string;
  readonly iotEdge: boolean;
  readonly tags: JsonObject;
}

/** A module twin as the hub keeps it; `$version` and `$metadata` are taken out of the sections. */
export interface HubModuleTwin {
  readonly deviceId: string;
  readonly moduleId: string;
  readonly connectionState?: string;
  readonly desired: JsonObject;
  readonly desiredVersion?: number;
  readonly reported: JsonObject;
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

/** What the commands need of an IoT Hub. Every call rejects with a {@link HubError}; what does not exist is undefined. */
export interface HubGateway {
  /** The name of the hub, for messages. */
  readonly hostName: string;
  getDevice(id: string): Promise<HubDevice | undefined>;
  /** Creates an IoT Edge device whose keys the hub makes. */
  createDevice(id: string): Promise<void>;
  /** Merges tags into those of the device. */
  mergeTags(id: string, tags: JsonObject): Promise<void>;
  getModuleTwin(deviceId: string, moduleId: string): Promise<HubModuleTwin | undefined>;
  /** Sets the modules of a device; module twins that the content names are replaced. */
  applyContent(deviceId: string, manifest: Manifest): Promise<void>;
  /** The twins of every module of that name, of all devices. */
  queryModuleTwins(moduleId: string): Promise<readonly HubModuleTwin[]>;
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
