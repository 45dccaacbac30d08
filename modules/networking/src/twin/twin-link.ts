import type { TwinObject } from '@iotedge-networking/contract';
import { backOffMs, type BackOff } from '../cluster/back-off.ts';
import { pause } from '../cluster/pause.ts';
import type { Logger } from '../log.ts';
import type { MethodHandler } from '../report/direct-methods.ts';
import { receivePatch, receiveSection, UNKNOWN_DESIRED, type KnownDesired, type Received } from './desired-gate.ts';
import type { HubSession, SessionListener } from './hub-session.ts';

/** What the link needs from its surroundings. */
export interface TwinLinkOptions {
  readonly open: (listener: SessionListener) => Promise<HubSession>;
  /** The desired section changed, or was read for the first time. */
  readonly onDesired: (known: KnownDesired) => void;
  /** The reported section was read. */
  readonly onReported: (reported: TwinObject) => void;
  /** Nothing is certain of the hub any more. */
  readonly onOffline: () => void;
  readonly onMethod: MethodHandler;
  readonly log: Logger;
  /** 0 to 1. */
  readonly random: () => number;
  readonly timing?: Partial<TwinLinkTiming>;
}

/** Times of the link, in milliseconds. */
export interface TwinLinkTiming {
  /** The twin is read again this often, give or take a fifth: patches can be lost without a trace. */
  readonly rereadMs: number;
  /** So long after a patch the twin is read to see whether it arrived: edgeHub refuses patches with an empty answer, which the SDK takes for success. */
  readonly confirmMs: number;
  readonly reopen: BackOff;
  readonly retry: BackOff;
  /** So many reads in a row without answer, and the connection is made anew. */
  readonly patience: number;
}

const TIMING: TwinLinkTiming = {
  rereadMs: 750_000,
  confirmMs: 60_000,
  reopen: { baseMs: 1_000, capMs: 60_000 },
  retry: { baseMs: 500, capMs: 30_000 },
  patience: 3,
};

/**
 * The module's twin at the hub, kept in step: the SDK neither reads the twin again nor notices lost patches, gives calls no time-out, and gives up after four
 * minutes. So the twin is read after every connect, after a gap in the versions and now and then; and what cannot be mended is opened anew, for ever.
 */
export class TwinLink {
  /** How often the SDK failed in a way that nobody could catch. */
  failures = 0;
  readonly #options: TwinLinkOptions;
  readonly #timing: TwinLinkTiming;
  readonly #stopped = new AbortController();
  #session: HubSession | undefined;
  #endSession: (() => void) | undefined;
  #known: KnownDesired = UNKNOWN_DESIRED;
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #patched = false;
  #failedReads = 0;
  #timer: NodeJS.Timeout | undefined;
  #confirming: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #failRead: ((error: Error) => void) | undefined;
  #failOpen: ((error: Error) => void) | undefined;
  #onRead: () => void = () => undefined;

  constructor(options: TwinLinkOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
  }

  /** Begins to connect, and to connect again. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the connection. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#endSession?.();
    await this.#running;
  }

  /** Whether the twin was read over the present connection. */
  get online(): boolean {
    return this.#session !== undefined && this.#failedReads === 0;
  }

  /** Reads the twin again as soon as possible. */
  read(): void {
    this.#readAgain = true;
    if (this.#session === undefined || this.#reading !== undefined) return;
    clearTimeout(this.#timer);
    this.#endConfirming();
    this.#reading = this.#readAll().finally(() => {
      this.#reading = undefined;
      this.#planRead();
    });
  }

