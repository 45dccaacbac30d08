import {
  HubError,
  type HubErrorDetails,
  type HubGateway,
  type HubModuleTwin,
  type MethodAnswer,
  type MethodCall,
} from '../../../packages/deployment/src/commands/hub-gateway.ts';
import type { Manifest } from '../../../packages/deployment/src/generate/manifest.ts';
import type { JsonObject } from '../../../packages/deployment/src/generate/sorted-json.ts';

interface MemoryDevice {
  iotEdge: boolean;
  tags: JsonObject;
  readonly twins: Map<string, HubModuleTwin>;
}

/** A hub in memory that counts its writes, fails on request, and lets a test play the device. */
export interface MemoryHub extends HubGateway {
  /** Writes in order, as text. */
  readonly writes: string[];
  readonly devices: Map<string, MemoryDevice>;
  /** Lets the next calls of an operation fail, one entry per call. */
  readonly failures: Map<string, HubError[]>;
  /** Answers direct methods; without it no module is connected. */
  onMethod?: (deviceId: string, moduleId: string, call: MethodCall) => MethodAnswer;
  /** What a module reports from now on. */
  reportFrom(deviceId: string, moduleId: string, reported: JsonObject): void;
}

/** An empty hub. */
export function memoryHub(): MemoryHub {
  const devices = new Map<string, MemoryDevice>();
  const writes: string[] = [];
  const failures = new Map<string, HubError[]>();
  const attempt = <T>(operation: string, work: () => T): Promise<T> => {
    const failure = failures.get(operation)?.shift();
    if (failure !== undefined) return Promise.reject(failure);
    return new Promise((resolve) => resolve(work()));
  };
  const twinOf = (deviceId: string, moduleId: string) => devices.get(deviceId)?.twins.get(moduleId);
  const put = (twin: HubModuleTwin) => devices.get(twin.deviceId)?.twins.set(twin.moduleId, twin);
  const hub: MemoryHub = {
    hostName: 'hub.test',
    writes,
    devices,
    failures,
    getDevice: (id) =>
      attempt('getDevice', () => {
        const device = devices.get(id);
        return device === undefined ? undefined : { id, iotEdge: device.iotEdge, tags: device.tags };
      }),
    createDevice: (id) =>
      attempt('createDevice', () => {
        writes.push(`create ${id}`);
        devices.set(id, { iotEdge: true, tags: {}, twins: new Map() });
      }),
    mergeTags: (id, tags) =>
      attempt('mergeTags', () => {
        writes.push(`tags ${id} ${JSON.stringify(tags)}`);
        const device = devices.get(id);
        if (device !== undefined) device.tags = { ...device.tags, ...tags };
      }),
    getModuleTwin: (deviceId, moduleId) => attempt('getModuleTwin', () => twinOf(deviceId, moduleId)),
    applyContent: (deviceId, manifest) =>
      attempt('applyContent', () => {
        writes.push(`apply ${deviceId}`);
        applyTo(manifest, deviceId, { twinOf, put });
      }),
    queryModuleTwins: (moduleId) =>
      attempt('queryModuleTwins', () => [...devices.values()].flatMap(({ twins }) => twins.get(moduleId) ?? [])),
    invokeMethod: (deviceId, moduleId, call) =>
      attempt('invokeMethod', () => {
        if (hub.onMethod === undefined) throw hubError('The module is not connected (404103).', { status: 404 });
        return hub.onMethod(deviceId, moduleId, call);
      }),
    reportFrom: (deviceId, moduleId, reported) => {
      const twin = twinOf(deviceId, moduleId) ?? { deviceId, moduleId, desired: {}, reported: {} };
      put({ ...twin, reported });
    },
  };
  return hub;
}

function applyTo(
  manifest: Manifest,
  deviceId: string,
  {
    twinOf,
    put,
  }: { twinOf: (d: string, m: string) => HubModuleTwin | undefined; put: (twin: HubModuleTwin) => unknown },
): void {
  for (const [moduleId, content] of Object.entries(manifest.modulesContent)) {
    const before = twinOf(deviceId, moduleId);
    const desired = JSON.parse(JSON.stringify(content['properties.desired'])) as JsonObject;
    const desiredVersion = (before?.desiredVersion ?? 0) + 1;
    put({
      deviceId,
      moduleId,
      connectionState: 'Connected',
      desired,
      desiredVersion,
      reported: before?.reported ?? {},
    });
  }
}

/** A failure of a call. */
export function hubError(message: string, details: Partial<HubErrorDetails> = {}): HubError {
  return new HubError(message, { transient: false, ...details });
}
