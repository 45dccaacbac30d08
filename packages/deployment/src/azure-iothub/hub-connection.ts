import { Agent, globalAgent } from 'node:https';
import azureIotHub from 'azure-iothub';
import { HubError } from '../commands/hub-gateway.ts';
import { textAgent } from './text-agent.ts';

/** Where a connection string leads. */
export interface HubConnection {
  /** Name of the hub without a port, as it stands in tokens and in the certificate. */
  readonly hostName: string;
  /** Port of the service REST API where it is not 443; the local simulator's is not. */
  readonly restPort?: number;
  /** The connection string as azure-iothub understands it: without port. */
  readonly connectionString: string;
}

const REQUIRED = ['HostName', 'SharedAccessKeyName', 'SharedAccessKey'] as const;

/**
 * Reads a service connection string. `RestPort=NNNN`, or a port behind the host name, says that the REST API listens elsewhere than on 443. Throws a
 * {@link HubError} that never holds the key.
 */
export function parseHubConnection(text: string): HubConnection {
  const fields = new Map(
    text
      .trim()
      .split(';')
      .filter((part) => part !== '')
      .map((part): [string, string] => {
        const equals = part.indexOf('=');
        return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      }),
  );
  const missing = REQUIRED.filter((name) => (fields.get(name) ?? '') === '');
  if (missing.length > 0) throw invalid(`has no ${missing.join(' and no ')}`);
  const [hostName = '', hostPort] = (fields.get('HostName') ?? '').split(':');
  const port = fields.get('RestPort') ?? hostPort;
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) throw invalid(`has the port "${port}", which is none`);
  const kept = [...fields].filter(([name]) => name !== 'RestPort' && name !== 'HostName');
  return {
    hostName,
    restPort: port === undefined ? undefined : Number(port),
    connectionString: [`HostName=${hostName}`, ...kept.map(([name, value]) => `${name}=${value}`)].join(';'),
  };
}

function invalid(what: string): HubError {
  const fix =
    'Take it from "az iot hub connection-string show"; it reads HostName=…;SharedAccessKeyName=…;SharedAccessKey=….';
  return new HubError(`The hub's connection string ${what}. ${fix}`, { transient: false });
}

/** The part of azure-iothub's clients that is not in their types. */
interface ClientInternals {
  readonly _restApiClient: { setOptions(options: { http: { agent: Agent } }): void };
}

/** The service clients of azure-iothub that the gateway uses. */
export interface HubClients {
  readonly registry: azureIotHub.Registry;
  /** Calls direct methods; its AMQP link is never opened. */
  readonly client: azureIotHub.Client;
}

/** A call is tried again by whoever asked for it, who knows how long it may take; azure-iothub would go on for minutes. */
const NO_RETRY = { shouldRetry: () => false, nextRetryTimeout: () => -1 };

/**
 * Makes the service clients. azure-iothub takes neither a port in HostName nor an agent through its public interface, so the agent, which knows
 * the port and reads answers as text, is set on the clients' private member `_restApiClient`. Verified with azure-iothub 1.16.6, the version this package pins; look here when it changes.
 * TLS is verified as ever: a private CA comes from NODE_EXTRA_CA_CERTS.
 */
export function connectClients({ connectionString, restPort }: HubConnection): HubClients {
  const registry = azureIotHub.Registry.fromConnectionString(connectionString);
  return readyClients({ registry, client: azureIotHub.Client.fromConnectionString(connectionString) }, restPort);
}

/** Gives tokens of Microsoft Entra ID, as the credentials of @azure/identity do. */
export type TokenCredential = Parameters<typeof azureIotHub.Registry.fromTokenCredential>[1];

/** Like {@link connectClients}, as whoever the credential stands for. */
export function connectClientsAs(
  { hostName, restPort }: Pick<HubConnection, 'hostName' | 'restPort'>,
  credential: TokenCredential,
): HubClients {
  const registry = azureIotHub.Registry.fromTokenCredential(hostName, credential);
  return readyClients({ registry, client: azureIotHub.Client.fromTokenCredential(hostName, credential) }, restPort);
}

function readyClients(clients: HubClients, restPort: number | undefined): HubClients {
  clients.client.setRetryPolicy(NO_RETRY);
  const agent = textAgent(restPort === undefined ? globalAgent : new Agent({ keepAlive: true, port: restPort }));
  for (const one of [clients.registry, clients.client])
    (one as unknown as ClientInternals)._restApiClient.setOptions({ http: { agent } });
  return clients;
}
