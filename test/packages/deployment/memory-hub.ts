import { applyTwinPatch } from '../../../packages/contract/src/index.ts';
import {
  HubError,
  type HubConfiguration,
  type HubDevice,
  type HubErrorDetails,
  type HubGateway,
  type HubModuleTwin,
  type HubPage,
  type MethodAnswer,
  type MethodCall,
} from '../../../packages/deployment/src/commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../../../packages/deployment/src/generate/sorted-json.ts';

interface MemoryDevice {
  iotEdge: boolean;
  tags: JsonObject;
  remark?: string;
  readonly twins: Map<string, HubModuleTwin>;
}

/** A hub in memory that counts its writes, fails on request, and lets a test play the device. */
export interface MemoryHub extends HubGateway {
  /** Writes in order, as text. */
  readonly writes: string[];
  readonly devices: Map<string, MemoryDevice>;
  readonly configurations: Map<string, HubConfiguration>;
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
  const configurations = new Map<string, HubConfiguration>();
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
    configurations,
    failures,
    ...deviceCalls({ devices, writes, attempt }),
    getModuleTwin: (deviceId, moduleId) => attempt('getModuleTwin', () => twinOf(deviceId, moduleId)),
    applyContent: (deviceId, manifest) =>
      attempt('applyContent', () => {
        writes.push(`apply ${deviceId}`);
        applyTo(manifest, deviceId, { twinOf, put });
      }),
    patchDesired: (deviceId, moduleId, { patch, tags = {}, etag }) =>
      attempt('patchDesired', () => {
        writes.push(`patch ${deviceId}/${moduleId} ${JSON.stringify(patch)}${etag === undefined ? '' : ` if ${etag}`}`);
        const twin = twinOf(deviceId, moduleId);
        if (twin === undefined) throw hubError('No such module.', { status: 404 });
        const desiredVersion = (twin.desiredVersion ?? 0) + 1;
        put({
          ...{ ...twin, desired: applyTwinPatch(twin.desired, patch), desiredVersion },
          ...(twin.tags === undefined && Object.keys(tags).length === 0
            ? {}
            : { tags: applyTwinPatch(twin.tags ?? {}, tags) }),
        });
      }),
    createModule: (deviceId, moduleId) =>
      attempt('createModule', () => {
        writes.push(`create ${deviceId}/${moduleId}`);
        put({ deviceId, moduleId, desired: {}, desiredVersion: 1, reported: {} });
      }),
    deleteModule: (deviceId, moduleId) =>
      attempt('deleteModule', () => {
        writes.push(`delete ${deviceId}/${moduleId}`);
        devices.get(deviceId)?.twins.delete(moduleId);
      }),
    queryModules: ({ moduleIds, desired = true, reported }, continuation) =>
      attempt('queryModules', () => {
        const all = [...devices.values()].flatMap(({ twins }) => moduleIds.flatMap((id) => twins.get(id) ?? []));
        const rows = all.map((twin) => ({
          ...twin,
          desired: selected(twin.desired, desired),
          reported: selected(twin.reported, reported),
        }));
        return pageOf(rows, continuation);
      }),
    ...configurationCalls({ configurations, writes, attempt }),
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

interface Store {
  readonly writes: string[];
  readonly attempt: <T>(operation: string, work: () => T) => Promise<T>;
}

type DeviceCalls = 'getDevice' | 'queryDevices' | 'createDevices' | 'deleteDevices' | 'mergeTags';

function deviceCalls({
  devices,
  writes,
  attempt,
}: Store & { readonly devices: Map<string, MemoryDevice> }): Pick<HubGateway, DeviceCalls> {
  const read = (id: string): HubDevice | undefined => {
    const device = devices.get(id);
    if (device === undefined) return undefined;
    const { iotEdge, tags, remark } = device;
    return { id, iotEdge, tags, ...(remark === undefined ? {} : { remark }) };
  };
  return {
    getDevice: (id) => attempt('getDevice', () => read(id)),
    queryDevices: (where, continuation) =>
      attempt('queryDevices', () => {
        const [, path = '', value] = /^tags\.([\w.]+) = '(\w+)'$/.exec(where ?? '') ?? [];
        const all = [...devices.keys()].flatMap((id) => read(id) ?? []);
        return pageOf(
          where === undefined ? all : all.filter(({ tags }) => memberOf(tags, path) === value),
          continuation,
        );
      }),
    createDevices: (ids, remark) =>
      attempt('createDevices', () =>
        ids.flatMap((id) => {
          if (devices.has(id)) return [{ id, message: `${id} exists`, reason: 'exists' as const }];
          writes.push(`create ${id}`);
          devices.set(id, { iotEdge: true, tags: {}, remark, twins: new Map() });
          return [];
        }),
      ),
    deleteDevices: (ids) =>
      attempt('deleteDevices', () =>
        ids.flatMap((id) => {
          writes.push(`delete ${id}`);
          return devices.delete(id) ? [] : [{ id, message: `${id} does not exist`, reason: 'missing' as const }];
        }),
      ),
    mergeTags: (id, tags, etag) =>
      attempt('mergeTags', () => {
        writes.push(`tags ${id} ${JSON.stringify(tags)}${etag === undefined ? '' : ` if ${etag}`}`);
        const device = devices.get(id);
        if (device !== undefined) device.tags = applyTwinPatch(device.tags, tags);
      }),
  };
}

type ConfigurationCalls = 'listConfigurations' | 'createConfiguration' | 'updateConfiguration' | 'deleteConfiguration';

function configurationCalls({
  configurations,
  writes,
  attempt,
}: Store & { readonly configurations: Map<string, HubConfiguration> }): Pick<HubGateway, ConfigurationCalls> {
  return {
    listConfigurations: () => attempt('listConfigurations', () => [...configurations.values()]),
    createConfiguration: (configuration) =>
      attempt('createConfiguration', () => {
        writes.push(`create configuration ${configuration.id}`);
        configurations.set(configuration.id, { ...configuration, counts: {} });
      }),
    updateConfiguration: (configuration) =>
      attempt('updateConfiguration', () => {
        writes.push(`update configuration ${configuration.id}`);
        configurations.set(configuration.id, configuration);
      }),
    deleteConfiguration: (id) =>
      attempt('deleteConfiguration', () => {
        writes.push(`delete configuration ${id}`);
        configurations.delete(id);
      }),
  };
}

function selected(section: JsonObject, wanted: boolean | readonly string[]): JsonObject {
  if (typeof wanted === 'boolean') return wanted ? section : {};
  return Object.fromEntries(Object.entries(section).filter(([key]) => wanted.includes(key)));
}

function memberOf(tags: JsonObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), tags);
}

// Small pages, so that whoever forgets the continuation is found out.
const PAGE = 3;

function pageOf<Row>(rows: readonly Row[], continuation = '0'): HubPage<Row> {
  const start = Number(continuation);
  const next = start + PAGE;
  return { rows: rows.slice(start, next), ...(next < rows.length ? { continuation: String(next) } : {}) };
}

function applyTo(
  manifest: { readonly modulesContent: JsonObject },
  deviceId: string,
  {
    twinOf,
    put,
  }: { twinOf: (d: string, m: string) => HubModuleTwin | undefined; put: (twin: HubModuleTwin) => unknown },
): void {
  for (const [moduleId, content] of Object.entries(manifest.modulesContent)) {
    const before = twinOf(deviceId, moduleId);
    const desired = JSON.parse(JSON.stringify((content as JsonObject)['properties.desired'])) as JsonObject;
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
