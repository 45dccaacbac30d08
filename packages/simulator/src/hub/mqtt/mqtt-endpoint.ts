import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { strikes } from '../faults.ts';
import type { HubEvents } from '../hub-events.ts';
import { brokerOptions, watchSessions, type AdmittedClients } from './broker-options.ts';
import type { MqttContext } from './mqtt-context.ts';
import { DESIRED_CHANGES, desiredChangeTopic } from './mqtt-topics.ts';
import { keepSubscribeRules } from './subscribe-rules.ts';

/** What the MQTT side needs, and where it listens. */
export interface MqttEndpointOptions extends MqttContext {
  readonly tls: { readonly key: string; readonly cert: string };
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * The MQTT side of the hub. aedes keeps sessions and queues QoS 1 messages; twin answers, desired changes and method calls are written to one
 * link directly, because their topics are the same for every client.
 */
export class MqttEndpoint {
  readonly port: number;
  readonly #options: MqttEndpointOptions;
  readonly #broker: Aedes;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;
  readonly #onDesired: (...change: HubEvents['desired']) => void;

  private constructor(
    options: MqttEndpointOptions,
    {
      broker,
      server,
      sockets,
    }: { readonly broker: Aedes; readonly server: Server; readonly sockets: ReadonlySet<Socket> },
  ) {
    this.#options = options;
    this.#broker = broker;
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
    const heldBack: HubEvents['desired'][0][] = [];
    this.#onDesired = (change) => forwardDesired(options, change, heldBack);
    options.store.events.on('desired', this.#onDesired);
  }

  /** Listens; rejects when the port is taken. */
  static async start(options: MqttEndpointOptions): Promise<MqttEndpoint> {
    const admitted: AdmittedClients = new WeakMap();
    const broker = await Aedes.createBroker(brokerOptions(options, admitted));
    watchSessions(broker, options, admitted);
    const server = createServer(options.tls, (socket) => keepSubscribeRules(broker.handle(socket)));
    // A client that does not trust the certificate says so by closing; that is its own affair.
    server.on('tlsClientError', () => undefined);
    const sockets = trackSockets(server);
    server.listen(options.port, options.host);
    await once(server, 'listening').catch((error: unknown) => {
      broker.close();
      throw error;
    });
    return new MqttEndpoint(options, { broker, server, sockets });
  }

  /** Publishes through the broker at QoS 1, so that an absent client with a session gets it later. */
  publish(topic: string, payload: Buffer): void {
    this.#broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => undefined);
  }

  /** Tears a client's connection down. TLS has no word for it, so it is done to the TCP connection below. */
  reset({ conn }: Client): void {
    const { remotePort } = conn as Socket;
    for (const socket of this.#sockets) if (socket.remotePort === remotePort) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.#options.store.events.off('desired', this.#onDesired);
    const closed = once(this.#server, 'close');
    this.#server.close();
    await new Promise<void>((resolve) => {
      this.#broker.close(resolve);
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

type DesiredChange = HubEvents['desired'][0];

/** Tells a client of a change; `heldBack` are changes that a fault keeps until a newer one has gone out. */
function forwardDesired(
  { links, faults }: MqttEndpointOptions,
  change: DesiredChange,
  heldBack: DesiredChange[],
): void {
  if (!links.isListening(change, DESIRED_CHANGES) || strikes(faults, 'skipDesiredNotifications')) return;
  if (strikes(faults, 'reorderDesiredNotifications')) {
    heldBack.push(change);
    return;
  }
  const again = strikes(faults, 'duplicateDesiredNotifications') ? [change] : [];
  for (const { patch, version, ...address } of [change, ...again, ...heldBack.splice(0).reverse()]) {
    const whole = JSON.stringify({ ...patch, $version: version });
    const payload = strikes(faults, 'garbleDesiredNotifications') ? whole.slice(0, -2) : whole;
    links.send(address, { filter: DESIRED_CHANGES, topic: desiredChangeTopic(version), payload });
  }
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
