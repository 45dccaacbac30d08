import {
  applyTwinPatch,
  checkTwinSection,
  TWIN_LIMITS,
  type Problem,
  type Reported,
  type TwinObject,
} from '@iotedge-networking/contract';
import { backOffMs, type BackOff } from '../cluster/back-off.ts';
import type { Logger } from '../log.ts';
import { chooseTurn } from './choose-turn.ts';
import { fitReport } from './fit-report.ts';
import { adoptReadBack, planPatches } from './plan-patches.ts';
import { grant, refill, spend, tokenInMs, type Bucket, type BucketRule } from './token-bucket.ts';

/** What the reporter needs from its surroundings. */
export interface ReporterOptions {
  /** Sends one patch of the reported properties; rejects when it is not known to have arrived. */
  readonly send: (patch: TwinObject) => Promise<void>;
  /** Asks for the twin to be read again: what the hub holds is uncertain. The answer comes through {@link Reporter.adopt}. */
  readonly readBack: () => void;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  readonly log: Logger;
  readonly timing?: Partial<ReporterTiming>;
}

/** Times and rates of the reporter. */
export interface ReporterTiming {
  /** A change is sent when nothing else has changed for this long. */
  readonly settleMs: number;
  /** The same while changes are being written, since their outcome follows at once. */
  readonly applyingSettleMs: number;
  /** A change is not held back longer than this, as far as the rate allows. */
  readonly patienceMs: number;
  /**
   * The same for all but the answer to the desired document while changes are being written: what is reported of a Service in the middle of that is
   * untrue a moment later, and hundreds of them are two full patches.
   */
  readonly applyingPatienceMs: number;
  readonly rate: BucketRule;
  /** Tokens that a new desired document brings: its answer must not wait for a burst of other changes. */
  readonly grantForDesired: number;
  /** Between patches that are not confirmed. */
  readonly retry: BackOff;
}

const TIMING: ReporterTiming = {
  settleMs: 40,
  applyingSettleMs: 150,
  patienceMs: 400,
  applyingPatienceMs: 3_000,
  rate: { burst: 3, intervalMs: 1000 },
  grantForDesired: 2,
  retry: { baseMs: 250, capMs: 60_000 },
};

/** In the middle of a burst this many tokens stay: what the burst ends with need not wait for the rate. */
const LAST_WORD = 1;

/**
 * Keeps the reported properties of the hub equal to the latest report with few and minimal patches: changes that come together go together, a bucket of
 * tokens bounds the rate, and only what differs from what the hub is known to hold is sent.
 */
