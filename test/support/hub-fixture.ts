import { Agent, type AgentOptions } from 'node:https';
import iothub, { type Client as ServiceClient, type JobClient, type Registry } from 'azure-iothub';
import type { ModuleClient, Twin } from 'azure-iot-device';
import { createCertificates, type Certificates } from '../../packages/simulator/src/certificates.ts';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { startHub, type HubOptions } from '../../packages/simulator/src/hub/start-hub.ts';

/** A hub with the service SDK pointed at it. */
export interface HubFixture {
  readonly hub: Hub;
  readonly certificates: Certificates;
  readonly registry: Registry;
  readonly client: ServiceClient;
  readonly jobs: JobClient;
  /** An https agent that takes every request to the hub's REST port, whatever host and port it names. */
  readonly agent: Agent;
  readonly close: () => Promise<void>;
}

let certificates: Promise<Certificates> | undefined;

/** One certificate for all tests of a process: making it costs more than starting a hub. */
export function testCertificates(): Promise<Certificates> {
  certificates ??= createCertificates(['hub.example']);
  return certificates;
}

/** Starts a hub and the three service clients. */
export async function startHubFixture(options: Omit<HubOptions, 'tls'> = {}): Promise<HubFixture> {
  const tls = await testCertificates();
  const hub = await startHub({ tls, configurationDelayMs: 5, ...options });
  const agent = agentFor(hub, tls.ca);
  const connectionString = hub.connectionString();
  return {
    hub,
    certificates: tls,
    registry: useAgent(iothub.Registry.fromConnectionString(connectionString), agent),
    client: useAgent(iothub.Client.fromConnectionString(connectionString), agent),
    jobs: useAgent(iothub.JobClient.fromConnectionString(connectionString), agent),
    agent,
    close: async () => {
      agent.destroy();
      await hub.close();
    },
  };
}

/** See {@link useAgent}. */
export function agentFor(hub: Hub, ca: string): Agent {
  // `port` and `servername` of an agent win over those of a request; the types do not know that.
  const options: AgentOptions & { readonly servername: string } = {
    keepAlive: true,
    ca,
    host: '127.0.0.1',
    port: hub.restPort,
    servername: hub.hostName,
  };
  return new Agent(options);
}

/**
 * Sends a service client's requests to another port than 443. azure-iothub 1.16.6 looks up `host:port` as a name when HostName holds a port, so
 * the port has to come from an https agent; the member that takes one is private, hence the pinned version. This is the only place that does so.
 */
export function useAgent<T>(serviceClient: T, agent: Agent): T {
  const { _restApiClient: rest } = serviceClient as T & {
    readonly _restApiClient: { setOptions(options: { http: { agent: Agent } }): void };
  };
  rest.setOptions({ http: { agent } });
  return serviceClient;
}

/** Sends a reported patch; the SDK's own call takes a callback and returns nothing. */
export function updateReported(twin: Twin, patch: object): Promise<void> {
  const { reported } = twin.properties as unknown as {
    reported: { update(patch: object, done: (error?: Error) => void): void };
  };
  return new Promise((resolve, reject) => {
    reported.update(patch, (error) => (error === undefined || (error as unknown) === null ? resolve() : reject(error)));
  });
}

/** The desired properties as the SDK holds them. */
export function desiredOf(twin: Twin): Record<string, unknown> {
  return (twin.properties as { desired: Record<string, unknown> }).desired;
}

/** Collects the desired notifications of a twin; the first one is the SDK's own copy. */
export function collectDesired(twin: Twin): Record<string, unknown>[] {
  const seen: Record<string, unknown>[] = [];
  twin.on('properties.desired', (patch: Record<string, unknown>) => seen.push(structuredClone(patch)));
  return seen;
}

/** Answers a method with what it was called with. */
export function answerEcho(client: ModuleClient, name = 'echo'): void {
  client.onMethod(name, (request, response) => {
    response?.send(200, { echoed: request?.payload as unknown }, () => undefined);
  });
}
