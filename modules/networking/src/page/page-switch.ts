import type { Logger } from '../log.ts';
import type { OpenPage } from './open-page.ts';

/** Opens the page. */
export type OpenPageNow = () => Promise<OpenPage>;

/**
 * Serves the page exactly while the desired properties say so. A page that cannot be served is logged and tried again when it is asked for anew: the addresses of the
 * device matter more than a look at them.
 */
export class PageSwitch {
  readonly #open: OpenPageNow;
  readonly #log: Logger;
  #wanted = false;
  #page: OpenPage | undefined;
  #turning: Promise<void> | undefined;

  constructor(open: OpenPageNow, log: Logger) {
    this.#open = open;
    this.#log = log;
  }

  /** Port of the page while it is served. */
  get port(): number | undefined {
    return this.#page?.port;
  }

  /** Called after each pass: turns the page on or off, and tells browsers what is new. */
  look(wanted: boolean): void {
    this.#page?.refresh();
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#turn();
  }

  /** Ends the page for good. */
  async close(): Promise<void> {
    this.look(false);
    await this.#turning;
  }

  #turn(): void {
    this.#turning = (this.#turning ?? Promise.resolve()).then(async () => {
      if (this.#wanted === (this.#page !== undefined)) return;
      if (this.#wanted) this.#page = await this.#openOrTell();
      else {
        const page = this.#page;
        this.#page = undefined;
        await page?.close();
        this.#log.info({}, 'page closed');
      }
    });
  }

  async #openOrTell(): Promise<OpenPage | undefined> {
    try {
      return await this.#open();
    } catch (error) {
      this.#log.warn({ cause: (error as Error).message }, 'page not served');
      return undefined;
    }
  }
}
