import type { HubEvents, HubMessage } from './hub-events.ts';
import type { HubStore } from './hub-store.ts';

const KEPT = 10_000;

/** The newest device-to-cloud messages, oldest first; what a consumer of the events endpoint would have read. */
export class MessageLog {
  readonly #messages: HubMessage[] = [];

  constructor(store: HubStore) {
    store.events.on('message', (...[message]: HubEvents['message']) => {
      this.#messages.push(message);
      if (this.#messages.length > KEPT) this.#messages.shift();
    });
  }

  all(): readonly HubMessage[] {
    return [...this.#messages];
  }
}
