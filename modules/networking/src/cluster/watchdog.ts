/** Ends a request when nothing was heard for too long. */
export class Watchdog {
  barked = false;
  readonly #own = new AbortController();
  readonly #deadline: NodeJS.Timeout;
  readonly #onStop: () => void;
  readonly #stopped: AbortSignal;
  #silence: NodeJS.Timeout | undefined;
  #silenceMs: number | undefined;

  constructor(limitMs: number, stopped: AbortSignal) {
    this.#stopped = stopped;
    this.#deadline = setTimeout(() => this.#bark(), limitMs);
    this.#onStop = () => this.#own.abort();
    stopped.addEventListener('abort', this.#onStop);
    if (stopped.aborted) this.#own.abort();
  }

  get signal(): AbortSignal {
    return this.#own.signal;
  }

  /** From now on, silence of this length is too long. */
  expect(silenceMs: number): void {
    this.#silenceMs = silenceMs;
  }

  alive(): void {
    if (this.#silenceMs === undefined) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#bark(), this.#silenceMs);
  }

  end(): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#silence);
    this.#stopped.removeEventListener('abort', this.#onStop);
    this.#own.abort();
  }

  #bark(): void {
    this.barked = true;
    this.#own.abort();
  }
}