  /** Sends one patch of the reported properties; rejects when it is not known to have arrived. */
  async updateReported(patch: TwinObject): Promise<void> {
    if (this.#session === undefined) throw new Error('not connected to the hub');
    await this.#session.updateReported(patch);
    this.#confirming ??= setTimeout(() => this.read(), this.#timing.confirmMs);
  }

  /** Sends one event; rejects when it was not acknowledged. */
  async sendEvent(output: string, body: object): Promise<void> {
    if (this.#session === undefined) throw new Error('not connected to the hub');
    await this.#session.sendEvent(output, body);
  }

  /** Takes an exception that nobody caught in the SDK: its connection is in no defined state after that, and is given up and opened anew. */
  abandon(error: Error): void {
    this.failures += 1;
    this.#options.log.warn({ cause: error.message }, 'the SDK failed, opening the connection anew');
    this.#failRead?.(error);
    this.#failOpen?.(error);
    this.#endSession?.();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#isStopped();) {
      this.#onRead = () => (failures = 0);
      try {
        await this.#live();
      } catch (error) {
        if (!this.#isStopped()) this.#options.log.warn({ cause: (error as Error).message }, 'no connection to the hub');
      }
      failures += 1;
      await pause(backOffMs(this.#timing.reopen, failures, this.#options.random()), this.#stopped.signal);
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** One connection from open to its end. */
  async #live(): Promise<void> {
    const ended = Promise.withResolvers<string>();
    const session = await this.#open({
      onConnect: () => this.read(),
      onLost: (cause) => ended.resolve(cause),
      onDesiredPatch: (patch) => this.#takePatch(patch),
      onMethod: this.#options.onMethod,
    });
    this.#endSession = () => ended.resolve('ended by the module');
    if (this.#stopped.signal.aborted) ended.resolve('stopped');
    this.#session = session;
    this.#options.log.info({}, 'connected to the hub');
    this.read();
    const cause = await ended.promise;
    this.#session = undefined;
    this.#endSession = undefined;
    clearTimeout(this.#timer);
    this.#endConfirming();
    this.#options.log.info({ cause }, 'connection to the hub ended');
    this.#options.onOffline();
    await session.close();
  }

  async #open(listener: SessionListener): Promise<HubSession> {
    const failed = Promise.withResolvers<never>();
    this.#failOpen = failed.reject;
    const opening = this.#options.open(listener);
    try {
      return await Promise.race([opening, failed.promise]);
    } catch (error) {
      // One that comes after all is of no use any more.
      opening.then((session) => session.close()).catch(() => undefined);
      throw error;
    } finally {
      this.#failOpen = undefined;
    }
  }

  #endConfirming(): void {
    clearTimeout(this.#confirming);
    this.#confirming = undefined;
  }

  #planRead(): void {
    const { rereadMs, retry, patience } = this.#timing;
    if (this.#session === undefined) return;
    if (this.#failedReads >= patience) {
      this.#failedReads = 0;
      this.#endSession?.();
      return;
    }
    const { random } = this.#options;
    const wait =
      this.#failedReads > 0 ? backOffMs(retry, this.#failedReads, random()) : rereadMs * (0.8 + 0.4 * random());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.read(), wait);
  }

  async #readAll(): Promise<void> {
    for (let rounds = 0; this.#readAgain && rounds < 5 && this.#session !== undefined; rounds += 1) {
      this.#readAgain = false;
      this.#patched = false;
      try {
        await this.#readOnce(this.#session);
        this.#failedReads = 0;
        this.#onRead();
      } catch (error) {
        this.#failedReads += 1;
        this.#options.log.warn({ cause: (error as Error).message }, 'the twin could not be read');
        return;
      }
    }
  }

  async #readOnce(session: HubSession): Promise<void> {
    const failed = Promise.withResolvers<never>();
    this.#failRead = failed.reject;
    const { desired, reported } = await Promise.race([session.getTwin(), failed.promise]);
    this.#take(receiveSection(this.#known, desired, this.#patched));
    this.#options.onReported(reported);
  }

  #takePatch(patch: TwinObject): void {
    this.#patched = true;
    this.#take(receivePatch(this.#known, patch));
  }

  #take({ known, outcome }: Received): void {
    if (outcome === 'read-again') this.read();
    if (outcome !== 'taken') return;
    const isNews = known.version !== this.#known.version || this.#known.version === 0;
    this.#known = known;
    if (isNews) this.#options.onDesired(known);
  }
}
