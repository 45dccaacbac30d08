import type azureIotHub from 'azure-iothub';
import {
  HubError,
  type ConfigurationInput,
  type DeviceFailure,
  type HubGateway,
  type HubPage,
  type MethodAnswer,
} from '../commands/hub-gateway.ts';
import { isJsonObject } from '../generate/sorted-json.ts';
import { bulkFailures, bulkFailuresIn } from './bulk-result.ts';
import {
  connectClients,
  connectClientsAs,
  parseHubConnection,
  type HubClients,
  type TokenCredential,
} from './hub-connection.ts';
import { configurationOf, deviceOf, moduleRowOf, moduleTwinOf } from './hub-documents.ts';
import { toHubError } from './hub-error.ts';
import { moduleQuery } from './module-query.ts';
import { DEVICE_PAGE, modulePage } from './query-pages.ts';

/** How long a call may take; azure-iothub itself waits for ever. */
const CALL_TIMEOUT = 30_000;

/** A page of a query is large, and has longer than any other call. */
const PAGE_TIMEOUT = 60_000;

/** Schema of configurations, as the portal and the CLI write it. */
const CONFIGURATION_SCHEMA = '2.0';

/** The gateway to a real hub, or to the local simulator, by connection string. */
export function connectHub(connectionString: string): HubGateway {
  const connection = parseHubConnection(connectionString);
  return createAzureHubGateway(connectClients(connection), connection.hostName);
}

/** The gateway to a hub as somebody who is signed in to Microsoft Entra ID; a port may stand behind the host name. */
export function connectHubAs(host: string, credential: TokenCredential): HubGateway {
  const [hostName = '', port] = host.split(':');
  const restPort = port === undefined ? undefined : Number(port);
  return createAzureHubGateway(connectClientsAs({ hostName, restPort }, credential), hostName);
}

/** The gateway over service clients of azure-iothub. */
export function createAzureHubGateway(clients: HubClients, hostName: string): HubGateway {
  const context: Context = {
    ...clients,
    call: (operation, timeout = CALL_TIMEOUT) => callHub(operation, hostName, timeout),
  };
  return {
    hostName,
    ...deviceCalls(context),
    ...moduleCalls(context),
    ...configurationCalls(context),
  };
}

interface Context extends HubClients {
  readonly call: <T>(operation: () => Promise<T>, timeout?: number) => Promise<T>;
}

type DeviceCalls =
  'getDevice' | 'queryDevices' | 'createDevices' | 'deleteDevices' | 'mergeTags' | 'applyContent' | 'createModule';

function deviceCalls(context: Context): Pick<HubGateway, DeviceCalls> {
  const { registry, call } = context;
  return {
    getDevice: (id) =>
      // The twin says what the identity says, and twins may be read sixty times as often as identities.
      unlessMissing(async () => deviceOf((await call(() => registry.getTwin(id))).responseBody)),
    queryDevices: (where, continuation) =>
      queryPage(context, { query: deviceQuery(where), size: DEVICE_PAGE, continuation, read: deviceOf }),
    createDevices: (ids, statusReason) =>
      bulk(context, () =>
        registry.addDevices(
          ids.map((deviceId) => ({ deviceId, status: 'enabled', statusReason, capabilities: { iotEdge: true } })),
        ),
      ),
    deleteDevices: (ids) =>
      bulk(context, () =>
        registry.removeDevices(
          ids.map((deviceId) => ({ deviceId })),
          true,
        ),
      ),
    mergeTags: async (id, tags, etag = '*') => {
      await call(() => registry.updateTwin(id, { tags }, etag));
    },
    applyContent: async (deviceId, manifest) => {
      await call(() => registry.applyConfigurationContentOnDevice(deviceId, { ...manifest }));
    },
    createModule: async (deviceId, moduleId) => {
      await call(() => registry.addModule({ deviceId, moduleId, managedBy: 'IotEdge' }));
    },
  };
}

type ModuleCalls = 'getModuleTwin' | 'queryModules' | 'patchDesired' | 'deleteModule' | 'invokeMethod';

