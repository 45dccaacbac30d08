import type { DashboardEvent } from '../view/dashboard-event.ts';

/** An event with the id that a browser gives back after an interruption. */
export interface LoggedEvent {
  readonly id: string;
  readonly event: DashboardEvent;
}

/** Events that are kept for browsers that were away. */
const KEPT = 500;

/** The events of one run of the server. Ids are `<run>-<number>`, so that those of another run are known to be foreign. */
export class EventLog {
  readonly #run: string;
  readonly #kept: LoggedEvent[] = [];
  readonly #listeners = new Set<(logged: LoggedEvent) => void>();
  #count = 0;

  /** `run`: a text that no earlier run had, without a dash. */
  constructor(run: string) {
    this.#run = run;
  }

  /** Id of the newest event. */
  get lastId(): string {
    return `${this.#run}-${this.#count}`;
  }

  /** Adds an event and tells everybody. */
  publish(event: DashboardEvent): void {
    this.#count += 1;
    const logged = { id: this.lastId, event };
    this.#kept.push(logged);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(logged);
  }

  /** The events after `id`, oldest first; undefined when some of them are no longer known. */
  after(id: string): readonly LoggedEvent[] | undefined {
    const dash = id.lastIndexOf('-');
    const number = Number(id.slice(dash + 1));
    if (id.slice(0, dash) !== this.#run || !Number.isInteger(number) || number < 0 || number > this.#count)
      return undefined;
    const missed = this.#count - number;
    if (missed > this.#kept.length) return undefined;
    return missed === 0 ? [] : this.#kept.slice(-missed);
  }

  /** Tells every later event until the returned function is called. */
  listen(listener: (logged: LoggedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
