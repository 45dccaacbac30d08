import type { ProbeTarget } from '../decide/plan-probes.ts';
import type { ProbeFindings } from '../gather/snapshot.ts';
import { probeFindings } from './probe-findings.ts';
import { nextState, UNASKED, type ProbeOutcome, type ProbeState } from './probe-state.ts';

/** Times and limits of probing. */
export interface ProbeTiming {
  /** Between two probes of one target, a quarter more or less at random. */
  readonly intervalMs: number;
  /** Until the next probe where the last one said something new. A DNS server may give an answer from before for half a minute. */
  readonly confirmMs: number;
  readonly confirmNameMs: number;
  readonly timeoutMs: number;
  /** Between the beginnings of two probes, whatever their targets. */
  readonly gapMs: number;
  /** Probes under way at the same time. */
  readonly concurrency: number;
  /** A DNS server that says nothing for so long is reported. */
  readonly patienceMs: number;
}

/** Four probes a second at most, each target once a minute. */
const PROBE_TIMING: ProbeTiming = {
  intervalMs: 60_000,
  confirmMs: 5_000,
  confirmNameMs: 35_000,
  timeoutMs: 3_000,
  gapMs: 250,
  concurrency: 4,
  patienceMs: 60_000,
};

/** What probing needs. */
export interface ProberOptions {
  /** Does one probe; never rejects. */
  readonly ask: (target: ProbeTarget, timeoutMs: number) => Promise<ProbeOutcome>;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** What was found differs from before. */
  readonly onChange: () => void;
  readonly timing?: Partial<ProbeTiming>;
}

const NO_FINDINGS: ProbeFindings = { troubles: new Map(), conditions: {} };

function textOf({ troubles, conditions }: ProbeFindings): string {
  return JSON.stringify([[...troubles], conditions]);
}

interface Watched {
  readonly target: ProbeTarget;
  state: ProbeState;
  dueAt: number;
  asking: boolean;
}

/**
 * Probes targets for ever, at its own calm pace, and keeps what is believed of each. Nothing is probed twice at once; targets that are not wanted any more
 * are forgotten together with what was found.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #timing: ProbeTiming;
  readonly #watched = new Map<string, Watched>();
  #targets: readonly ProbeTarget[] = [];
  #findings: ProbeFindings = NO_FINDINGS;
  #text = textOf(NO_FINDINGS);
  #timer: NodeJS.Timeout | undefined;
  #asking = 0;
  #nextStartAt = 0;
  /** Something that only lies behind a working path has answered. */
  #hasPath = false;
  #dnsSilentSince: number | undefined;
  #stopped = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#timing = { ...PROBE_TIMING, ...options.timing };
  }

  /** What is known now. */
  get findings(): ProbeFindings {
    return this.#findings;
  }

  /** From now on these targets are probed, and no others. */
  watch(targets: readonly ProbeTarget[]): void {
    if (sameIds(targets, this.#targets)) return;
    this.#targets = targets;
    const wanted = new Map(targets.map((target) => [target.id, target]));
    for (const id of this.#watched.keys()) if (!wanted.has(id)) this.#watched.delete(id);
    const now = this.#options.now();
    for (const [id, target] of wanted)
      if (!this.#watched.has(id)) this.#watched.set(id, { target, state: UNASKED, dueAt: now, asking: false });
    if (!targets.some(({ kind }) => kind === 'dns')) this.#dnsSilentSince = undefined;
    this.#publish();
    this.#arm();
  }

  /** Ends probing. Probes under way end by themselves, and nobody hears of them. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#asking >= this.#timing.concurrency) return;
    const next = this.#next();
    if (next === undefined) return;
    const wait = Math.max(next.dueAt, this.#nextStartAt) - this.#options.now();
    this.#timer = setTimeout(() => this.#start(), Math.max(0, wait));
  }

  #next(): Watched | undefined {
    let first: Watched | undefined;
    for (const one of this.#watched.values())
      if (!one.asking && (first === undefined || one.dueAt < first.dueAt)) first = one;
    return first;
  }

  #start(): void {
    const one = this.#next();
    const now = this.#options.now();
    if (one !== undefined && one.dueAt <= now) {
      this.#nextStartAt = now + this.#timing.gapMs;
      one.asking = true;
      this.#asking += 1;
      void this.#options.ask(one.target, this.#timing.timeoutMs).then((outcome) => this.#take(one, outcome));
    }
    this.#arm();
  }

  #take(one: Watched, outcome: ProbeOutcome): void {
    this.#asking -= 1;
    one.asking = false;
    if (this.#stopped) return;
    if (this.#watched.get(one.target.id) === one) {
      one.state = nextState(one.state, outcome);
      one.dueAt = this.#options.now() + this.#pauseAfter(one);
      this.#learn(one.target, outcome);
      this.#publish();
    }
    this.#arm();
  }

  #pauseAfter({ target, state }: Watched): number {
    const { intervalMs, confirmMs, confirmNameMs } = this.#timing;
    const soon = target.kind === 'dns' ? confirmNameMs : confirmMs;
    return (state.doubts > 0 ? Math.min(soon, intervalMs) : intervalMs) * (0.75 + this.#options.random() / 2);
  }

  /** The cluster DNS answers only to those inside; an answer from an external address proves a path, too. */
  #learn({ kind }: ProbeTarget, outcome: ProbeOutcome): void {
    const answered = outcome.kind === 'right' || outcome.kind === 'wrong';
    if (answered && !this.#hasPath) this.#foundPath();
    if (kind !== 'dns') return;
    if (answered) this.#dnsSilentSince = undefined;
    else if (outcome.kind === 'silent') this.#dnsSilentSince ??= this.#options.now();
  }

  /** What was silent while there was no path may just have been out of reach: it is asked anew. */
  #foundPath(): void {
    this.#hasPath = true;
    for (const one of this.#watched.values())
      if (one.state.belief === 'silent' && one.target.kind !== 'dns') {
        one.state = UNASKED;
        one.dueAt = this.#options.now();
      }
  }

  #publish(): void {
    const { now, onChange } = this.#options;
    const silentMs = this.#dnsSilentSince === undefined ? 0 : now() - this.#dnsSilentSince;
    this.#findings = probeFindings(this.#watched.values(), {
      hasPath: this.#hasPath,
      dnsSilent: this.#dnsSilentSince !== undefined && silentMs >= this.#timing.patienceMs,
    });
    const text = textOf(this.#findings);
    if (text === this.#text) return;
    this.#text = text;
    onChange();
  }
}

function sameIds(some: readonly ProbeTarget[], others: readonly ProbeTarget[]): boolean {
  return some.length === others.length && some.every(({ id }, index) => id === others[index]?.id);
}
