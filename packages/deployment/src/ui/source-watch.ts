import type { SourceState } from '@iotedge-networking/dashboard';
import { readPages } from '../apply/hub-session.ts';
import { HubError } from '../commands/hub-gateway.ts';
import { runConcurrently } from '../commands/run-concurrently.ts';
import type { DeviceCache } from './device-cache.ts';
import { impatient, type UiContext } from './ui-context.ts';

/** Fleets of up to so many devices are read one by one: that is exact, while a query's answer may be minutes old. */
const FEW_DEVICES = 20;

/** Devices read at a time. */
const CONCURRENCY = 8;

/** Tags change seldom: they are read at every so many looks at the fleet. */
const LOOKS_PER_TAGS = 6;

/** A hub that did not answer is asked again after this many milliseconds. */
const AGAIN_MS = 2_000;

/**
 * Keeps a cache up to date by asking the hub, which tells nobody of changes: devices that somebody watches (and all of a small fleet) every second or so, the whole fleet
 * by query as often as the hub's rates allow. A hub that does not answer is asked again, and is `away` until then.
 */
export class SourceWatch {
  readonly #context: UiContext;
  readonly #cache: DeviceCache;
  readonly #watched = new Map<string, number>();
  readonly #stop = new AbortController();
  #state: SourceState;
  #wake = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(context: UiContext, cache: DeviceCache) {
    this.#context = context;
    this.#cache = cache;
    this.#state = { state: 'connecting', since: this.#now() };
  }

  get state(): SourceState {
    return this.#state;
  }

  start(): void {
    this.#running ??= Promise.all([this.#followFleet(), this.#followDevices()]);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
  }

  /** Looks closely at a device from now on, until the returned function is called. */
  watch(id: string): () => void {
    this.#watched.set(id, (this.#watched.get(id) ?? 0) + 1);
    this.#wake.abort();
    return () => {
      const left = (this.#watched.get(id) ?? 1) - 1;
      if (left === 0) this.#watched.delete(id);
      else this.#watched.set(id, left);
    };
  }

  /** Reads one device now. */
  async read(id: string): Promise<void> {
    const { session, module } = this.#context;
    const twin = await session.hub.getModuleTwin(id, module);
    await this.#cache.putDevice(id, twin);
    this.#answered();
  }

  async #followFleet(): Promise<void> {
    const { io, fleetMs } = this.#context;
    for (let look = 0; !this.#stopped; look += 1) {
      const asked = await this.#try(() => this.#readFleet(look % LOOKS_PER_TAGS === 0));
      const isAway = this.#state.state !== 'connected';
      await io.clock.sleep(isAway ? Math.min(fleetMs, AGAIN_MS) : this.#pause(asked ?? 0), this.#stop.signal);
    }
  }

  /** Time until the hub may be asked again for as many pages. */
  #pause(pages: number): number {
    const { session, fleetMs } = this.#context;
    const { requests, seconds } = session.rates.Queries;
    return Math.max(fleetMs, ((pages * seconds) / requests) * 1000);
  }

  /** Reads all devices; tells how many pages that took. */
  async #readFleet(withTags: boolean): Promise<number> {
    const { module } = this.#context;
    const session = impatient(this.#context.session);
    const { hub } = session;
    let pages = 0;
    const counted = <Row>(page: Promise<Row>): Promise<Row> => {
      pages += 1;
      return page;
    };
    if (withTags) {
      const devices = await readPages(session, (from) => counted(hub.queryDevices(undefined, from)));
      this.#cache.setTags(new Map(devices.map(({ id, tags }) => [id, tags])));
    }
    const selection = { moduleIds: [module], reported: true };
    const twins = await readPages(session, (from) => counted(hub.queryModules(selection, from)));
    await this.#cache.putFleet(twins, (id) => twins.length <= FEW_DEVICES || this.#watched.has(id));
    this.#answered();
    this.#wake.abort();
    return pages;
  }

  async #followDevices(): Promise<void> {
    const { io, watchMs } = this.#context;
    while (!this.#stopped) {
      const { ids } = this.#cache;
      const close = ids.length <= FEW_DEVICES ? new Set([...ids, ...this.#watched.keys()]) : this.#watched.keys();
      await this.#try(() => runConcurrently([...close], CONCURRENCY, (id) => this.read(id)));
      this.#wake = new AbortController();
      await io.clock.sleep(watchMs, AbortSignal.any([this.#stop.signal, this.#wake.signal]));
    }
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted || this.#context.io.signal.aborted;
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      if (!this.#stopped && error.status !== 429) this.#setState('away', error.message);
      return undefined;
    }
  }

  #answered(): void {
    this.#setState('connected');
  }

  #setState(state: SourceState['state'], message?: string): void {
    if (state === this.#state.state && message === this.#state.message) return;
    const since = state === this.#state.state ? this.#state.since : this.#now();
    this.#state = { state, since, ...(message === undefined ? {} : { message }) };
    this.#cache.tell({ kind: 'source', state: this.#state });
  }

  #now(): string {
    return new Date(this.#context.io.clock.now()).toISOString();
  }
}
