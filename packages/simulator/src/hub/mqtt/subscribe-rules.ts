import type { EventEmitter } from 'node:events';
import type { Client, Subscription } from 'aedes';

const SUBSCRIPTIONS_PER_PACKET = 5;

/**
 * IoT Hub's rules for SUBSCRIBE that aedes has no hook for: QoS 2 is granted as 1, and more than five filters in one packet close the link.
 * aedes fixes the granted QoS before it asks `authorizeSubscribe`, so the packet is seen to before aedes sees it; the parser is a private
 * member of the client, which is why aedes is pinned to one version.
 */
export function keepSubscribeRules(client: Client): void {
  const { _parser: parser } = client as Client & { readonly _parser: EventEmitter };
  parser.prependListener('packet', (packet: { readonly subscriptions?: Subscription[] }) => {
    // Only a SUBSCRIBE packet carries subscriptions.
    const { subscriptions = [] } = packet;
    if (subscriptions.length > SUBSCRIPTIONS_PER_PACKET) client.conn.destroy();
    for (const subscription of subscriptions) if (subscription.qos > 1) subscription.qos = 1;
  });
}
