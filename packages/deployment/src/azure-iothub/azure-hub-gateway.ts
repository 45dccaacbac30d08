import type azureIotHub from 'azure-iothub';
import {
  HubError,
  type HubDevice,
  type HubGateway,
  type HubModuleTwin,
  type MethodAnswer,
} from '../commands/hub-gateway.ts';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';
import { connectClients, parseHubConnection, type HubClients } from './hub-connection.ts';
import { toHubError } from './hub-error.ts';

/** How long a call may take; azure-iothub itself waits for ever. */
const CALL_TIMEOUT = 30_000;

/** Modules per page of a query. */
const PAGE_SIZE = 500;

/** The gateway to a real hub, or to the local simulator, by connection string. */
export function connectHub(connectionString: string): HubGateway {
  const connection = parseHubConnection(connectionString);
  return createAzureHubGateway(connectClients(connection), connection.hostName);
}

/** The gateway over service clients of azure-iothub. */
export function createAzureHubGateway({ registry, client }: HubClients, hostName: string): HubGateway {
  const call = <T>(operation: () => Promise<T>): Promise<T> => callHub(operation, hostName);
  return {
    hostName,
    getDevice: (id) =>
      unlessMissing(async () => {
        const device = (await call(() => registry.get(id))).responseBody;
        const twin = (await call(() => registry.getTwin(id))).responseBody;
        return deviceOf(id, device.capabilities, twin.tags);
      }),
    createDevice: async (id) => {
      const description = { deviceId: id, status: 'enabled' as const, capabilities: { iotEdge: true } };
      await call(() => registry.create(description));
    },
    mergeTags: async (id, tags) => {
      await call(() => registry.updateTwin(id, { tags }, '*'));
    },
    getModuleTwin: (deviceId, moduleId) =>
      unlessMissing(async () =>
        moduleTwinOf((await call(() => registry.getModuleTwin(deviceId, moduleId))).responseBody),
      ),
    applyContent: async (deviceId, manifest) => {
      await call(() => registry.applyConfigurationContentOnDevice(deviceId, { ...manifest }));
    },
    queryModuleTwins: (moduleId) => queryAll(registry, moduleId, call),
    invokeMethod: async (deviceId, moduleId, { name, payload }) => {
      const request = { methodName: name, payload, ...METHOD_TIMEOUTS };
      return answerOf((await call(() => client.invokeDeviceMethod(deviceId, moduleId, request))).result);
    },
  };
}

/** How long the hub waits for the module's answer; a module that is not connected is not waited for. */
const METHOD_TIMEOUTS = { responseTimeoutInSeconds: 10, connectTimeoutInSeconds: 0 };

function answerOf(raw: unknown): MethodAnswer {
  const answer = isJsonObject(raw) ? raw : {};
  return { status: typeof answer.status === 'number' ? answer.status : 0, payload: answer.payload };
}

async function queryAll(
  registry: azureIotHub.Registry,
  moduleId: string,
  call: <T>(operation: () => Promise<T>) => Promise<T>,
): Promise<readonly HubModuleTwin[]> {
  const quoted = moduleId.replaceAll("'", "''");
  const query = registry.createQuery(`SELECT * FROM devices.modules WHERE moduleId = '${quoted}'`, PAGE_SIZE);
  const twins: HubModuleTwin[] = [];
  do {
    // Without the token the promise form of next() begins again at the first page, whatever it has read before.
    const page = await call(() => query.next(query.continuationToken));
    const rows: readonly unknown[] = Array.isArray(page.result) ? page.result : [];
    twins.push(...rows.map(moduleTwinOf));
  } while (query.hasMoreResults);
  return twins;
}

async function callHub<T>(operation: () => Promise<T>, hostName: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `${hostName} gave no answer within ${CALL_TIMEOUT / 1000} s.`;
    timer = setTimeout(() => reject(new HubError(message, { code: 'ETIMEDOUT', transient: true })), CALL_TIMEOUT);
  });
  try {
    return await Promise.race([operation(), late]);
  } catch (error) {
    throw toHubError(error, hostName);
  } finally {
    clearTimeout(timer);
  }
}

async function unlessMissing<T>(operation: () => Promise<T>): Promise<T | undefined> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof HubError && error.status === 404) return undefined;
    throw error;
  }
}

function deviceOf(id: string, capabilities: unknown, tags: unknown): HubDevice {
  const iotEdge = isJsonObject(capabilities) && capabilities.iotEdge === true;
  return { id, iotEdge, tags: withoutSystemKeys(tags) };
}

function moduleTwinOf(raw: unknown): HubModuleTwin {
  const twin = isJsonObject(raw) ? raw : {};
  const properties = isJsonObject(twin.properties) ? twin.properties : {};
  const desired = isJsonObject(properties.desired) ? properties.desired : {};
  return {
    deviceId: String(twin.deviceId),
    moduleId: String(twin.moduleId),
    connectionState: typeof twin.connectionState === 'string' ? twin.connectionState : undefined,
    desired: withoutSystemKeys(desired),
    desiredVersion: typeof desired.$version === 'number' ? desired.$version : undefined,
    reported: withoutSystemKeys(properties.reported),
  };
}

function withoutSystemKeys(section: unknown): JsonObject {
  if (!isJsonObject(section)) return {};
  return Object.fromEntries(Object.entries(section).filter(([key]) => !key.startsWith('$')));
}
