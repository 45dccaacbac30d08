import type { NetworkEvent } from '@iotedge-networking/contract';
import type { Logger } from '../log.ts';

/** Events that wait for the hub; when more come than this, the oldest are dropped. */
const CAPACITY = 200;

/** Sends events one after another, best effort: a bounded number waits while the hub is away, and none is sent twice on purpose. */
export class EventQueue {
  /** Events dropped because too many were waiting. */
  dropped = 0;
  readonly #send: (event: NetworkEvent) => Promise<void>;
  readonly #log: Logger;
  #waiting: NetworkEvent[] = [];
  #isSending = false;
  #isOpen = false;

  constructor(send: (event: NetworkEvent) => Promise<void>, log: Logger) {
    this.#send = send;
    this.#log = log;
  }

  /** Adds events to what waits. */
  push(events: readonly NetworkEvent[]): void {
    this.#waiting.push(...events);
    const excess = Math.max(0, this.#waiting.length - CAPACITY);
    this.dropped += excess;
    this.#waiting.splice(0, excess);
    void this.#drain();
  }

  /** The hub can be reached. */
  open(): void {
    this.#isOpen = true;
    void this.#drain();
  }

  /** The hub cannot be reached: events wait. */
  close(): void {
    this.#isOpen = false;
  }

  async #drain(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      try {
        await this.#send(event);
        this.#waiting = this.#waiting.filter((one) => one !== event);
      } catch (error) {
        this.#log.warn({ event: event.kind, cause: (error as Error).message }, 'event was not sent');
        this.#isOpen = false;
      }
    }
    this.#isSending = false;
  }

  #next(): NetworkEvent | undefined {
    return this.#isOpen ? this.#waiting[0] : undefined;
  }
}