function moduleCalls(context: Context): Pick<HubGateway, ModuleCalls> {
  const { registry, client, call } = context;
  return {
    getModuleTwin: (deviceId, moduleId) =>
      unlessMissing(async () =>
        moduleTwinOf((await call(() => registry.getModuleTwin(deviceId, moduleId))).responseBody),
      ),
    queryModules: (selection, continuation) =>
      queryPage(context, {
        ...{ query: moduleQuery(selection), size: modulePage(selection) },
        ...{ continuation, read: moduleRowOf },
      }),
    patchDesired: async (deviceId, moduleId, { patch, tags, etag = '*' }) => {
      const body = { properties: { desired: patch }, ...(tags === undefined ? {} : { tags }) };
      await call(() => registry.updateModuleTwin(deviceId, moduleId, body, etag));
    },
    deleteModule: async (deviceId, moduleId) => {
      await call(() => registry.removeModule(deviceId, moduleId) as Promise<unknown>);
    },
    invokeMethod: async (deviceId, moduleId, { name, payload }) => {
      const request = { methodName: name, payload, ...METHOD_TIMEOUTS };
      return answerOf((await call(() => client.invokeDeviceMethod(deviceId, moduleId, request))).result);
    },
  };
}

type ConfigurationCalls = 'listConfigurations' | 'createConfiguration' | 'updateConfiguration' | 'deleteConfiguration';

function configurationCalls({ registry, call }: Context): Pick<HubGateway, ConfigurationCalls> {
  return {
    listConfigurations: async () => (await call(() => registry.getConfigurations())).responseBody.map(configurationOf),
    createConfiguration: async (configuration) => {
      await call(() => registry.addConfiguration(documentOf(configuration)));
    },
    updateConfiguration: async (configuration) => {
      const document = { ...documentOf(configuration), etag: configuration.etag ?? '*' };
      await call(() => registry.updateConfiguration(document));
    },
    deleteConfiguration: async (id) => {
      await call(() => registry.removeConfiguration(id));
    },
  };
}

function documentOf({ id, labels, content, targetCondition, priority, metrics }: ConfigurationInput): Configuration {
  return {
    id,
    schemaVersion: CONFIGURATION_SCHEMA,
    labels: { ...labels },
    content: { ...content },
    targetCondition,
    priority,
    metrics: { queries: { ...metrics } },
  };
}

type Configuration = Parameters<azureIotHub.Registry['addConfiguration']>[0];

function deviceQuery(where: string | undefined): string {
  const all = 'SELECT deviceId, etag, statusReason, tags, capabilities FROM devices';
  return where === undefined ? all : `${all} WHERE ${where}`;
}

interface PageRequest<Row> {
  readonly query: string;
  readonly size: number;
  readonly continuation?: string;
  readonly read: (raw: unknown) => Row;
}

async function queryPage<Row>(
  { registry, call }: Context,
  { query, size, continuation, read }: PageRequest<Row>,
): Promise<HubPage<Row>> {
  const asked = registry.createQuery(query, size);
  // Without the token the promise form of next() begins again at the first page, whatever it has read before.
  const page = await call(() => asked.next(continuation ?? ''), PAGE_TIMEOUT);
  const rows: readonly unknown[] = Array.isArray(page.result) ? page.result : [];
  return { rows: rows.map(read), ...(asked.hasMoreResults ? { continuation: asked.continuationToken } : {}) };
}

async function bulk(
  { call }: Context,
  request: () => Promise<{ readonly responseBody: unknown }>,
): Promise<readonly DeviceFailure[]> {
  return call(async () => {
    try {
      return bulkFailures((await request()).responseBody);
    } catch (error) {
      const failures = bulkFailuresIn(error);
      if (failures === undefined) throw error;
      return failures;
    }
  });
}

/** How long the hub waits for the module's answer; a module that is not connected is not waited for. */
const METHOD_TIMEOUTS = { responseTimeoutInSeconds: 10, connectTimeoutInSeconds: 0 };

function answerOf(raw: unknown): MethodAnswer {
  const answer = isJsonObject(raw) ? raw : {};
  return { status: typeof answer.status === 'number' ? answer.status : 0, payload: answer.payload };
}

async function callHub<T>(operation: () => Promise<T>, hostName: string, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `${hostName} gave no answer within ${timeout / 1000} s.`;
    timer = setTimeout(() => reject(new HubError(message, { code: 'ETIMEDOUT', transient: true })), timeout);
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
