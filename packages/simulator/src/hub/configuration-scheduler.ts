import { evaluateConfigurations } from './evaluate-configurations.ts';
import type { HubStore } from './hub-store.ts';

/** Evaluates configurations a moment after anything they depend on has changed; a burst of changes makes one evaluation. */
export class ConfigurationScheduler {
  readonly #store: HubStore;
  readonly #delayMs: number;
  readonly #onChange = (): void => this.schedule();
  #timer: NodeJS.Timeout | undefined;

  /** The service takes minutes; `delayMs` is how long this hub takes. */
  constructor(store: HubStore, delayMs: number) {
    this.#store = store;
    this.#delayMs = delayMs;
    for (const event of ['configuration', 'identity', 'tags', 'reported'] as const)
      store.events.on(event, this.#onChange);
  }

  /** Asks for an evaluation; several requests until then are one. */
  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      evaluateConfigurations(this.#store);
    }, this.#delayMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const event of ['configuration', 'identity', 'tags', 'reported'] as const)
      this.#store.events.off(event, this.#onChange);
  }
}
