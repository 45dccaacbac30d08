import type { TwinObject } from '@iotedge-networking/contract';

/** What the IoT Edge runtime of one device needs from the hub. A module id of undefined means the device itself. */
export interface DeviceHub {
  readonly hostName: string;
  /** Desired properties with `$version`. */
  desired(deviceId: string, moduleId: string): TwinObject;
  /** Reported properties with `$version`. */
  reported(deviceId: string, moduleId: string): TwinObject;
  /** Merges reported properties as the module itself would. */
  patchReported(deviceId: string, moduleId: string, patch: TwinObject): number;
  /** Creates a module identity, or returns it unchanged when it exists. */
  ensureModule(deviceId: string, moduleId: string, managedBy?: string): { readonly generationId: string };
  removeModule(deviceId: string, moduleId: string): void;
  identity(deviceId: string, moduleId: string): { readonly generationId: string } | undefined;
  modules(deviceId: string): readonly ModuleIdentity[];
  /** The key that signs for a module, base64. */
  primaryKey(deviceId: string, moduleId: string): string;
  /** Counts a module that lives in this process as connected and lets it answer direct methods; the result ends that. */
  attach(deviceId: string, moduleId: string, onMethod?: MethodHandler): () => void;
  /** Tells the listener of written desired properties and of links; the result ends that. */
  on(event: 'desired', listener: (change: ModuleAddress) => void): () => void;
  on(event: 'connection', listener: (link: ModuleAddress & { readonly connected: boolean }) => void): () => void;
}

/** A module identity as the runtime looks at it. */
export interface ModuleIdentity {
  readonly moduleId?: string | undefined;
  readonly managedBy?: string | undefined;
}

/** Whose properties or link: a module, or the device itself. */
export interface ModuleAddress {
  readonly deviceId: string;
  readonly moduleId?: string | undefined;
}

/** Answers direct methods of a system module. */
export type MethodHandler = (
  methodName: string,
  payload: unknown,
) => { readonly status: number; readonly payload: unknown };