export class Reporter {
  /** Patches sent since the start. */
  patches = 0;
  /** Bytes of JSON sent since the start. */
  bytes = 0;
  readonly #options: ReporterOptions;
  readonly #timing: ReporterTiming;
  #report: Reported | undefined;
  /** The report as JSON text: what is compared, and what is sent. */
  #text = '';
  /** What was meant to be sent last, for our own spelling of dates. */
  #sent: TwinObject = {};
  /** What the hub is known to hold; undefined while that is uncertain. */
  #confirmed: TwinObject | undefined;
  #dirtySince: number | undefined;
  #changedAt = 0;
  #bucket: Bucket;
  /** Patches in a row that were not confirmed, and when the next one may be sent. */
  #failures = 0;
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.#bucket = { tokens: this.#timing.rate.burst, at: options.now() };
  }

  /** The full report, before anything was left out. */
  get report(): Reported | undefined {
    return this.#report;
  }

  /** Whether the hub is known to hold the latest report. */
  get upToDate(): boolean {
    return this.#confirmed !== undefined && this.#dirtySince === undefined && this.#sending === undefined;
  }

  /** A new report; the same one again costs nothing. True when it differs from the one before. */
  submit(report: Reported): boolean {
    this.#report = report;
    const text = JSON.stringify(report);
    if (text === this.#text) return false;
    this.#text = text;
    this.#touch();
    return true;
  }

  /** A new desired document has come: its answer may be sent at once. */
  expectAnswer(): void {
    const { rate, grantForDesired } = this.#timing;
    this.#bucket = grant(refill(this.#bucket, rate, this.#options.now()), rate, grantForDesired);
    this.#schedule();
  }

  /** What the hub holds, as just read. */
  adopt(reported: TwinObject): void {
    // An answer that was asked for before the last patch was sent would be old; the patch's own outcome decides.
    if (this.#sending !== undefined) return;
    this.#confirmed = adoptReadBack(this.#sent, reported);
    this.#touch();
  }

  /** The link is gone: what the hub holds will be read when it is back. */
  forget(): void {
    this.#confirmed = undefined;
  }

  /** Sends what is left, without waiting for rate or settling, and sends nothing afterwards. */
  async flush(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sending;
    await this.#send();
  }

  #touch(): void {
    const now = this.#options.now();
    this.#dirtySince ??= now;
    this.#changedAt = now;
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#dirtySince === undefined || this.#confirmed === undefined || this.#sending !== undefined || this.#closed)
      return;
    const { rate } = this.#timing;
    const now = this.#options.now();
    this.#bucket = refill(this.#bucket, rate, now);
    const { quietAt, patienceAt } = this.#dueAt(this.#dirtySince, this.#confirmed);
    const inQuiet = Math.max(quietAt - now, tokenInMs(this.#bucket, rate));
    const inPatience = Math.max(patienceAt - now, tokenInMs(this.#bucket, rate, LAST_WORD));
    const wait = Math.max(Math.min(inQuiet, inPatience), this.#notBefore - now, 0);
    this.#timer = setTimeout(() => {
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined;
        if (this.#confirmed === undefined) this.#options.readBack();
        this.#schedule();
      });
    }, wait);
  }

  /** When things are quiet, and when patience ends. */
  #dueAt(dirtySince: number, confirmed: TwinObject): { readonly quietAt: number; readonly patienceAt: number } {
    const { settleMs, applyingSettleMs, patienceMs, applyingPatienceMs } = this.#timing;
    if (this.#report !== undefined && chooseTurn(confirmed, this.#report) === 'later')
      return { quietAt: Infinity, patienceAt: dirtySince + applyingPatienceMs };
    const quietMs = this.#report?.desired.state === 'applying' ? applyingSettleMs : settleMs;
    return { quietAt: this.#changedAt + quietMs, patienceAt: dirtySince + patienceMs };
  }

  async #send(): Promise<void> {
    const [confirmed, report] = [this.#confirmed, this.#report];
    if (confirmed === undefined || report === undefined) return;
    const target = this.#targetOf(confirmed, report);
    this.#sent = target;
    const patches = planPatches(confirmed, target);
    if (patches.length === 0) return;
    const problems = refusals(confirmed, patches);
    if (problems.length > 0) {
      this.#options.log.error({ problems }, 'report breaks the rules of twins, not sent');
      return;
    }
    this.#bucket = spend(this.#bucket, patches.length);
    for (const patch of patches) if (!(await this.#sendOne(patch))) return;
  }

  /** What the hub is to hold now; after an answer alone the rest stays due. */
  #targetOf(confirmed: TwinObject, report: Reported): TwinObject {
    if (!this.#closed && chooseTurn(confirmed, report) === 'answer')
      return { ...confirmed, desired: toTwin(report.desired) };
    this.#dirtySince = undefined;
    return toTwin(fitReport(report));
  }

  async #sendOne(patch: TwinObject): Promise<boolean> {
    try {
      await this.#options.send(patch);
      this.#confirmed = applyTwinPatch(this.#confirmed ?? {}, patch);
      this.patches += 1;
      this.bytes += JSON.stringify(patch).length;
      this.#failures = 0;
      return true;
    } catch (error) {
      // The patch may have arrived all the same: only reading tells.
      this.#confirmed = undefined;
      this.#dirtySince ??= this.#options.now();
      this.#failures += 1;
      this.#notBefore = this.#options.now() + backOffMs(this.#timing.retry, this.#failures, 1);
      this.#options.log.warn({ cause: (error as Error).message }, 'reported properties were not confirmed');
      return false;
    }
  }
}

/** Everything the hub or edgeHub would refuse silently, in the patches or in the section as it becomes. */
function refusals(confirmed: TwinObject, patches: readonly TwinObject[]): readonly Problem[] {
  const after = patches.reduce(applyTwinPatch, confirmed);
  return [...patches.flatMap((patch) => checkTwinSection(patch, TWIN_LIMITS)), ...checkTwinSection(after, TWIN_LIMITS)];
}

/** The report, or a part of it, as plain JSON: what is undefined is absent. */
function toTwin(part: object): TwinObject {
  return JSON.parse(JSON.stringify(part)) as TwinObject;
}
