import type { Client } from 'aedes';
import { setConnected } from '../connection-state.ts';
import type { HubStore } from '../hub-store.ts';
import { addressName, type TwinAddress } from '../twin-address.ts';
import { closeLink } from './end-link.ts';

/** A live link of an identity. */
export interface DeviceLink {
  readonly client: Client;
  readonly address: TwinAddress;
  /** Signature of the token it came with. */
  readonly signature: string;
  /** When the token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

// setTimeout cannot wait longer; tokens of years are never seen to expire.
const LONGEST_TIMER_MS = 2_147_483_647;

/** The live links, one per identity, and the subscriptions of their sessions, which outlive links. */
export class DeviceLinks {
  readonly #store: HubStore;
  readonly #links = new Map<string, DeviceLink>();
  readonly #onlookers = new Set<() => void>();

  constructor(store: HubStore) {
    this.#store = store;
  }

  /** Takes a link into service; an older one of the same identity has been closed by the broker. */
  open(link: DeviceLink): void {
    const name = addressName(link.address);
    this.#links.set(name, link);
    if (link.client.clean) this.#store.sessions.set(name, new Map());
    const remaining = link.expiresAt - this.#store.now().getTime();
    const expiry = setTimeout(() => closeLink(link.client), Math.min(remaining, LONGEST_TIMER_MS));
    expiry.unref();
    link.client.conn.once('close', () => {
      clearTimeout(expiry);
      if (this.#links.get(name) !== link) return;
      this.#links.delete(name);
      setConnected(this.#store, link.address, false);
    });
    setConnected(this.#store, link.address, true);
    this.#tell();
  }

  /** Notes subscriptions of a session. */
  subscribed(clientId: string, filters: Iterable<readonly [filter: string, qos: 0 | 1]>): void {
    const session = this.#store.sessions.get(clientId) ?? new Map<string, 0 | 1>();
    for (const [filter, qos] of filters) session.set(filter, qos);
    this.#store.sessions.set(clientId, session);
    this.#store.events.emit('session', clientId);
    this.#tell();
  }

  /** Notes that a session gave up subscriptions. */
  unsubscribed(clientId: string, filters: readonly string[]): void {
    for (const filter of filters) this.#store.sessions.get(clientId)?.delete(filter);
    this.#store.events.emit('session', clientId);
  }

  /** True when the identity has a live link whose session subscribed `filter`. */
  isListening(address: TwinAddress, filter: string): boolean {
    const name = addressName(address);
    return this.#links.has(name) && this.#store.sessions.get(name)?.has(filter) === true;
  }

  /** Waits until the identity listens to `filter`; false when `timeoutMs` pass before. */
  async whenListening(address: TwinAddress, filter: string, timeoutMs: number): Promise<boolean> {
    if (this.isListening(address, filter) || timeoutMs <= 0) return this.isListening(address, filter);
    return new Promise((resolve) => {
      const finish = (listening: boolean): void => {
        clearTimeout(timer);
        this.#onlookers.delete(look);
        resolve(listening);
      };
      const look = (): void => {
        if (this.isListening(address, filter)) finish(true);
      };
      const timer = setTimeout(() => finish(false), timeoutMs);
      timer.unref();
      this.#onlookers.add(look);
    });
  }

  /** Sends at QoS 0 over the live link if its session subscribed `filter`; nothing is kept for absent ones. */
  send(address: TwinAddress, { filter, topic, payload }: OutgoingPacket): boolean {
    const link = this.#links.get(addressName(address));
    if (link === undefined || !this.isListening(address, filter)) return false;
    const packet = { cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false } as const;
    link.client.publish(packet, () => undefined);
    return true;
  }

  get(address: TwinAddress): DeviceLink | undefined {
    return this.#links.get(addressName(address));
  }

  all(): readonly DeviceLink[] {
    return [...this.#links.values()];
  }

  #tell(): void {
    for (const look of [...this.#onlookers]) look();
  }
}

/** A packet for a client, with the filter that must be subscribed to get it. */
export interface OutgoingPacket {
  readonly filter: string;
  readonly topic: string;
  readonly payload: string | Buffer;
}
