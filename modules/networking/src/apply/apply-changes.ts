import type { Change } from '../decide/change.ts';
import { describeChange } from '../decide/change.ts';
import type { WriteFailure } from '../gather/snapshot.ts';
import type { Logger } from '../log.ts';

/** Why a write failed, in the terms of whoever does the writing. */
export interface WriteTrouble extends WriteFailure {
  /** The object is not as the snapshot had it: the next snapshot will tell what to do. */
  readonly outdated: boolean;
  readonly retryAfterMs?: number;
}

/** What applying needs. */
export interface ApplierOptions {
  /** Does one change; resolves with what went wrong, or undefined. */
  readonly write: (change: Change) => Promise<WriteTrouble | undefined>;
  /** Milliseconds to wait after so many failures in a row. */
  readonly backOff: (failures: number) => number;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  readonly log: Logger;
  /** Called after each change that succeeded. */
  readonly onApplied?: (change: Change) => void;
}

interface Outcome {
  /** Absent after a success, and where what was decided on an outdated snapshot is decided again. */
  readonly failure?: WriteFailure;
  readonly change: string;
  /** How often the same change was tried in a row. */
  readonly tries: number;
  readonly retryAt: number;
}

/** Services written at the same time. */
const CONCURRENCY = 12;

/** After a success the same change is not due again for this long at least: the watch needs a moment to show what was written. */
const SETTLE_MS = 1_000;

/**
 * Executes changes: those of one Service in order, several Services at once, early ones first. Keeps the outcome per Service; the same change is tried again
 * only after a back-off, a different one at once. That also calms a quarrel with somebody who always changes the same thing back.
 */
export class Applier {
  readonly #options: ApplierOptions;
  readonly #outcomes = new Map<string, Outcome>();

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  /** Failures that no success has overtaken, by `namespace/name`. */
  get failures(): ReadonlyMap<string, WriteFailure> {
    return new Map(
      [...this.#outcomes].flatMap(([service, { failure }]) => (failure === undefined ? [] : [[service, failure]])),
    );
  }

  /** Milliseconds until a failed change may be tried again; undefined when nothing waits. */
  get retryInMs(): number | undefined {
    const times = [...this.#outcomes.values()].map(({ retryAt }) => retryAt);
    return times.length === 0 ? undefined : Math.max(0, Math.min(...times) - this.#options.now());
  }

  /** What failed because the API was away is tried again at once: it is back. */
  retryUnavailable(): void {
    for (const [service, outcome] of this.#outcomes) {
      if (outcome.failure?.reason === 'ApiUnavailable') this.#outcomes.set(service, { ...outcome, retryAt: 0 });
    }
  }

  /** Outcomes of Services that are not to be changed any more are forgotten: the wish was fulfilled or taken back. True when one was a failure. */
  forgetOthers(changes: readonly Change[]): boolean {
    const concerned = new Set(changes.map(({ service }) => service));
    const others = [...this.#outcomes].filter(([service]) => !concerned.has(service));
    for (const [service] of others) this.#outcomes.delete(service);
    return others.some(([, { failure }]) => failure !== undefined);
  }

  /** Whether any of the changes may be tried now. */
  hasDue(changes: readonly Change[]): boolean {
    return [...byService(changes).values()].some((group) => this.#isDue(group));
  }

  /** Tries the changes that are due; resolves when all have an outcome. */
  async apply(changes: readonly Change[]): Promise<void> {
    const groups = [...byService(changes).values()].filter((group) => this.#isDue(group));
    const isEarly = (group: readonly Change[]): boolean => group.some(({ early }) => early === true);
    await this.#applyAll(groups.filter(isEarly));
    await this.#applyAll(groups.filter((group) => !isEarly(group)));
  }

  #isDue(group: readonly Change[]): boolean {
    const [first] = group;
    const outcome = first === undefined ? undefined : this.#outcomes.get(first.service);
    return outcome === undefined || outcome.retryAt <= this.#options.now() || outcome.change !== JSON.stringify(group);
  }

  async #applyAll(groups: readonly (readonly Change[])[]): Promise<void> {
    const queue = [...groups];
    const work = async (): Promise<void> => {
      for (let group = queue.shift(); group !== undefined; group = queue.shift()) await this.#applyGroup(group);
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, groups.length) }, work));
  }

  async #applyGroup(group: readonly Change[]): Promise<void> {
    for (const change of group) {
      const trouble = await this.#options.write(change);
      if (trouble !== undefined) {
        this.#fail(group, change, trouble);
        return;
      }
      this.#options.log.info({ service: change.service, change: describeChange(change) }, 'applied');
      this.#options.onApplied?.(change);
    }
    this.#note(group, SETTLE_MS);
  }

  #fail(group: readonly Change[], change: Change, trouble: WriteTrouble): void {
    const { reason, message, outdated, retryAfterMs = 0 } = trouble;
    this.#options.log.warn(
      { service: change.service, change: describeChange(change), reason, cause: message },
      'change failed',
    );
    const { tries } = this.#note(group, retryAfterMs);
    const outcome = this.#outcomes.get(change.service);
    if (outcome !== undefined && !(outdated && tries < 3))
      this.#outcomes.set(change.service, { ...outcome, failure: { reason, message } });
  }

  /** Remembers what was tried; `leastMs` is the shortest time until it may be tried again. */
  #note(group: readonly Change[], leastMs: number): Outcome {
    const { backOff, now } = this.#options;
    const service = group[0]?.service ?? '';
    const change = JSON.stringify(group);
    const before = this.#outcomes.get(service);
    const tries = before?.change === change ? before.tries + 1 : 1;
    const outcome: Outcome = { change, tries, retryAt: now() + Math.max(leastMs, backOff(tries)) };
    this.#outcomes.set(service, outcome);
    return outcome;
  }
}

function byService(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) groups.set(change.service, [...(groups.get(change.service) ?? []), change]);
  return groups;
}
