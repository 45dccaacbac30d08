import type { Aedes, AedesOptions, AuthenticateError, Client, PublishPacket } from 'aedes';
import { authenticateDevice } from '../authenticate.ts';
import { strikes } from '../faults.ts';
import { HubError } from '../hub-error.ts';
import { addressName, type TwinAddress } from '../twin-address.ts';
import type { DeviceLink } from './device-links.ts';
import { handleDeviceRequest } from './handle-device-request.ts';
import type { MqttContext } from './mqtt-context.ts';
import { maySubscribe, parseDeviceTopic } from './mqtt-topics.ts';
import { parseMqttUserName } from './mqtt-user-name.ts';

// CONNACK return codes of MQTT 3.1.1.
const RETURN_CODES = { unavailable: 3, unauthorized: 5 } as const;
type ReturnCode = keyof typeof RETURN_CODES;
const MESSAGE_BYTES = 262_144;

/** Who each client of the broker proved to be. */
export type AdmittedClients = WeakMap<Client, DeviceLink>;

/** The rules of the hub in terms of aedes' hooks: who may connect, publish and subscribe, and what a publication means. */
export function brokerOptions(options: MqttContext, admitted: AdmittedClients): AedesOptions {
  const addressOf = (client: Client): TwinAddress => admitted.get(client)?.address ?? { deviceId: '' };
  return {
    authenticate: (client, userName, password, done) => {
      const link = admit(options, client, { userName: userName ?? '', password: password?.toString() ?? '' });
      if (typeof link === 'string') {
        done(refusal(link), null);
        return;
      }
      admitted.set(client, link);
      done(null, true);
    },
    authorizeSubscribe: (client, subscription, done) => {
      if (maySubscribe(subscription.topic, addressOf(client))) done(null, subscription);
      else done(new Error(`${client.id} may not subscribe to ${subscription.topic}`));
    },
    authorizePublish: (client, packet, done) => {
      const problem = client === null ? undefined : publishProblem(packet, addressOf(client));
      if (packet.retain) keepRetainAsProperty(packet);
      done(problem === undefined ? null : new Error(problem));
    },
    published: (packet, client, done) => {
      // Publications of the broker itself have no client, whatever the type says.
      const link = (client as Client | null) === null ? undefined : admitted.get(client);
      if (link !== undefined) handleDeviceRequest(options, link, packet);
      done(null);
    },
  };
}

/** Takes links into service, keeps the list of each session's subscriptions, and gives them back to a broker that was restarted. */
export function watchSessions(broker: Aedes, { links, store }: MqttContext, admitted: AdmittedClients): void {
  // Once CONNACK is on its way the client counts as connected, as it does for itself.
  broker.on('connackSent', ({ returnCode }, client) => {
    const link = returnCode === 0 ? admitted.get(client) : undefined;
    if (link !== undefined) links.open(link);
  });
  broker.on('subscribe', (subscriptions, client) => {
    links.subscribed(
      client.id,
      subscriptions.map(({ topic, qos }): [string, 0 | 1] => [topic, qos === 0 ? 0 : 1]),
    );
  });
  broker.on('unsubscribe', (filters, client) => links.unsubscribed(client.id, filters));
  broker.on('clientReady', (client) => {
    const stored = client.clean ? [] : [...(store.sessions.get(client.id) ?? [])];
    if (stored.length === 0) return;
    client.subscribe(
      stored.map(([topic, qos]) => ({ topic, qos })),
      () => undefined,
    );
  });
}

function admit(
  { rules, faults, throttle, store }: MqttContext,
  client: Client,
  { userName, password }: { readonly userName: string; readonly password: string },
): DeviceLink | ReturnCode {
  if (strikes(faults, 'refuseConnections')) return 'unavailable';
  const address = parseMqttUserName(userName);
  if (address === undefined || client.id !== addressName(address)) return 'unauthorized';
  try {
    throttle('NewConnections');
    const token = authenticateDevice(rules, password, address);
    const { deviceId, moduleId } = store.get(address);
    return { client, address: { deviceId, moduleId }, signature: token.signature, expiresAt: token.expiry * 1000 };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return error.status === 429 ? 'unavailable' : 'unauthorized';
  }
}

function refusal(code: ReturnCode): AuthenticateError {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- aedes' const enum cannot be imported under isolatedModules.
  return Object.assign(new Error(`refused: ${code}`), { returnCode: RETURN_CODES[code] });
}

function publishProblem({ qos, topic, payload }: PublishPacket, address: TwinAddress): string | undefined {
  if (qos === 2) return 'QoS 2 is not supported';
  if (Buffer.byteLength(payload) > MESSAGE_BYTES) return `a message is at most ${MESSAGE_BYTES} bytes`;
  return parseDeviceTopic(topic, address) === undefined ? `publishing to ${topic} is not allowed` : undefined;
}

// The hub keeps no retained messages; it hands the flag on as a property.
function keepRetainAsProperty(packet: PublishPacket): void {
  packet.retain = false;
  packet.topic = packet.topic.replace(
    /(\/messages\/events)\/?(.*?)\/?$/,
    (_all, events: string, bag: string) => `${events}/${bag}${bag === '' ? '' : '&'}mqtt-retain=true`,
  );
}
