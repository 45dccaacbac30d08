import { newPolicyKeys, type PolicyKeys } from './access-policies.ts';
import type { TokenRules } from './authenticate.ts';
import { ConfigurationScheduler } from './configuration-scheduler.ts';
import { hubConnectionStrings } from './connection-strings.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Hub } from './hub.ts';
import { HubStore, SYSTEM_SOURCES, type HubSources } from './hub-store.ts';
import { inProcessLinks } from './in-process-links.ts';
import { inProcessTwins } from './in-process-twins.ts';
import { Jobs } from './jobs.ts';
import { MessageLog } from './message-log.ts';
import { deliverMessage } from './message-routing.ts';
import { MethodCalls } from './method-calls.ts';
import { DeviceLinks } from './mqtt/device-links.ts';
import { MqttEndpoint } from './mqtt/mqtt-endpoint.ts';
import { startRestServer } from './rest/rest-server.ts';
import { loadHubState, StateFile } from './state-file.ts';
import { createThrottle, type Throttle, type ThrottleOptions, type ThrottleTier } from './throttles.ts';

/** How to start a local hub. */
export interface HubOptions extends Partial<HubSources> {
  /** Name that clients use and that stands in their tokens; default `localhost`. */
  readonly hostName?: string;
  /** Further names under which devices may reach it: gateway names in the audience of tokens. */
  readonly gatewayNames?: readonly string[];
  /** Port of the service side; 0 (default) takes a free one. */
  readonly restPort?: number;
  /** Port of the device side; 0 (default) takes a free one. */
  readonly mqttPort?: number;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Server certificate and key, PEM. `ca` is for clients and is not used here. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca?: string };
  /** Directory that keeps identities, twins, configurations, sessions and keys over a restart. */
  readonly stateDir?: string;
  /** Tokens of Microsoft Entra ID that the service side takes, with every right; none by default. */
  readonly bearerTokens?: readonly string[];
  readonly faults?: Partial<Faults>;
  /** Edition whose rates are kept, with its units; `off` (default) lets everything through. */
  readonly throttles?: ThrottleTier | ThrottleOptions;
  /** Milliseconds from a change to the evaluation of configurations; default 100. The service takes minutes. */
  readonly configurationDelayMs?: number;
}

const KEPT_CHANGES = ['configuration', 'desired', 'identity', 'reported', 'session', 'tags'] as const;
const STATE_DELAY_MS = 200;
const CONFIGURATION_DELAY_MS = 100;

/** Starts a local IoT Hub: MQTT for devices and modules, REST for services, both over TLS and with checked signatures. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { hostName = 'localhost', stateDir } = options;
  const parts = await createParts(options);
  const { store, policyKeys, scheduler, jobs, methods } = parts;
  const mqtt = await startMqtt(parts, options);
  const publish = (topic: string, body: Buffer): void => mqtt.publish(topic, body);
  const { host = '127.0.0.1', tls, restPort: port = 0 } = options;
  const rest = await startRestServer({ ...parts, host, tls, port }).catch(async (error: unknown) => {
    await mqtt.close();
    throw error;
  });
  const file = stateDir === undefined ? undefined : keepState(stateDir, store, policyKeys);
  scheduler.schedule();
  const ports = { restPort: rest.port, mqttPort: mqtt.port };
  return {
    ...{ hostName, faults: parts.faults, ...ports },
    ...hubConnectionStrings({ store, hostName, policyKeys, ...ports }),
    ...inProcessTwins(store),
    requests: () => Object.fromEntries(parts.requests),
    ...inProcessLinks({ ...parts, publish, reset: (client) => mqtt.reset(client) }),
    close: async () => {
      for (const part of [scheduler, jobs, methods]) part.close();
      await Promise.all([mqtt.close(), rest.close()]);
      await file?.close();
    },
  };
}

interface HubParts {
  readonly store: HubStore;
  readonly policyKeys: PolicyKeys;
  readonly rules: TokenRules;
  readonly revoked: Set<string>;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly requests: Map<string, number>;
  readonly links: DeviceLinks;
  readonly methods: MethodCalls;
  readonly jobs: Jobs;
  readonly log: MessageLog;
  readonly scheduler: ConfigurationScheduler;
}

async function createParts(options: HubOptions): Promise<HubParts> {
  const { hostName = 'localhost', host = '127.0.0.1', gatewayNames = [], stateDir } = options;
  const { clock = SYSTEM_SOURCES.clock, newKey = SYSTEM_SOURCES.newKey } = options;
  const saved = stateDir === undefined ? undefined : await loadHubState(stateDir);
  const store = new HubStore({ clock, newKey }, saved);
  const policyKeys = saved?.policyKeys ?? newPolicyKeys(newKey);
  const revoked = new Set<string>();
  const bearerTokens = new Set(options.bearerTokens);
  const rules = { store, policyKeys, hosts: [hostName, 'localhost', host, ...gatewayNames], revoked, bearerTokens };
  const faults = createFaults(options.faults);
  const links = new DeviceLinks(store);
  const methods = new MethodCalls(links, faults);
  return {
    ...{ store, policyKeys, rules, revoked, faults, links, methods },
    throttle: createThrottle(options.throttles ?? 'off', clock),
    requests: new Map<string, number>(),
    jobs: new Jobs(store, methods),
    log: new MessageLog(store),
    scheduler: new ConfigurationScheduler(store, options.configurationDelayMs ?? CONFIGURATION_DELAY_MS),
  };
}

async function startMqtt(parts: HubParts, options: HubOptions): Promise<MqttEndpoint> {
  const { host = '127.0.0.1', tls, mqttPort: port = 0 } = options;
  const mqtt = await MqttEndpoint.start({
    ...{ ...parts, host, tls, port },
    onMessage: (message) => deliverMessage(parts.store, message, (topic, body) => mqtt.publish(topic, body)),
  });
  return mqtt;
}

function keepState(directory: string, store: HubStore, policyKeys: PolicyKeys): StateFile {
  const file = new StateFile(directory, STATE_DELAY_MS, () => ({ ...store.snapshot(), policyKeys }));
  for (const event of KEPT_CHANGES) store.events.on(event, () => file.schedule());
  return file;
}
