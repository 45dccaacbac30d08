import { isDeepStrictEqual } from 'node:util';
import { backOffMs, type BackOff } from './back-off.ts';
import type { KubeClient } from './kube-client.ts';
import { asKubeError, KubeError } from './kube-error.ts';
import { pause } from './pause.ts';
import { Watchdog } from './watchdog.ts';
import { watchEvents, type WatchEvent } from './watch-stream.ts';

/** What a reflector keeps in step with the cluster. */
export interface ReflectorOptions<T> {
  readonly client: KubeClient;
  /** Collection, such as `/api/v1/services`. */
  readonly path: string;
  /** Further query, such as a field selector. */
  readonly query?: Readonly<Record<string, string>>;
  /** Takes the fields that matter from a raw object; undefined to leave it out. */
  readonly read: (object: unknown) => T | undefined;
  /** Something in {@link Reflector.items} changed, or the first listing is complete. */
  readonly onChange: () => void;
  /** The collection cannot be read now; undefined when it can again. */
  readonly onTrouble: (trouble: KubeError | undefined) => void;
  /** 0 to 1. */
  readonly random: () => number;
  readonly timing?: Partial<ReflectorTiming>;
}

/** Times of a reflector, in milliseconds. */
export interface ReflectorTiming {
  /** The server is asked to end a watch after this long, plus up to a quarter at random. */
  readonly watchMs: number;
  /** Longer than this beyond the asked time without an end means that the watch hangs. */
  readonly graceMs: number;
  /** Silence after which a watch that has had bookmarks counts as hanging: the server sends one about every minute. */
  readonly bookmarkMs: number;
  readonly backOff: BackOff;
  /** Longest wait between attempts on a collection that may not be read or does not exist. */
  readonly slowMs: number;
}

const TIMING: ReflectorTiming = {
  watchMs: 240_000,
  graceMs: 15_000,
  bookmarkMs: 150_000,
  backOff: { baseMs: 200, capMs: 30_000 },
  slowMs: 60_000,
};

const PAGE = '250';

/**
 * An API server that starts answers 403 before it has read its roles, and 404 before it has read its custom resources (seen on 1.20). What was readable before counts
 * as refused only when so many attempts in a row were, which takes about ten seconds.
 */
const REFUSALS_OF_A_STARTING_SERVER = 6;

interface RawList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly RawObject[];
}

interface RawObject {
  readonly metadata?: { readonly namespace?: string; readonly name?: string; readonly resourceVersion?: string };
  readonly code?: number;
  readonly message?: string;
}

/**
 * A copy of one collection of the cluster, kept in step by list and watch. client-node's informer stops for good after an abrupt close and waits for ever on a
 * silent one; this one resumes from the last resource version, lists anew when that is too old (410), and takes a watch that says nothing for too
 * long as broken.
 */
export class Reflector<T> {
  /** By `namespace/name`, or by name where there is no namespace. */
  items: ReadonlyMap<string, T> = new Map();
  /** Whether a listing was ever complete. */
  synced = false;
  readonly #options: ReflectorOptions<T>;
  readonly #timing: ReflectorTiming;
  readonly #stopped = new AbortController();
  #current = new Map<string, T>();
  #version = '';
  /** Attempts in a row that did not succeed, whatever the cause. */
  #failures = 0;
  /** Attempts in a row that were answered with 403 or 404. */
  #refusals = 0;
  #running: Promise<void> | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
  }

  /** Begins; a second call does nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the watch and waits until nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  #ended(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#ended()) {
      try {
        if (this.#version === '') await this.#list();
        await this.#watch();
      } catch (error) {
        if (!this.#ended()) await this.#recover(asKubeError(error));
      }
    }
  }

  async #recover(trouble: KubeError): Promise<void> {
    const { status, retryAfterMs = 0 } = trouble;
    const isRefused = status === 403 || status === 404;
    this.#failures += 1;
    this.#refusals = isRefused ? this.#refusals + 1 : 0;
    const isLasting = isRefused && (!this.synced || this.#refusals > REFUSALS_OF_A_STARTING_SERVER);
    // One broken watch is everyday life; only what lasts is worth reporting.
    if (isRefused ? isLasting : this.#failures > 1) this.#options.onTrouble(trouble);
    if (status === 410) this.#version = '';
    if (status === 404 && isLasting) this.#forget();
    const wait = this.#waitMs(isRefused ? this.#refusals : this.#failures, isLasting);
    await pause(Math.max(retryAfterMs, wait), this.#stopped.signal);
  }

  #waitMs(tries: number, isLasting: boolean): number {
    const { slowMs, backOff } = this.#timing;
    return backOffMs({ ...backOff, capMs: isLasting ? slowMs : backOff.capMs }, tries, this.#options.random());
  }

  /** The resource is gone (a CRD was removed): what was kept of it is no longer true. */
  #forget(): void {
    this.#version = '';
    this.#publish(new Map());
  }

  async #list(): Promise<void> {
    const found = new Map<string, T>();
    let token: string | undefined;
    do {
      const page = (await this.#options.client.request({
        method: 'GET',
        path: this.#url({ limit: PAGE, ...(token === undefined ? {} : { continue: token }) }),
      })) as RawList;
      for (const object of page.items ?? []) {
        const item = this.#options.read(object);
        if (item !== undefined) found.set(keyOf(object), item);
      }
      token = page.metadata?.continue === '' ? undefined : page.metadata?.continue;
      this.#version = page.metadata?.resourceVersion ?? '';
    } while (token !== undefined && !this.#ended());
    this.synced = true;
    this.#succeeded();
    this.#publish(found);
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#options.onTrouble(undefined);
  }

  #url(query: Readonly<Record<string, string>>): string {
    return `${this.#options.path}?${new URLSearchParams({ ...this.#options.query, ...query }).toString()}`;
  }

  async #watch(): Promise<void> {
    const { watchMs } = this.#timing;
    const seconds = Math.max(1, Math.round((watchMs * (1 + this.#options.random() / 4)) / 1000));
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
      resourceVersion: this.#version,
    };
    const watchdog = new Watchdog(seconds * 1000 + this.#timing.graceMs, this.#stopped.signal);
    const startedAt = performance.now();
    try {
      const chunks = await this.#options.client.stream(this.#url(query), watchdog.signal);
      this.#succeeded();
      for await (const event of watchEvents(chunks)) {
        this.#take(event);
        if (event.type === 'BOOKMARK') watchdog.expect(this.#timing.bookmarkMs);
        watchdog.alive();
      }
    } catch (error) {
      if (!watchdog.barked) throw error;
      throw new KubeError('ApiUnavailable', 0, `the watch of ${this.#options.path} was silent for too long`, {
        cause: error,
      });
    } finally {
      watchdog.end();
    }
    // A server that ends every watch at once would otherwise be asked in a tight loop.
    if (performance.now() - startedAt < this.#timing.backOff.baseMs)
      await pause(this.#timing.backOff.baseMs, this.#stopped.signal);
  }

  #take({ type, object }: WatchEvent): void {
    const raw = object as RawObject;
    if (type === 'ERROR')
      throw new KubeError('ApiUnavailable', raw.code ?? 0, raw.message ?? 'the watch ended with an error');
    this.#version = raw.metadata?.resourceVersion ?? this.#version;
    if (type === 'BOOKMARK') return;
    const key = keyOf(raw);
    const before = this.#current.get(key);
    const now = type === 'DELETED' ? undefined : this.#options.read(raw);
    // Most changes touch fields that are not kept, such as a node's heartbeat.
    if (isDeepStrictEqual(now, before)) return;
    if (now === undefined) this.#current.delete(key);
    else this.#current.set(key, now);
    this.#publish(this.#current);
  }

  #publish(items: Map<string, T>): void {
    this.#current = items;
    this.items = items;
    this.#options.onChange();
  }
}

function keyOf({ metadata }: RawObject): string {
  const name = metadata?.name ?? '';
  return metadata?.namespace === undefined ? name : `${metadata.namespace}/${name}`;
}
